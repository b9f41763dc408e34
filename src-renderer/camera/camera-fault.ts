import { type FaultError, fault } from '../../src-main/core/fault';

/** What the browser says, as something a person can act on. */
export function cameraFault(error: unknown, label: string): FaultError {
  const name = error instanceof DOMException ? error.name : '';
  const known = KNOWN[name] ?? KNOWN[name === 'OverconstrainedError' ? 'NotFoundError' : ''];
  if (known) return fault('no-camera', `${label}${known.message}`, known.tip, error);
  const why = error instanceof Error ? error.message : String(error);
  return fault('no-camera', `${label} does not work: ${why}`, 'Unplug it and plug it in again.', error);
}

const KNOWN: Readonly<Record<string, { readonly message: string; readonly tip: string }>> = {
  NotAllowedError: {
    message: ': permission refused',
    tip: 'Allow camera use for Understudy in the system settings, then switch it on again.',
  },
  NotReadableError: {
    message: ' is used by another program, or its USB bus is full',
    tip: 'Close video calls and other programs that use it, or plug it into another USB port, then try again.',
  },
  NotFoundError: {
    message: ' is not there any more',
    tip: 'Plug the camera in again, or choose another one in Setup.',
  },
};
