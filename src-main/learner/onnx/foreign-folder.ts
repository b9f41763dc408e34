import { access, copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fault, toFault } from '../../core/fault';
import type { CheckpointInfo } from '../../core/learning';
import { corrupt } from '../policy-file';
import { FOREIGN_FILE, policySpecOf, readForeignSpec } from './foreign-spec';

/** Folders of policies made elsewhere, among the checkpoints. Looks at specs only; nothing here loads the runtime. */

/** Whether this folder holds a policy made elsewhere. */
export const hasForeignSpec = (folder: string): Promise<boolean> =>
  access(join(folder, FOREIGN_FILE)).then(
    () => true,
    () => false,
  );

/** As the list of policies shows it: nobody here knows its loss or what it was trained on. */
export async function describeForeign(folder: string): Promise<CheckpointInfo> {
  const spec = await readForeignSpec(folder);
  const model = await stat(join(folder, spec.model)).catch(() => null);
  if (!model?.isFile()) throw corrupt(folder, `${spec.model} is missing`);
  return {
    id: basename(folder),
    folder,
    name: spec.name,
    created: model.mtime.toISOString(),
    spec: policySpecOf(spec),
    heldOutLoss: Number.NaN,
    trainedOn: { dataset: '', episodes: 0 },
    curve: [],
  };
}

/**
 * Copies a policy made elsewhere into the policies folder, where the app lists and loads it like any other. It appears
 * there whole or not at all.
 * @param source a folder with `policy-spec.json` and its model, or the spec file itself
 * @param check opens the copy and throws when its model does not fit the spec
 * @returns the new folder
 */
export async function importForeign(
  source: string,
  policies: string,
  check: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = basename(source) === FOREIGN_FILE ? dirname(source) : source;
  const spec = await readForeignSpec(folder);
  const id = await freeName(policies, spec.name);
  const fresh = join(policies, `${id}.new-${process.pid}`);
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    for (const name of await parts(folder, spec.model)) await copyFile(join(folder, name), join(fresh, name));
    await check(fresh);
    await rename(fresh, join(policies, id));
    return join(policies, id);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    const { kind, message, tip } = toFault(error);
    throw fault(kind, `The policy could not be imported: ${message}`, tip, error);
  }
}

/** The spec, the model, and the files in which large models keep their weights: they begin with the model's name. */
async function parts(folder: string, model: string): Promise<string[]> {
  const stem = model.replace(/\.onnx$/, '');
  const names = await readdir(folder);
  if (!names.includes(model)) {
    throw fault('not-found', `${model} is missing in ${folder}`, 'Copy it there, beside its policy-spec.json.');
  }
  return [
    FOREIGN_FILE,
    ...names.filter((name) => name === model || name === `${model}.data` || name === `${stem}.data`),
  ];
}

async function freeName(policies: string, wanted: string): Promise<string> {
  const base =
    wanted
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'policy';
  const taken = new Set(await readdir(policies).catch(() => [] as string[]));
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(name)) return name;
  }
}
