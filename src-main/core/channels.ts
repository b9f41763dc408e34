/**
 * Channel names used by ipc/ and preload; the renderer never sees them. On their own, because a sandboxed preload can
 * load no package, and the contract brings its schemas along.
 */
export const CHANNELS = {
  call: 'understudy:call',
  event: 'understudy:event',
  ports: 'understudy:ports',
} as const;
