// Starting other programs: what they say is kept, not shown, unless asked for.
import { spawn } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './paths.mjs';

/** Resolves to { code, out, err }; code 127 when the program does not exist, 124 when it ran past `limit` milliseconds. */
export function run(command, args, { cwd = root, env = process.env, limit, show = false, shell = false } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd,
      env,
      shell,
      windowsHide: true,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    let out = '';
    let err = '';
    let late = false;
    child.stdout?.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (err += text));
    const timer = limit
      ? setTimeout(() => {
          late = true;
          child.kill('SIGKILL');
        }, limit)
      : undefined;
    child.on('error', (error) => {
      clearTimeout(timer);
      done({ code: 127, out, err: `${err}${error.message}` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      done({ code: late ? 124 : (code ?? 1), out, err });
    });
  });
}

/** npm itself: the one that started this script where there is one, so that the versions match. */
export function npm(args, options = {}) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) return run(process.execPath, [script, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** The full path of a program on PATH, or null. */
export function which(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) return path;
      } catch {
        // not here
      }
    }
  }
  return null;
}

/** Bytes below a folder; a way to show the progress of a program that shows none. */
export function folderSize(folder) {
  let total = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) total += folderSize(path);
      else if (entry.isFile()) total += statSync(path).size;
    }
  } catch {
    // files come and go while we look
  }
  return total;
}

/** Reports the size of a growing folder until the returned function is called. */
export function watchFolder(folder, report) {
  const timer = setInterval(() => report(folderSize(folder)), 500);
  return () => clearInterval(timer);
}

const indented = (lines) => lines.map((line) => `    ${line.slice(0, 300)}`).join('\n');

/** The end of a program's complaint, short enough to read. */
export const lastLines = (text, count = 6) => indented(text.trim().split('\n').slice(-count));

/** Its beginning, for programs that explain first and then ramble. */
export const firstLines = (text, count = 12) => indented(text.trim().split('\n').slice(0, count));
