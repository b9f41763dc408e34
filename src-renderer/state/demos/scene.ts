import type { SceneObject } from '../../../src-main/core/task';

/**
 * Where the task's objects stood at a recorded row, from the values of `observation.environment_state` by name: `cube.x`,
 * `cube.y`, perhaps `cube.z`, and perhaps `cube.yaw.sin4` with `cube.yaw.cos4` (four times the angle: a cube looks the same
 * every quarter turn). Result: x y z qw qx qy qz by object, for `WorldModel.update`.
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
  return found;
}
