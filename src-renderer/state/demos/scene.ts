import type { SceneObject } from '../../../src-main/core/task';

/** Below the table. */
const NOWHERE = [0, 0, -1, 1, 0, 0, 0];

/**
 * Where the task's objects stood at a recorded row, from the values of `observation.environment_state` by name: `cube.x`,
 * `cube.y`, perhaps `cube.z`, and perhaps `cube.yaw.sin4` with `cube.yaw.cos4` (four times the angle: a cube looks the same
 * every quarter turn). What comes and goes by itself is told by `go.shown` (in its own place or nowhere) or by
 * `cue.on.left` (where another thing stands, or nowhere). Result: x y z qw qx qy qz by object, for `WorldModel.update`.
 */
export function objectsAt(
  names: readonly string[],
  values: readonly number[],
  objects: readonly SceneObject[],
): Record<string, readonly number[]> {
  const by = new Map(names.map((name, i) => [name, values[i]]));
  const found: Record<string, readonly number[]> = {};
  for (const { name, size } of objects) {
    const [x, y] = [by.get(`${name}.x`), by.get(`${name}.y`)];
    if (x === undefined || y === undefined) continue;
    const z = by.get(`${name}.z`) ?? size.at(-1) ?? 0; // what is not said stands on the table
    const [sin, cos] = [by.get(`${name}.yaw.sin4`), by.get(`${name}.yaw.cos4`)];
    const half = sin === undefined || cos === undefined ? 0 : Math.atan2(sin, cos) / 8;
    found[name] = [x, y, z, Math.cos(half), 0, 0, Math.sin(half)];
  }
  for (const { name, pos } of objects) {
    const carriers = objects.filter((other) => by.has(`${name}.on.${other.name}`));
    if (carriers.length > 0) {
      const lit = carriers.find((other) => (by.get(`${name}.on.${other.name}`) ?? 0) > 0.5);
      found[name] = (lit && found[lit.name]) ?? NOWHERE;
    } else if (by.has(`${name}.shown`)) {
      found[name] = pos && (by.get(`${name}.shown`) ?? 0) > 0.5 ? [...pos, 1, 0, 0, 0] : NOWHERE;
    }
  }
  return found;
}
