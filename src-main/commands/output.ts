import { type Fault, toFault } from '../core/fault';

/** People read stderr lines as they come; programs read one JSON object on stdout with `--json`. */
export class Output {
  constructor(readonly json: boolean) {}

  /** A line of progress. */
  say(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  /** Overwrites itself on a terminal; a log gets only the finished lines. */
  tick(line: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  }

  endTick(line: string): void {
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}\n` : `${line}\n`);
  }

  /** The command's result. */
  result(data: unknown, text: string): void {
    process.stdout.write(this.json ? `${JSON.stringify(data, null, 2)}\n` : `${text}\n`);
  }

  failed(error: unknown): void {
    const data: Fault = toFault(error);
    if (this.json) process.stdout.write(`${JSON.stringify({ error: data }, null, 2)}\n`);
    process.stderr.write(`\nunderstudy: ${data.message}\n  ${data.tip}\n`);
    if (data.kind === 'internal' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  }
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;
export const seconds = (value: number): string => `${value.toFixed(1)} s`;
