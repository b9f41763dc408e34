/**
 * Errors as data. Every error that a person may see crosses every boundary (process, wire, disk) as a `Fault`:
 * `kind` is what code matches on, `message` says what happened, `tip` says what to do next.
 */
export type FaultKind =
  | 'bad-input' // a call, file or command line that does not parse
  | 'not-found' // a folder, episode, checkpoint, port that is not there
  | 'corrupt' // a file that exists but cannot be trusted
  | 'link-lost' // the wire went silent or the port vanished
  | 'port-busy'
  | 'permission'
  | 'servo' // a servo reports an error flag or does not answer
  | 'disk-full'
  | 'read-only'
  | 'no-camera'
  | 'no-gamepad'
  | 'no-engine'
  | 'incompatible' // right kind of file, wrong robot / version / shape
  | 'busy' // not now: something else is under way
  | 'cancelled'
  | 'child-died' // a trainer or pilot-host process ended by itself
  | 'internal';

export interface Fault {
  readonly kind: FaultKind;
  readonly message: string;
  readonly tip: string;
}

/** A `Fault` on its way up the stack. */
export class FaultError extends Error implements Fault {
  override readonly name = 'FaultError';
  readonly kind: FaultKind;
  readonly tip: string;
  constructor(kind: FaultKind, message: string, tip: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
    this.tip = tip;
  }
}

export const fault = (kind: FaultKind, message: string, tip: string, cause?: unknown): FaultError =>
  new FaultError(kind, message, tip, cause === undefined ? undefined : { cause });

/** A fault that came over a wire, thrown on this side as it was on the other. The sender's kind is trusted. */
export const revive = (data: { kind: string; message: string; tip: string }): FaultError =>
  new FaultError(data.kind as FaultKind, data.message, data.tip);

/** Any thrown value as plain data, ready for the wire. Keeps a fault as it is; names common system errors. */
export function toFault(error: unknown): Fault {
  if (isFault(error)) return { kind: error.kind, message: error.message, tip: error.tip };
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  const known = SYSTEM_ERRORS[code];
  if (known) return { ...known, message: `${known.message} (${message})` };
  return { kind: 'internal', message, tip: 'This is a defect of Understudy. Please report it with the log file.' };
}

export function isFault(value: unknown): value is Fault {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    'message' in value &&
    'tip' in value &&
    typeof value.message === 'string' &&
    typeof value.tip === 'string'
  );
}

const SYSTEM_ERRORS: Record<string, Fault> = {
  ENOSPC: {
    kind: 'disk-full',
    message: 'The disk is full',
    tip: 'Free some space or choose another folder, then try again.',
  },
  EDQUOT: {
    kind: 'disk-full',
    message: 'Your disk quota is used up',
    tip: 'Free some space or choose another folder.',
  },
  EACCES: { kind: 'permission', message: 'Permission denied', tip: 'Choose a folder or port that you may use.' },
  EPERM: { kind: 'permission', message: 'Permission denied', tip: 'Choose a folder or port that you may use.' },
  EROFS: { kind: 'read-only', message: 'The disk is read-only', tip: 'Choose a folder on a disk that can be written.' },
  ENOENT: { kind: 'not-found', message: 'No such file or folder', tip: 'Check the path, or choose another one.' },
  EISDIR: {
    kind: 'corrupt',
    message: 'A folder stands where a file should be',
    tip: 'Check the path, or restore the file from a backup.',
  },
  EBUSY: { kind: 'port-busy', message: 'The device is busy', tip: 'Close other programs that use it, then try again.' },
};
