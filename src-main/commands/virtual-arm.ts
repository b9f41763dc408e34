import { z } from 'zod';
import { RealClock } from '../control/real-clock';
import { TASK_IDS } from '../core/task';
import { so101Profile } from '../robots/profiles';
import { serveArm } from '../sim/serve-arm';
import { SimWorld } from '../sim/world';
import { flag, type OptionSpec } from './options';
import type { Output } from './output';

const shape = { task: z.enum(TASK_IDS).default('pick-place'), json: flag };

export const virtualArmOptions: OptionSpec<typeof shape> = {
  schema: z.object(shape),
  flags: ['json'],
  help: { task: `what stands on its table: ${TASK_IDS.join(' | ')} (pick-place)`, json: 'print {"path": …} on stdout' },
};

/** Six virtual STS3215 on a pseudo-terminal, for this app and for other people's software. Ends with Ctrl-C. */
export async function virtualArm(options: z.output<typeof virtualArmOptions.schema>, output: Output): Promise<void> {
  const profile = so101Profile();
  const clock = new RealClock();
  const world = await SimWorld.create({ profile, task: options.task, clock, seed: 0 });
  const arm = await serveArm({ plant: world.plant, profile, clock });
  output.result({ path: arm.path }, arm.path);
  output.say('A virtual SO-101 (six STS3215, ids 1 to 6) answers there. Ctrl-C ends it.');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await arm.close();
  world.dispose();
}
