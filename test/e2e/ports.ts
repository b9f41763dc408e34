import { SerialPort } from 'serialport';
import { openPseudoTerminal } from '../../src-main/links/pty';

/** A serial port that somebody else has open, with the exclusive lock that serial programs take. */
export async function holdPort(): Promise<{ path: string; close: () => Promise<void> }> {
  const terminal = await openPseudoTerminal();
  const holder = new SerialPort({ path: terminal.path, baudRate: 115200, lock: true, autoOpen: false });
  await new Promise<void>((resolve, reject) => holder.open((error) => (error ? reject(error) : resolve())));
  return {
    path: terminal.path,
    close: async () => {
      await new Promise<void>((resolve) => holder.close(() => resolve()));
      await terminal.close();
    },
  };
}
