import type { Answer } from '../../src-main/core/contract';
import type { Edit } from '../../src-main/core/edit';
import type { FromCameras, ToCameras } from '../../src-main/core/media';
import type { AppState, LiveTick } from '../../src-main/core/state';
import { hasWire, installWire, type Wire } from '../bridge';
import { insightList, insightOf } from './canned/insight';
import { policies } from './canned/policies';
import { joints } from './canned/robot';
import { base } from './canned/state';
import { methods, runs, summaries } from './canned/trainings';
import { variants } from './canned/variants';
import { FakeDataset } from './fake-dataset';

/**
 * A pretended main process for looking at screens in a plain browser (`vite src-renderer`, then `?state=recording#drive`;
 * `&episodes=10000` for a long list). It answers with canned data and moves a canned arm; it decides nothing. Never part of the built page.
 */
export function fakeWhenAlone(): void {
  if (hasWire()) return;
  const query = new URLSearchParams(location.search);
  let state: AppState = variants[query.get('state') ?? 'base'] ?? base;
  const listeners = new Set<(name: string, data: unknown) => void>();
  const say = (name: string, data: unknown) => {
    for (const listener of listeners) listener(name, data);
  };
  const set = (change: Partial<AppState>) => {
    state = { ...state, ...change };
    say('state', state);
  };

  const held = new FakeDataset(30, state.dataset?.episodes === 0 ? 0 : Number(query.get('episodes') ?? 31));
  /** Does it, and says so as main would. */
  const change = <T>(work: () => T): T => {
    const result = work();
    if (state.dataset) set({ dataset: held.state(state.dataset) });
    say('changed', { what: 'episodes' });
    say('changed', { what: 'quality' });
    return result;
  };
  if (state.dataset) state = { ...state, dataset: held.state(state.dataset) };

  const answers: Record<string, (params: never) => unknown> = {
    'app.state': () => state,
    'app.chooseFolder': () => null,
    'robot.ports': () =>
      query.get('state') === 'empty'
        ? []
        : [
            { path: '/dev/ttyACM0', label: '/dev/ttyACM0 · USB single serial', likely: true },
            { path: '/dev/ttyS0', label: '/dev/ttyS0', likely: false },
          ],
    'camera.known': () => [],
    'dataset.episodes': () => (state.dataset ? held.list() : []),
    'dataset.episode': ({ index }: { index: number }) => held.detail(index),
    'dataset.videos': ({ index }: { index: number }) => held.videos(index),
    'dataset.quality': () => held.quality(),
    'dataset.trash': () => held.trash(),
    'dataset.edit': (edit: Edit) => change(() => held.edit(edit)),
    'dataset.undo': () => change(() => held.undo()),
    'dataset.redo': () => change(() => held.redo()),
    'dataset.emptyTrash': () => change(() => held.emptyTrash()),
    'job.dismiss': () => set({ job: null }),
    'replay.start': ({ index }: { index: number }) =>
      set({ replay: { index, row: 40, rows: 200 }, drive: { ...state.drive, seat: 'replay' } }),
    'replay.stop': () => set({ replay: null, drive: { ...state.drive, seat: 'hold' } }),
    'train.methods': () => methods,
    'train.task': () => 'pick-place',
    'train.runs': () => (state.train.queue.length > 0 ? summaries : summaries.slice(1)),
    'train.run': ({ id }: { id: string }) => runs.find((run) => run.id === id),
    'train.pause': () => set({ train: { ...state.train, phase: 'paused' } }),
    'train.resume': () => set({ train: { ...state.train, phase: 'running' } }),
    'insight.episodes': ({ policy }: { policy: string }) => insightList(policy, held.list()),
    'insight.compare': ({ policy, episode }: { policy: string; episode: number }) =>
      insightOf(policy, held.list(), episode),
    'policy.task': ({ task }: { task: string }) => set({ policy: { ...state.policy, task } }),
    'policy.list': () => (state.policy.status === 'none' ? [] : policies),
    'drive.engage': () => set({ drive: { ...state.drive, seat: 'person' } }),
    'drive.release': () => set({ drive: { ...state.drive, seat: 'hold' } }),
    'drive.stop': () => set({ drive: { ...state.drive, seat: 'stopped', reason: 'The stop button was pressed' } }),
    'drive.rearm': () => set({ drive: { ...state.drive, seat: 'hold', reason: null } }),
    'drive.settings': (change: Partial<AppState['drive']>) => set({ drive: { ...state.drive, ...change } }),
    'record.settings': (change: Partial<AppState['record']>) => set({ record: { ...state.record, ...change } }),
    'drive.keys': ({ down }: { down: string[] }) => {
      lit = down.map((code) => `key:${code}`);
    },
  };
  let lit: string[] = query.get('state') === 'driving' ? ['pad:left-y-', 'pad:rt', 'key:KeyW'] : [];
  const wire: Wire = {
    call: async (name, params): Promise<Answer<unknown>> => ({
      ok: true,
      value: await answers[name]?.(params as never),
    }),
    on: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  installWire(wire);
  Object.assign(globalThis, { fakeMedia: pretendMedia((cameras) => set({ cameras })) });
  pretendLive(
    () => state,
    () => lit,
  );
  if (query.get('state') === 'stopped')
    setTimeout(() => {
      for (const fault of state.faults) say('fault', fault);
    }, 200);
}

function pretendLive(state: () => AppState, lit: () => string[]): void {
  const { port1, port2 } = new MessageChannel();
  window.postMessage('understudy:live', '*', [port2]);
  let n = 0;
  const still = new URLSearchParams(location.search).has('still');
  setInterval(() => {
    if (state().robot.status !== 'ready') return;
    const t = still ? 0.6 : performance.now() / 1000;
    const seen = joints(t);
    const tick: LiveTick = {
      n: n++,
      t,
      seen,
      asked: joints(t + 0.1),
      sent: joints(t + 0.1),
      pilot: 'none',
      clamped: 0,
      lit: lit(),
      objects: { cube: [0.24, 0.02, 0.0125, 0.98, 0, 0, 0.2] },
    };
    port1.postMessage(tick);
  }, 33);
}

/** Main's side of the cameras: keeps offers, and lets a test in the browser's console record. */
function pretendMedia(onCameras: (cameras: AppState['cameras']) => void): {
  send: (m: ToCameras) => void;
  got: FromCameras[];
} {
  const { port1, port2 } = new MessageChannel();
  const got: FromCameras[] = [];
  port1.onmessage = (event: MessageEvent<FromCameras>) => {
    if (event.data.type === 'cameras') onCameras(event.data.cameras);
    else got.push(event.data);
  };
  window.postMessage('understudy:media', '*', [port2]);
  return { send: (message) => port1.postMessage(message), got };
}
