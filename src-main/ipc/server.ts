import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { CHANNELS } from '../core/channels';
import type { Answer, Calls, EventName, Events } from '../core/contract';
import { dispatch } from '../core/dispatch';
import { fault, toFault } from '../core/fault';

/**
 * Answers the renderer's calls: only our own page may call, every parameter is parsed by its schema, every error goes
 * back as data. `onFailure` sees each, for the log.
 */
export function serveCalls(
  calls: Calls,
  pageOrigin: string,
  onFailure: (name: string, error: unknown) => void,
): () => void {
  ipcMain.handle(CHANNELS.call, async (event, name: unknown, params: unknown): Promise<Answer<unknown>> => {
    try {
      if (!isOurs(event, pageOrigin))
        throw fault('permission', 'A foreign page tried to call Understudy', 'Restart the app.');
      return { ok: true, value: await dispatch(calls, name, params) };
    } catch (error) {
      onFailure(String(name), error);
      return { ok: false, fault: toFault(error) };
    }
  });
  return () => ipcMain.removeHandler(CHANNELS.call);
}

function isOurs(event: IpcMainInvokeEvent, pageOrigin: string): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && frame.url.startsWith(`${pageOrigin}/`);
}

/** Says something to the page; silently nothing once the window is gone. */
export function emit<K extends EventName>(window: BrowserWindow | null, name: K, data: Events[K]): void {
  if (window && !window.isDestroyed()) window.webContents.send(CHANNELS.event, name, data);
}
