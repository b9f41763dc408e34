// Table-top tasks that the app does not know: other robots, units, rates and meanings of an action.
import { Lift, PickPlace, Stack } from './grasp.mjs';
import { Insert } from './insert.mjs';
import { Push } from './push.mjs';

export const TASKS = [Lift, Push, PickPlace, Insert, Stack];

/** `count` successful demonstrations: rows of { state, action }; the last rows stand still for a while, as a person does. */
export function demonstrate(Task, count, seed) {
  const out = [];
  for (let n = 0; out.length < count && n < 10 * count; n++) {
    const world = new Task(seed * 1000 + n);
    const rows = [];
    for (let after = 0; rows.length < Task.limit && after < 6; after += world.ok ? 1 : 0) {
      const state = world.observe();
      const action = world.expert();
      rows.push({ state, action });
      world.step(action);
    }
    if (world.ok) out.push(rows);
  }
  return out;
}

/** Share of `starts` unseen ones that the expert, or `act` (state → chunk of actions, of which `execute` are used), ends well. */
export async function succeed(Task, starts, seed, act, execute) {
  let good = 0;
  for (let n = 0; n < starts; n++) {
    const world = new Task(700_000 + seed * 1000 + n);
    for (let t = 0; t < Task.limit && !world.ok; ) {
      const chunk = act ? await act(world.observe()) : [world.expert()];
      for (const action of chunk.slice(0, execute)) {
        world.step(action);
        t++;
      }
    }
    good += world.ok ? 1 : 0;
  }
  return good / starts;
}
