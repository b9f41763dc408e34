// A display to open windows on: the real one, or a virtual one that nobody sees.
import { spawn } from 'node:child_process';
import { SetupError } from './say.mjs';
import { hasDisplay } from './system.mjs';

const SIZE = '1440x900x24';
const PATIENCE = 15_000;

/** Resolves to { env, virtual, close }. `env` is what a program needs to find the display. Xvfb ends with this process. */
export async function openDisplay({ virtual = !hasDisplay() } = {}) {
  if (!virtual || process.platform !== 'linux') return { env: {}, virtual: false, close: async () => {} };
  const args = ['-displayfd', '3', '-screen', '0', SIZE, '-nolisten', 'tcp', '-dpi', '96'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const close = () => server.kill('SIGTERM');
  const ended = new Promise((done) => server.once('close', done).once('error', done));
  process.once('exit', close);
  const number = await new Promise((done, fail) => {
    let text = '';
    let complaint = '';
    const late = setTimeout(() => fail(new Error('Xvfb did not start in time')), PATIENCE);
    server.stdio[3].setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) {
        clearTimeout(late);
        done(text.trim());
      }
    });
    server.stderr.setEncoding('utf8').on('data', (chunk) => (complaint += chunk));
    server.on('error', fail);
    server.on('exit', (code) => fail(new Error(`Xvfb ended with ${code}: ${complaint.trim()}`)));
  }).catch((error) => {
    close();
    throw new SetupError(`No virtual display: ${error.message}`, 'npx understudy demo works without a window');
  });
  server.unref();
  server.stdio[3].destroy();
  server.stderr.unref?.();
  const env = { DISPLAY: `:${number}`, WAYLAND_DISPLAY: '', XDG_SESSION_TYPE: 'x11' };
  return {
    env,
    virtual: true,
    /** Resolves when the server is gone, so that none is left behind half dead. */
    async close() {
      process.removeListener('exit', close);
      server.ref();
      close();
      await ended;
    },
  };
}

/** Runs `work(env, display)` with a display that is there for as long as it takes. */
export async function withDisplay(work, options) {
  const display = await openDisplay(options);
  try {
    return await work({ ...process.env, ...display.env }, display);
  } finally {
    await display.close();
  }
}
