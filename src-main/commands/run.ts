import { resolve } from 'node:path';
import { z } from 'zod';
import { RealClock } from '../control/real-clock';
import { fault } from '../core/fault';
import { TASK_IDS } from '../core/task';
import { misfit } from '../station/autopilot';
import { watchingPump } from '../station/pump';
import { openRig, type RobotChoice } from '../station/rig';
import { count, duration, flag, type OptionSpec, text } from './options';
import type { Output } from './output';
import { openPolicy } from './policy-process';

const shape = {
  policy: text,
  task: z.enum(TASK_IDS).optional(),
  port: text.optional(),
  rate: count.default(60),
  seconds: duration.default(30),
  json: flag,
};

export const runOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: {
    policy: 'checkpoint folder',
    task: `simulated arm at this task: ${TASK_IDS.join(' | ')}`,
    port: 'or: real SO-101 on this serial port',
    rate: 'control loop, Hz (60)',
    seconds: 'how long (30)',
    json: 'one JSON object on stdout',
  },
};

/** A policy drives in real time. Ctrl-C stops the arm where it is. */
export async function run(options: z.output<typeof runOptions.schema>, output: Output): Promise<void> {
  const choice = chosenRobot(options);
  const { pilot, close } = await openPolicy(resolve(options.policy), (error) => output.failed(error));
  const rig = await openRig(choice, { clock: new RealClock(), rate: options.rate }).catch((error) => {
    close();
    throw error;
  });
  const end = new AbortController();
  const interrupt = () => rig.loop.stop('Interrupted');
  process.once('SIGINT', interrupt);
  let succeeded = false;
  try {
    const problem = misfit(pilot.spec, rig, []);
    if (problem) throw fault('incompatible', problem, 'Choose the robot and task it was trained on.');
    const looping = rig.loop.run(end.signal);
    await rig.seat.sit('policy', pilot);
    let ticks = 0;
    await watchingPump(rig.loop)(() => {
      succeeded ||= rig.world?.success() ?? false;
      return rig.loop.stopped !== null || succeeded || ++ticks >= options.seconds * options.rate;
    });
    end.abort();
    await looping.catch(() => {});
    const { hz, lateP99 } = rig.loop.stats();
    const result = {
      success: rig.world ? succeeded : null,
      ticks,
      hz,
      late_p99_ms: lateP99,
      stopped: rig.loop.stopped,
    };
    output.result(result, rig.world ? (succeeded ? 'The task is done.' : 'The task is not done.') : `${ticks} ticks`);
  } finally {
    process.off('SIGINT', interrupt);
    end.abort();
    await rig.close();
    close();
  }
}

function chosenRobot({ task, port }: z.output<typeof runOptions.schema>): RobotChoice {
  if (task && !port) return { kind: 'so101-sim', task };
  if (port && !task) return { kind: 'so101', port };
  throw fault(
    'bad-input',
    'Give either --task (simulated arm) or --port (real arm)',
    'Example: understudy run --policy P --task push',
  );
}
