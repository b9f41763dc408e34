import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
  ChildProcessPort,
  FromTrainer,
  ToTrainer,
  TrainProgress,
  TrainResult,
} from '../../src-main/core/learning';
import { POLICY_KINDS } from '../../src-main/core/learning';
import type { TrainChoice } from '../../src-main/core/training-run';
import { METHODS } from '../../src-main/learner/policies';
import { TASKS } from '../../src-main/sim/tasks';
import { methodList } from '../../src-main/station/method-list';
import type { FromRollouts, ToRollouts } from '../../src-main/station/rollout-messages';
import { RunStore } from '../../src-main/station/run-store';
import { simulatedTask } from '../../src-main/station/simulated-task';
import { Training } from '../../src-main/station/training';
import { fakeDataset, row } from '../learner/fake-dataset';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'understudy-training-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A process that only the test moves. */
function puppet<Out, In>() {
  const sent: Out[] = [];
  const hear = new Set<(message: In) => void>();
  const exits = new Set<(code: number | null) => void>();
  const port: ChildProcessPort<Out, In> = {
    send: (message) => void sent.push(message),
    onMessage: (listener) => {
      hear.add(listener);
      return () => void hear.delete(listener);
    },
    onExit: (listener) => {
      exits.add(listener);
      return () => void exits.delete(listener);
    },
    kill: () => exit(null),
  };
  const say = (message: In) => {
    for (const listener of [...hear]) listener(message);
  };
  const exit = (code: number | null) => {
    for (const listener of [...exits]) listener(code);
    exits.clear();
  };
  return { port, sent, say, exit };
}

type Trainer = ReturnType<typeof puppet<ToTrainer, FromTrainer>>;
type Roller = ReturnType<typeof puppet<ToRollouts, FromRollouts>>;

async function workplace() {
  const trainers: Trainer[] = [];
  const rollers: Roller[] = [];
  const failures: unknown[] = [];
  const runs = new RunStore(join(home, 'runs'), (error) => failures.push(error));
  await runs.load();
  const spawn = <P>(made: P[], one: P): P => {
    made.push(one);
    return one;
  };
  const training = new Training(
    {
      policies: join(home, 'policies'),
      spawnTrainer: () => spawn(trainers, puppet<ToTrainer, FromTrainer>()).port,
      spawnRollouts: () => spawn(rollers, puppet<ToRollouts, FromRollouts>()).port,
      before: async () => {},
      changed: () => {},
      listed: () => {},
      failed: (error) => failures.push(error),
    },
    runs,
  );
  const latest = (): Trainer => trainers.at(-1) as Trainer;
  return { training, runs, trainers, rollers, failures, latest };
}

const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise<void>((done) => setImmediate(done));
};

const engine = { kind: 'native', detail: 'TensorFlow' } as const;
const progress = (change: Partial<TrainProgress> = {}): FromTrainer => ({
  type: 'progress',
  progress: {
    phase: 'training',
    ...{ epoch: 3, step: 30, trainLoss: 0.3, heldOutLoss: 0.4, bestHeldOutLoss: 0.4, bestEpoch: 3 },
    ...{ elapsed: 2, left: 3, samplesPerSecond: 100, engine },
    ...change,
  },
});

const planned = (curve: { epoch: number; train: number; heldOut: number }[] = [], resumed: string | null = null) =>
  ({
    type: 'planned',
    planned: {
      plan: { kind: 'mlp', settings: METHODS.mlp.settings, config: {}, cameras: [], reasons: ['It is small.'] },
      data: { episodes: 2, heldOut: 1, rows: 4, hash: 'a'.repeat(64) },
      resumed,
      curve,
    },
  }) satisfies FromTrainer;

const done = (checkpoint: string, change: Partial<TrainResult> = {}): FromTrainer => ({
  type: 'done',
  result: {
    checkpoint,
    spec: {
      ...{ kind: 'mlp', robot: 'so101-sim', task: 'do it', tasks: [], action: ['joint0'] },
      observation: { joints: ['joint0'], environment: [], cameras: [] },
      ...{ history: 1, chunk: 8, execute: 4, rate: 30 },
    },
    ...{ bestHeldOutLoss: 0.2, bestEpoch: 9, epochs: 10, steps: 100, seconds: 5, cancelled: false },
    episodes: { train: [0], heldOut: [1] },
    engine,
    reasons: [],
    ...change,
  },
});

const dataset = fakeDataset([{ rows: [row([0], [0]), row([1], [1])] }, { rows: [row([0], [0]), row([1], [1])] }]);
const mlp: TrainChoice = { policy: 'mlp', seconds: 5 };
const outOf = ({ sent }: Trainer) => (sent[0]?.type === 'train' ? sent[0].options.out : '');

describe('a training in the app', () => {
  it('shows what was decided and why, the curve and the result, and is in the history afterwards', async () => {
    const { training, runs, latest } = await workplace();
    const id = await training.start(dataset, { ...mlp, name: 'first' });
    await settle();
    expect(training.state()).toMatchObject({ phase: 'running', name: 'first', id });
    latest().say(planned());
    latest().say(progress());
    expect(training.state()).toMatchObject({
      plan: { kind: 'mlp', reasons: ['It is small.'] },
      curve: [{ epoch: 3, train: 0.3, heldOut: 0.4 }],
    });
    latest().say(done(outOf(latest())));
    await settle();
    expect(training.state()).toMatchObject({ phase: 'done', result: { steps: 100 } });
    await runs.settle();
    const file = JSON.parse(readFileSync(join(home, 'runs', id, 'run.json'), 'utf8'));
    expect(file).toMatchObject({ status: 'done', data: { episodes: 2 }, result: { steps: 100 } });
    expect(runs.list()).toMatchObject([{ id, name: 'first', status: 'done' }]);
  });

  it('rests and goes on, and can be cancelled', async () => {
    const { training, latest } = await workplace();
    await training.start(dataset, mlp);
    await settle();
    latest().say(progress());
    training.pause();
    expect(training.state().phase).toBe('paused');
    training.resume();
    training.cancel();
    expect(latest().sent.map((message) => message.type)).toEqual(['train', 'pause', 'resume', 'cancel']);
    latest().say(done(outOf(latest()), { cancelled: true }));
    await settle();
    expect(training.state().phase).toBe('cancelled');
  });

  it('waits its turn; who waits can be put first or taken out', async () => {
    const { training, runs, trainers, latest } = await workplace();
    const [, second, third, fourth] = await Promise.all(
      ['1', '2', '3', '4'].map((name, seed) => training.start(dataset, { ...mlp, name, seed })),
    );
    await settle();
    const waiting = () => training.state().queue.map((entry) => entry.name);
    expect(waiting()).toEqual(['2', '3', '4']);
    training.move(String(fourth), 0);
    await training.remove(String(third));
    expect(waiting()).toEqual(['4', '2']);
    expect(trainers).toHaveLength(1);
    latest().say(done(outOf(latest())));
    await settle();
    expect(trainers).toHaveLength(2);
    expect(training.state()).toMatchObject({ name: '4', queue: [{ id: second }] });
    expect(() => training.move(String(fourth), 0)).toThrow(/not waiting/);
    await expect(training.remove(String(fourth))).rejects.toMatchObject({ kind: 'busy' });
    expect(runs.list()).toHaveLength(3);
  });

  it('goes on with a trainer of its own when one dies on the way, but not for ever', async () => {
    const { training, trainers, failures, latest } = await workplace();
    const id = await training.start(dataset, mlp);
    await settle();
    latest().say(progress());
    latest().exit(9);
    await settle();
    expect(trainers).toHaveLength(2);
    expect(latest().sent).toEqual(trainers[0]?.sent);
    latest().say(planned([{ epoch: 3, train: 0.3, heldOut: 0.4 }], 'Goes on.'));
    expect(training.state()).toMatchObject({ phase: 'running', curve: [{ epoch: 3 }] });
    expect(training.state().notices.join()).toMatch(/started again.*Goes on/);
    // It got nowhere this time.
    latest().exit(9);
    await settle();
    expect(trainers).toHaveLength(2);
    expect(training.state()).toMatchObject({ phase: 'interrupted', fault: { kind: 'child-died' } });
    expect(failures).toHaveLength(1);
    training.goOn(id);
    await settle();
    expect(trainers).toHaveLength(3);
    expect(training.state()).toMatchObject({ phase: 'running', fault: null });
  });

  it('is interrupted when the app closes, and can be gone on with when it is opened again', async () => {
    const { training, latest } = await workplace();
    const id = await training.start(dataset, mlp);
    const waiting = await training.start(dataset, { ...mlp, seed: 4 });
    await settle();
    latest().say(progress());
    const closed = training.close();
    expect(latest().sent.at(-1)).toEqual({ type: 'pause' });
    latest().say(progress({ phase: 'paused' }));
    await closed;

    const again = await workplace();
    expect(again.runs.get(id)).toMatchObject({ status: 'interrupted', curve: [{ heldOut: 0.4 }] });
    expect(again.runs.get(waiting).status).toBe('interrupted');
    again.training.goOn(id);
    await settle();
    expect(again.latest().sent).toEqual([latest().sent[0]]);
    expect(() => again.training.goOn(id)).toThrow(/not interrupted/);
  });

  it('can be done again with its settings, under a new name of its own', async () => {
    const { training, runs, trainers, latest } = await workplace();
    const id = await training.start(dataset, { ...mlp, settings: { chunk: 3 }, tags: ['good'], failures: true });
    await settle();
    latest().say(done(outOf(latest())));
    await settle();
    const second = training.again(id);
    await settle();
    expect(second).not.toBe(id);
    const [a, b] = [runs.get(id).options, runs.get(second).options];
    expect(b).toEqual({ ...a, out: b.out });
    expect(b.out).not.toBe(a.out);
    expect(a).toMatchObject({ settings: { chunk: 3 }, tags: ['good'], skipFailures: false });
    expect(trainers).toHaveLength(2);
  });

  it('does not begin on nothing, on a camera that is not there, or from a policy that is not there', async () => {
    const { training, runs } = await workplace();
    const refused = (set: typeof dataset, choice: TrainChoice) => training.start(set, choice);
    await expect(refused(fakeDataset([]), mlp)).rejects.toMatchObject({ kind: 'not-found' });
    await expect(refused(dataset, { policy: 'cnn' })).rejects.toMatchObject({ kind: 'no-camera' });
    await expect(refused(dataset, { policy: 'auto', cameras: ['x'] })).rejects.toMatchObject({ kind: 'no-camera' });
    await expect(refused(dataset, { ...mlp, start: '../secret' })).rejects.toMatchObject({ kind: 'not-found' });
    await expect(refused(dataset, { ...mlp, rollouts: true })).rejects.toMatchObject({ kind: 'incompatible' });
    expect(runs.list()).toEqual([]);
  });

  it('is remembered even when the record of another one is damaged', async () => {
    const first = await workplace();
    const id = await first.training.start(dataset, mlp);
    await first.runs.settle();
    mkdirSync(join(home, 'runs', 'broken'));
    writeFileSync(join(home, 'runs', 'broken', 'run.json'), '{"version":1');
    const again = await workplace();
    expect(again.failures).toMatchObject([{ kind: 'corrupt' }]);
    expect(again.runs.list()).toMatchObject([{ id }]);
    await again.training.remove(id);
    expect(existsSync(join(home, 'runs', id))).toBe(false);
  });
});

describe('tries in the simulator while a policy trains', () => {
  const reach = TASKS.reach.spec;
  const simulated = fakeDataset(
    [0, 1].map(() => ({
      task: reach.prompt,
      rows: [
        row(
          [0],
          [0],
          reach.environment.map(() => 0),
        ),
      ],
    })),
    { robot: 'so101-sim', environment: [...reach.environment] },
  );

  it('are made where the simulator knows the task and the training is long enough', async () => {
    expect(simulatedTask(simulated)).toBe('reach');
    expect(simulatedTask(dataset)).toBeNull();
    const { training, runs } = await workplace();
    const rollOn = async (choice: Partial<TrainChoice>) =>
      runs.get(await training.start(simulated, { ...mlp, ...choice })).rollOn;
    expect(await rollOn({ seconds: 15 })).toBeNull();
    expect(await rollOn({ seconds: 15, seed: 1, rollouts: true })).toBe('reach');
    expect(await rollOn({ seconds: 300, seed: 2 })).toBe('reach');
    expect(await rollOn({ seconds: 300, seed: 3, rollouts: false })).toBeNull();
  });

  it('show in the curve, and the weights that did clearly better than the last ones are kept', async () => {
    const { training, rollers, latest } = await workplace();
    await training.start(simulated, { ...mlp, rollouts: true });
    await settle();
    const out = outOf(latest());
    const tries = `${out}.tries`;
    const checkpoint = (folder: string, text: string) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'policy.json'), text);
    };
    latest().say(planned());
    checkpoint(join(tries, 'now'), 'early');
    latest().say({ type: 'snapshot', snapshot: { folder: join(tries, 'now'), epoch: 4, elapsed: 2 } });
    const roller = () => rollers[0] as Roller;
    expect(roller().sent).toMatchObject([{ task: 'reach', checkpoint: join(tries, 'now') }]);
    roller().say({ type: 'rolled', successes: 9, trials: 10 });
    await settle();
    expect(training.state().rollouts).toEqual([{ epoch: 4, elapsed: 2, successes: 9, trials: 10 }]);
    checkpoint(out, 'last');
    latest().say(done(out));
    await expect.poll(() => roller().sent.length).toBe(2);
    expect(training.state().phase).toBe('running');
    roller().say({ type: 'rolled', successes: 6, trials: 10 });
    await expect.poll(() => training.state().phase).toBe('done');
    expect(readFileSync(join(out, 'policy.json'), 'utf8')).toBe('early');
    expect(training.state().notices.join()).toMatch(/Kept the weights of epoch 4: 9 of 10/);
    await expect.poll(() => existsSync(tries)).toBe(false);
  });
});

describe('the ways to learn, as a page can show them', () => {
  it('are all there, each with every setting, its range and the value it starts from', () => {
    const list = methodList();
    expect(list.map((method) => method.kind)).toEqual([...POLICY_KINDS]);
    for (const { kind, title, summary, settings } of list) {
      expect(title && summary).toBeTruthy();
      expect(settings.map((field) => field.key)).toContain('learningRate');
      for (const field of settings) expect(field.text).not.toBe('');
      const values = new Map(settings.map((field) => [field.key, field.value]));
      for (const [key, value] of Object.entries(METHODS[kind].settings)) expect(values.get(key)).toEqual(value);
    }
    const own = list.find((method) => method.kind === 'mlp');
    expect(own?.settings.find((field) => field.key === 'chunk')).toMatchObject({
      ...{ kind: 'integer', min: 1, max: 100, value: METHODS.mlp.settings.chunk },
    });
    expect(own?.settings.find((field) => field.key === 'actions')).toMatchObject({
      ...{ kind: 'choice', choices: ['delta', 'absolute'] },
    });
    expect(own?.config[0]).toMatchObject({ key: 'hidden', kind: 'integers' });
  });
});
