import { type FaultError, fault } from '../core/fault';

/**
 * What the driver says when a port does not open, as a fault. It gives text only, no code, in the system's English:
 * strerror on Linux and macOS, the names of Win32 errors on Windows.
 */
export function openFault(path: string, error: Error, platform: string = process.platform): FaultError {
  const text = error.message;
  if (/cannot lock|resource (temporarily unavailable|busy)|device or resource busy|EBUSY|EAGAIN/i.test(text)) {
    return fault(
      'port-busy',
      `${path} is used by another program.`,
      'Close the other program (or another Understudy), then connect again.',
      error,
    );
  }
  if (/access denied/i.test(text) && platform === 'win32') {
    return fault(
      'port-busy',
      `Windows refuses ${path}: another program probably uses it.`,
      'Close the other program, then connect again.',
      error,
    );
  }
  if (/permission denied|access denied|EACCES|EPERM|not permitted/i.test(text)) {
    return fault('permission', `You may not open ${path}.`, permissionTip(platform), error);
  }
  if (/no such file|file not found|ENOENT|no such device|ENXIO|ENODEV/i.test(text)) {
    return fault(
      'not-found',
      `There is no port ${path}.`,
      'Plug the adapter in, switch the arm on, and choose the port from the list.',
      error,
    );
  }
  if (/inappropriate ioctl|ENOTTY|baud/i.test(text)) {
    return fault(
      'bad-input',
      `${path} is not a serial port that runs at this speed.`,
      'Choose the port of the servo adapter from the list.',
      error,
    );
  }
  return fault(
    'link-lost',
    `${path} does not open: ${text}`,
    'Unplug the adapter, plug it in again, and connect again.',
    error,
  );
}

function permissionTip(platform: string): string {
  if (platform !== 'linux') return 'Allow this program to use serial ports, then connect again.';
  return 'Join the group that owns serial ports: run `sudo usermod -aG dialout $USER` (Arch: uucp), then log out and in again.';
}
