import { aboutZ, norm, type Pose, sub, type Vec3 } from '../../core/pose';
import { HIDDEN, type SimTask, type TaskView } from './task';

/** Seconds from the start during which the cue shows which of the two is right, and after which the arm may go. */
export const CUE = 1;
export const GO = 1.8;
const TOLERANCE = 0.02;
const RADIUS = 0.01;
const GO_AT: Vec3 = [0.25, 0, 0.001];

const at = (pos: Vec3): Pose => ({ pos, quat: aboutZ(0) });
const far = (view: TaskView, name: string) => norm(sub(view.pose(name).pos, view.tool.pos));
/** Which one is right. The pose called `answer` says so; it is neither drawn nor among what a policy is told. */
const answer = (view: TaskView): 'left' | 'right' => {
  const { pos } = view.pose('answer');
  const off = (name: string) => norm(sub(view.pose(name).pos, pos));
  return off('left') <= off('right') ? 'left' : 'right';
};
const cued = (view: TaskView) => view.time < CUE;

/**
 * A cue lights up at one of two markers and goes off; a while later the arm may go, and must go there. When it may go,
 * everything looks the same in both cases: only who remembers the cue does better than guessing.
 */
export const recall: SimTask = {
  spec: {
    id: 'recall',
    title: 'Recall',
    prompt: 'wait for the green light, then touch the marker that was lit',
    environment: [
      'left.x',
      'left.y',
      'left.z',
      'right.x',
      'right.y',
      'right.z',
      'tool.to.left.x',
      'tool.to.left.y',
      'tool.to.left.z',
      'tool.to.right.x',
      'tool.to.right.y',
      'tool.to.right.z',
      'cue.on.left',
      'cue.on.right',
      'go.shown',
    ],
    timeLimit: 7,
    objects: [
      { name: 'left', shape: 'sphere', size: [RADIUS], color: '#8b8d98', marker: true },
      { name: 'right', shape: 'sphere', size: [RADIUS], color: '#8b8d98', marker: true },
      { name: 'cue', shape: 'sphere', size: [2 * RADIUS], color: '#ffc53d', marker: true },
      { name: 'go', shape: 'cylinder', size: [0.02, 0.001], color: '#30a46c', marker: true, pos: GO_AT },
    ],
  },
  bodies: [],
  start(random) {
    const x = random.between(0.235, 0.26);
    const y = random.between(0.08, 0.095);
    const left: Vec3 = [x, y, 0.08];
    const right: Vec3 = [x, -y, 0.08];
    return { left: at(left), right: at(right), answer: at(random.next() < 0.5 ? left : right) };
  },
  environment(view) {
    const left = view.pose('left').pos;
    const right = view.pose('right').pos;
    const lit = cued(view) ? answer(view) : null;
    return [
      ...left,
      ...right,
      ...sub(left, view.tool.pos),
      ...sub(right, view.tool.pos),
      Number(lit === 'left'),
      Number(lit === 'right'),
      Number(view.time >= GO),
    ];
  },
  /** Values from after the cue do not say which one was right: it stays as it is. */
  restore(values) {
    const left: Vec3 = [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0];
    const right: Vec3 = [values[3] ?? 0, values[4] ?? 0, values[5] ?? 0];
    const [onLeft = 0, onRight = 0] = values.slice(12);
    const known = onLeft > onRight ? left : onRight > onLeft ? right : null;
    return { left: at(left), right: at(right), ...(known && { answer: at(known) }) };
  },
  shown: (view) => ({
    cue: cued(view) ? view.pose(answer(view)) : HIDDEN,
    go: view.time >= GO ? at(GO_AT) : HIDDEN,
  }),
  met: (view) => view.time >= GO && far(view, answer(view)) < TOLERANCE,
  spoilt: (view) => far(view, answer(view) === 'left' ? 'right' : 'left') < TOLERANCE,
  dwell: 0.3,
};
