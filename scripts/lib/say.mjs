// What set-up tells the person: one line a step, on stderr, so that stdout stays free for a command's own answer.
const live = process.stderr.isTTY && !process.env.CI;
const TICK_LIVE = 200;
const TICK_PLAIN = 15_000;

/** An error whose reader is a person: what went wrong, and what to do next. */
export class SetupError extends Error {
  constructor(message, tip) {
    super(message);
    this.name = 'SetupError';
    this.tip = tip;
  }
}

export function say(line) {
  process.stderr.write(`${line}\n`);
}

export function tip(line) {
  say(`  tip: ${line}`);
}

export function seconds(ms) {
  return ms < 950
    ? `${Math.round(ms)} ms`
    : ms < 100_000
      ? `${(ms / 1000).toFixed(1)} s`
      : `${Math.round(ms / 1000)} s`;
}

export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** Runs one step: says what it does, shows progress while it runs, and how long it took. `work` gets `progress(text)`. */
export async function step(title, work) {
  const began = Date.now();
  let note = '';
  const line = () => `${title}${note ? `: ${note}` : ''} (${seconds(Date.now() - began)})`;
  const draw = () => {
    if (live) process.stderr.write(`\r\x1b[2K… ${line()}`.slice(0, 5 + (process.stderr.columns || 100)));
    else say(`  … ${line()}`);
  };
  if (live) draw();
  else say(`… ${title}`);
  const ticking = setInterval(draw, live ? TICK_LIVE : TICK_PLAIN);
  try {
    const answer = await work((text) => {
      note = text;
    });
    if (live) process.stderr.write('\r\x1b[2K');
    say(`✓ ${line()}`);
    return answer;
  } catch (error) {
    if (live) process.stderr.write('\r\x1b[2K');
    say(`✗ ${title} (${seconds(Date.now() - began)})`);
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

/** Runs a script's main function; an error becomes a message and a tip instead of a stack, and exit code 1. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? process.exitCode ?? 0;
  } catch (error) {
    if (error instanceof SetupError) {
      say(`\n${error.message}`);
      if (error.tip) tip(error.tip);
    } else {
      say(`\n${error?.stack ?? error}`);
    }
    process.exitCode = 1;
  }
}
