import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Every room that `station` assembles. */
const BELOW_STATION = [
  'core',
  'links',
  'motors',
  'robots',
  'sim',
  'teleop',
  'control',
  'recorder',
  'dataset',
  'learner',
  'exchange',
  'coach',
];
/**
 * Folder name is permission: who may import whom. The reason for each rule is in docs/architecture.md, "Rooms".
 * `station` assembles the rooms for both composition roots (main.ts, cli.ts) and therefore may use them all but ipc.
 */
const ALLOWED: Record<string, readonly string[]> = {
  core: [],
  links: ['core'],
  motors: ['core', 'links'],
  robots: ['core', 'links', 'motors'],
  sim: ['core', 'links', 'motors'],
  teleop: ['core', 'links', 'motors'],
  control: ['core'],
  recorder: ['core'],
  dataset: ['core'],
  learner: ['core', 'dataset'],
  exchange: ['core', 'dataset'],
  coach: ['core', 'dataset'],
  ipc: ['core'],
  station: BELOW_STATION,
  commands: [...BELOW_STATION, 'station'],
};
/** Roots of src-main that know everything. */
const ROOTS = ['main.ts', 'cli.ts', 'preload.ts'];
/** Outside packages that only some rooms may touch (a prefix match). */
const PACKAGES: Record<string, (file: string) => boolean> = {
  electron: (f) => f === 'src-main/main.ts' || f === 'src-main/preload.ts' || f.startsWith('src-main/ipc/'),
  serialport: (f) => f.startsWith('src-main/links/'),
  '@lydell/node-pty': (f) => f.startsWith('src-main/links/'),
  'node-hid': (f) => f.startsWith('src-main/teleop/'),
  '@tensorflow/': (f) => f.startsWith('src-main/learner/'),
  'onnxruntime-': (f) => f.startsWith('src-main/learner/'),
  '@napi-rs/webcodecs': (f) => /^src-main\/(learner|dataset|exchange)\//.test(f),
  '@mujoco/mujoco': (f) => f.startsWith('src-main/sim/'),
  h5wasm: (f) => f.startsWith('src-main/exchange/'),
  '@huggingface/': (f) => f.startsWith('src-main/exchange/'),
  'csv-parse': (f) => f.startsWith('src-main/exchange/'),
  hyparquet: (f) => f.startsWith('src-main/dataset/'),
  svelte: (f) => f.startsWith('src-renderer/'),
  three: (f) => f.startsWith('src-renderer/'),
};

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.(ts|svelte)$/.test(name) ? [path] : [];
  });
}

const root = join(__dirname, '..');
const posix = (path: string) => relative(root, path).split(sep).join('/');
const imports = (path: string) =>
  [...readFileSync(path, 'utf8').matchAll(/(?:from\s+|import\s*\(\s*|import\s+)['"]([^'"]+)['"]/g)].map(
    (m) => m[1] as string,
  );

const sources = [...files(join(root, 'src-main')), ...files(join(root, 'src-renderer'))];

describe('layers', () => {
  it('has sources to look at', () => expect(sources.length).toBeGreaterThan(10));

  it('lets each room import only the rooms it may (docs/architecture.md, "Rooms")', () => {
    const offences: string[] = [];
    for (const path of sources) {
      const file = posix(path);
      if (!file.startsWith('src-main/')) continue;
      const [, room = ''] = file.split('/');
      if (ROOTS.includes(room)) continue;
      const allowed = ALLOWED[room];
      if (!allowed) {
        offences.push(`${file}: the room ${room} is not in the list`);
        continue;
      }
      for (const spec of imports(path)) {
        if (!spec.startsWith('.')) continue;
        const target = posix(join(path, '..', spec));
        const [top, other = ''] = target.split('/');
        if (top === 'resources') continue;
        if (top !== 'src-main' || (other !== room && !allowed.includes(other)))
          offences.push(`${file} imports ${spec}`);
      }
    }
    expect(offences).toEqual([]);
  });

  it('lets the renderer import nothing of main but core', () => {
    const offences: string[] = [];
    for (const path of sources.filter((p) => posix(p).startsWith('src-renderer/'))) {
      for (const spec of imports(path)) {
        if (!spec.startsWith('.')) continue;
        const target = posix(join(path, '..', spec));
        if (!/^(src-renderer|src-main\/core|resources)\//.test(target)) offences.push(`${posix(path)} imports ${spec}`);
      }
    }
    expect(offences).toEqual([]);
  });

  it('keeps each outside package in its room', () => {
    const offences: string[] = [];
    for (const path of sources) {
      for (const spec of imports(path)) {
        for (const [name, allowed] of Object.entries(PACKAGES)) {
          const hit =
            name.endsWith('/') || name.endsWith('-')
              ? spec.startsWith(name)
              : spec === name || spec.startsWith(`${name}/`);
          if (hit && !allowed(posix(path))) offences.push(`${posix(path)} imports ${spec}`);
        }
      }
    }
    expect(offences).toEqual([]);
  });

  it('touches window.understudy in bridge.ts only', () => {
    const offences = sources
      .filter((p) => posix(p).startsWith('src-renderer/') && posix(p) !== 'src-renderer/bridge.ts')
      .filter((p) => /window\.understudy/.test(readFileSync(p, 'utf8')))
      .map(posix);
    expect(offences).toEqual([]);
  });

  it('calls apply() on a robot in control/ only', () => {
    const offences = sources
      .filter((p) => !/^src-main\/(control|robots)\//.test(posix(p)))
      .filter((p) => /robot\.apply\(/.test(readFileSync(p, 'utf8')))
      .map(posix);
    expect(offences).toEqual([]);
  });
});
