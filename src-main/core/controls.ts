import type { Button, StickState } from './pilot';

/**
 * What each key and each gamepad control does: teleop reads it to drive, the renderer to draw the map of the controls.
 * `control` is also the name under which a source reports it in use (`StickSource.lit`, `LiveTick.lit`).
 */
export type StickAxis = Exclude<keyof StickState, 'deadman'>;

export interface Meaning {
  /** For a person: what it does. */
  readonly does: string;
  /** Moves this axis of the stick, towards +1 or -1 … */
  readonly axis?: StickAxis;
  readonly sign?: 1 | -1;
  /** … or presses this button … */
  readonly button?: Button;
  /** … or is the dead-man switch. */
  readonly deadman?: true;
}

export interface KeyBinding extends Meaning {
  /** `key:` and the `KeyboardEvent.code`. */
  readonly control: `key:${string}`;
  /** `KeyboardEvent.code`: the place on the keyboard, whatever is printed on it. */
  readonly code: string;
  /** What a US keyboard prints on it. */
  readonly label: string;
}

const key = (code: string, label: string, meaning: Meaning): KeyBinding => ({
  control: `key:${code}`,
  code,
  label,
  ...meaning,
});

/** Left hand moves, right hand turns the wrist. A motion key works while it is held. */
export const KEY_MAP: readonly KeyBinding[] = [
  key('KeyW', 'W', { does: 'Forward', axis: 'x', sign: 1 }),
  key('KeyS', 'S', { does: 'Back', axis: 'x', sign: -1 }),
  key('KeyA', 'A', { does: 'Left', axis: 'y', sign: 1 }),
  key('KeyD', 'D', { does: 'Right', axis: 'y', sign: -1 }),
  key('KeyR', 'R', { does: 'Up', axis: 'z', sign: 1 }),
  key('KeyF', 'F', { does: 'Down', axis: 'z', sign: -1 }),
  key('ArrowUp', '↑', { does: 'Pitch up', axis: 'pitch', sign: 1 }),
  key('ArrowDown', '↓', { does: 'Pitch down', axis: 'pitch', sign: -1 }),
  key('ArrowLeft', '←', { does: 'Roll left', axis: 'roll', sign: -1 }),
  key('ArrowRight', '→', { does: 'Roll right', axis: 'roll', sign: 1 }),
  key('KeyQ', 'Q', { does: 'Close gripper', axis: 'grip', sign: -1 }),
  key('KeyE', 'E', { does: 'Open gripper', axis: 'grip', sign: 1 }),
  key('Space', 'Space', { does: 'Stop', button: 'stop' }),
  key('Escape', 'Esc', { does: 'Stop', button: 'stop' }),
  key('Enter', 'Enter', { does: 'Record / finish / keep', button: 'record' }),
  key('Backspace', 'Backspace', { does: 'Discard', button: 'discard' }),
  key('KeyY', 'Y', { does: 'Redo', button: 'redo' }),
  key('Digit1', '1', { does: 'Success', button: 'success' }),
  key('Digit0', '0', { does: 'Failure', button: 'failure' }),
  key('KeyH', 'H', { does: 'Hand over', button: 'hand-over' }),
  key('KeyT', 'T', { does: 'Take over', button: 'take-over' }),
  key('KeyG', 'G', { does: 'New start', button: 'reset' }),
];

export interface PadBinding extends Meaning {
  readonly control: `pad:${string}`;
  /** By its place on an Xbox controller; `ps` is the same place on a PlayStation one. */
  readonly label: string;
  readonly ps?: string;
  /** Where it is in the W3C "standard gamepad": an axis (-1..1) in one direction, or a button (0..1). */
  readonly from: { readonly axis: number; readonly sign: 1 | -1 } | { readonly button: number };
}

const stick = (name: string, axis: number, sign: 1 | -1, label: string, meaning: Meaning): PadBinding => ({
  control: `pad:${name}`,
  label,
  from: { axis, sign },
  ...meaning,
});
const button = (name: string, index: number, label: string, meaning: Meaning, ps?: string): PadBinding => ({
  control: `pad:${name}`,
  label,
  from: { button: index },
  ...meaning,
  ...(ps && { ps }),
});

/** In the standard gamepad a stick's axes grow to the right and down. Record is also keep: the take's phase decides. */
export const PAD_MAP: readonly PadBinding[] = [
  stick('left-y-', 1, -1, 'Left stick ▲', { does: 'Forward', axis: 'x', sign: 1 }),
  stick('left-y+', 1, 1, 'Left stick ▼', { does: 'Back', axis: 'x', sign: -1 }),
  stick('left-x-', 0, -1, 'Left stick ◀', { does: 'Left', axis: 'y', sign: 1 }),
  stick('left-x+', 0, 1, 'Left stick ▶', { does: 'Right', axis: 'y', sign: -1 }),
  stick('right-y-', 3, -1, 'Right stick ▲', { does: 'Up', axis: 'z', sign: 1 }),
  stick('right-y+', 3, 1, 'Right stick ▼', { does: 'Down', axis: 'z', sign: -1 }),
  stick('right-x-', 2, -1, 'Right stick ◀', { does: 'Roll left', axis: 'roll', sign: -1 }),
  stick('right-x+', 2, 1, 'Right stick ▶', { does: 'Roll right', axis: 'roll', sign: 1 }),
  button('up', 12, 'D-pad ▲', { does: 'Pitch up', axis: 'pitch', sign: 1 }),
  button('down', 13, 'D-pad ▼', { does: 'Pitch down', axis: 'pitch', sign: -1 }),
  button('rt', 7, 'RT', { does: 'Close gripper', axis: 'grip', sign: -1 }, 'R2'),
  button('lt', 6, 'LT', { does: 'Open gripper', axis: 'grip', sign: 1 }, 'L2'),
  button('lb', 4, 'LB', { does: 'Dead-man switch', deadman: true }, 'L1'),
  button('rb', 5, 'RB', { does: 'Dead-man switch', deadman: true }, 'R1'),
  button('b', 1, 'B', { does: 'Stop', button: 'stop' }, '○'),
  button('a', 0, 'A', { does: 'Record / finish / keep', button: 'record' }, '✕'),
  button('x', 2, 'X', { does: 'Discard', button: 'discard' }, '□'),
  button('y', 3, 'Y', { does: 'Redo', button: 'redo' }, '△'),
  button('right', 15, 'D-pad ▶', { does: 'Success', button: 'success' }),
  button('left', 14, 'D-pad ◀', { does: 'Failure', button: 'failure' }),
  button('start', 9, 'Menu', { does: 'Hand over', button: 'hand-over' }, 'Options'),
  button('back', 8, 'View', { does: 'Take over', button: 'take-over' }, 'Share'),
];
