import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import { CHANNELS } from './core/channels';

/**
 * The bridge: names and data go through, nothing else. What may be called, and with what, is decided in main, where
 * every call is parsed by its schema (core/contract.ts, ipc/server.ts).
 */
contextBridge.exposeInMainWorld('understudy', {
  call: (name: string, params: unknown) => ipcRenderer.invoke(CHANNELS.call, name, params),
  on: (listener: (name: string, data: unknown) => void) => {
    const forward = (_event: IpcRendererEvent, name: string, data: unknown) => listener(name, data);
    ipcRenderer.on(CHANNELS.event, forward);
    return () => void ipcRenderer.removeListener(CHANNELS.event, forward);
  },
});

// A MessagePort cannot cross the context bridge; it can be posted to the page's own window.
ipcRenderer.on(CHANNELS.ports, (event, name: string) => {
  const [port] = event.ports;
  if (port) window.postMessage(`understudy:${name}`, window.location.origin, [port]);
});
