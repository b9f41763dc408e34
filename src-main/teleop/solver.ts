import type { Vec3 } from '../core/pose';
import { norm, sub } from '../core/pose';
import type { Kinematics, ToolGoal, ToolState } from './kinematics';

const ITERATIONS = 10;
/** No joint turns further than this in one iteration, rad: keeps the linear model honest near singularities. */
const TRUST = 0.2;
/** Error (m) at which the search is content. */
const TIGHT = 1e-6;

/**
 * Damped least squares (Nakamura & Hanafusa 1986; Buss 2004) with the damping adapted as in Levenberg–Marquardt, and
 * joint limits by an active set: a joint that would leave its range is put on the limit and the rest solve again.
 * Minimises |position error|² + (pitchWeight · pitch error)². Starts at `angles`, so the answer is the nearby one.
 * Returns new angles and the position error left, metres.
 */
export function solve(
  arm: Kinematics,
  angles: readonly number[],
  goal: ToolGoal,
  pitchWeight: number,
): { angles: number[]; miss: number } {
  const limit = arm.limitsFrom(angles);
  let q = angles.map((a, i) => (arm.armJoints.includes(i) ? limit(i, a) : a));
  let state = arm.tool(q);
  let error = residual(state, goal, pitchWeight);
  let cost = square(error);
  let damping = 1e-5;
  for (let k = 0; k < ITERATIONS && cost > TIGHT * TIGHT; k++) {
    const rows = arm.jacobian(state);
    const jacobian = rows.map((row, r) => (r === 3 ? row.map((v) => v * pitchWeight) : row));
    const next = bounded(arm.armJoints, limit, q, jacobian, error, damping);
    const nextState = arm.tool(next);
    const nextError = residual(nextState, goal, pitchWeight);
    const nextCost = square(nextError);
    if (nextCost < cost) {
      const gain = cost - nextCost;
      [q, state, error, cost] = [next, nextState, nextError, nextCost];
      damping = Math.max(damping / 8, 1e-9);
      if (gain < 1e-3 * cost) break;
    } else {
      damping *= 30;
      if (damping > 1) break;
    }
  }
  return { angles: q, miss: norm([error[0], error[1], error[2]]) };
}

type Residual = [number, number, number, number];

function residual(state: ToolState, goal: ToolGoal, pitchWeight: number): Residual {
  const [x, y, z]: Vec3 = sub(goal.pos, state.pose.pos);
  return [x, y, z, pitchWeight * wrapped(goal.pitch - state.pitch)];
}

const square = (v: readonly number[]): number => v.reduce((sum, x) => sum + x * x, 0);
const wrapped = (angle: number): number => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

/** One damped step from `q`, re-solved without the joints that stand against a limit. */
function bounded(
  joints: readonly number[],
  limit: (joint: number, angle: number) => number,
  q: readonly number[],
  jacobian: number[][],
  error: Residual,
  damping: number,
): number[] {
  let free = joints.map((_, c) => c);
  for (;;) {
    const step = dampedStep(jacobian, error, free, damping);
    const largest = Math.max(...step.map(Math.abs), TRUST) / TRUST;
    const next = [...q];
    let worst = { column: -1, over: 1e-9 };
    free.forEach((c, k) => {
      const joint = joints[c] as number;
      const from = q[joint] as number;
      const to = from + (step[k] as number) / largest;
      const legal = limit(joint, to);
      // Only a joint that stands on its limit already is taken out; one that reaches it now may go that far. And one
      // at a time: without the worst, the next may turn out to be wanted the other way.
      const over = Math.abs(to - legal);
      if (over > worst.over && Math.abs(legal - from) < 1e-9) worst = { column: c, over };
      next[joint] = legal;
    });
    if (worst.column < 0) return next;
    free = free.filter((c) => c !== worst.column);
    if (free.length === 0) return [...q];
  }
}

/** Solves (JᵀJ + λI) d = Jᵀe over the free columns by Gauss–Jordan with pivoting; n ≤ 6. */
function dampedStep(jacobian: number[][], error: Residual, free: readonly number[], damping: number): number[] {
  const n = free.length;
  const column = (c: number) => jacobian.map((row) => row[c] as number);
  const columns = free.map(column);
  const a = columns.map((ci, i) => [
    ...columns.map((cj, j) => ci.reduce((sum, v, r) => sum + v * (cj[r] as number), 0) + (i === j ? damping : 0)),
    ci.reduce((sum, v, r) => sum + v * (error[r] as number), 0),
  ]);
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let r = i + 1; r < n; r++) if (Math.abs(at(a, r, i)) > Math.abs(at(a, pivot, i))) pivot = r;
    [a[i], a[pivot]] = [a[pivot] as number[], a[i] as number[]];
    const row = a[i] as number[];
    const p = row[i] as number;
    for (let c = i; c <= n; c++) row[c] = (row[c] as number) / p;
    for (let r = 0; r < n; r++) {
      if (r === i) continue;
      const f = at(a, r, i);
      const other = a[r] as number[];
      for (let c = i; c <= n; c++) other[c] = (other[c] as number) - f * (row[c] as number);
    }
  }
  return a.map((row) => row[n] as number);
}

const at = (m: number[][], r: number, c: number): number => (m[r] as number[])[c] as number;
