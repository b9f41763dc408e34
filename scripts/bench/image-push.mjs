// The camera policy in the app: the expert records in the simulator, a CNN learns from the front camera and the joints
// (no cube pose in its observation), and drives 50 unseen starts. All through the running desktop app.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApp } from '../lib/drive-app.mjs';

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      episodes: { type: 'string', default: '60' },
      seconds: { type: 'string', default: '420' },
      trials: { type: 'string', default: '50' },
      chunk: { type: 'string' },
      home: { type: 'string' },
      policy: { type: 'string', default: 'cnn' },
      task: { type: 'string', default: 'push' },
    },
  });
  const home = values.home ?? mkdtempSync(join(tmpdir(), 'understudy-image-push-'));
  const app = await openApp({ home });
  try {
    await app.call('robot.open', { kind: 'so101-sim', task: values.task });
    await app.until((state) => state.cameras.some((camera) => camera.name === 'front'), 'the simulated cameras', 30);
    await app.call('record.settings', { cameras: ['front'] });
    const wanted = Number(values.episodes) - ((await app.state()).dataset?.episodes ?? 0);
    const times = {};
    let began = performance.now();
    const lap = (name) => {
      times[name] = (performance.now() - began) / 1000;
      began = performance.now();
    };
    if (wanted > 0) {
      await app.call('expert.record', { episodes: wanted });
      await app.until(
        (state) => !state.trials.running,
        'the expert',
        wanted * 40,
        (s) => `recorded ${s.trials.done} of ${s.trials.total}`,
      );
    }
    lap('record');
    const { dataset } = await app.state();
    // Where a person would be, too: without a live view to draw, the training has the processor for itself.
    await app.show('train');
    await app.call('train.start', {
      policy: values.policy,
      cameras: ['front'],
      seconds: Number(values.seconds),
      ...(values.chunk && { chunk: Number(values.chunk) }),
    });
    await app.until(
      (state) => state.train.phase !== 'running',
      'the training',
      Number(values.seconds) * 3 + 600,
      ({ train: { progress: p } }) =>
        p &&
        `${p.phase} epoch ${p.epoch}: train ${p.trainLoss.toFixed(4)}, held out ${p.heldOutLoss.toFixed(4)}, ${Math.round(p.samplesPerSecond)} samples/s, ${Math.round(p.left)} s left`,
    );
    lap('train');
    const { train } = await app.state();
    if (train.phase !== 'done') throw new Error(`training ${train.phase}: ${JSON.stringify(train.fault)}`);
    const [policy] = await app.call('policy.list');
    await app.call('policy.load', { id: policy.id });
    await app.until((state) => state.policy.status === 'ready', 'the policy', 60);
    await app.show('autopilot');
    await app.call('trials.start', { trials: Number(values.trials) });
    await app.until(
      (state) => !state.trials.running,
      'the trials',
      Number(values.trials) * 30,
      (s) => `${s.trials.successes} of ${s.trials.done}`,
    );
    lap('evaluate');
    const { trials, policy: loaded, drive, faults } = await app.state();
    const { observation } = policy.spec;
    process.stdout.write(
      `${JSON.stringify(
        {
          task: values.task,
          policy: policy.spec.kind,
          observation: {
            joints: observation.joints,
            environment: observation.environment,
            cameras: observation.cameras,
          },
          episodes: dataset?.episodes,
          frames: dataset?.frames,
          successes: trials.successes,
          trials: trials.done,
          success_rate: trials.successes / trials.done,
          interval: trials.interval,
          held_out_loss: train.result.bestHeldOutLoss,
          samples_per_second: train.progress.samplesPerSecond,
          act_ms: loaded.latency,
          loop_hz: drive.hz,
          seconds: times,
          home,
          faults: faults.map((fault) => fault.message),
        },
        null,
        2,
      )}\n`,
    );
  } finally {
    await app.close();
  }
}
