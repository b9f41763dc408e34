import { z } from 'zod';
import type { AbortSignalLike } from '../core/clock';
import type { Dataset } from '../core/episode';
import { fault } from '../core/fault';

/**
 * Heavy work on datasets runs in a process of its own (the dataset host), never in the one that turns the control
 * loop. A piece of work is defined once, is listed in the host's entry (station/dataset-worker.ts), and is called by the
 * definition itself: `library.dataset.run(work, params)` or `library.host.run(work, params)`. Parameters, results and
 * progress cross by structured clone: plain data and bytes, no functions, no class instances.
 */
export interface WorkProgress {
  readonly done: number;
  /** 0 = not known yet. */
  readonly total: number;
  /** What is being worked on. */
  readonly note?: string;
  /** A line for the report that a job leaves behind. */
  readonly line?: { readonly level: 'ok' | 'info' | 'warning' | 'error'; readonly text: string };
}
export type Report = (progress: WorkProgress) => void;

/** What the host knows of any work. */
export interface AnyWork {
  readonly name: string;
  /** Parses `params` and works; rejects with a `FaultError`. */
  call(dataset: Dataset | null, params: unknown, report: Report, signal: AbortSignal): Promise<unknown>;
}

/** `P`: what a caller gives (the schema's input); `R`: what comes back. */
export interface Work<P, R> extends AnyWork {
  /** Carries the types; there is nothing in it. */
  readonly types?: { readonly params: P; readonly result: R };
}

/** How a caller follows a call, and how it changes its mind: the work then rejects with a `cancelled` fault. */
export interface Watch {
  readonly onProgress?: Report;
  readonly signal?: AbortSignalLike;
}

/** Work on the open dataset. It may read and change it; the owner's list is brought up to date before it resolves. */
export function defineWork<S extends z.ZodType, R>(
  name: string,
  schema: S,
  run: (dataset: Dataset, params: z.output<S>, report: Report, signal: AbortSignal) => Promise<R> | R,
): Work<z.input<S>, R> {
  return {
    name,
    call: async (dataset, params, report, signal) => {
      if (!dataset) throw fault('not-found', 'No dataset is open', 'Open one on the Demos screen.');
      return run(dataset, parse(name, schema, params), report, signal);
    },
  };
}

/** Work that needs no open dataset: it brings its own folders. */
export function defineFreeWork<S extends z.ZodType, R>(
  name: string,
  schema: S,
  run: (params: z.output<S>, report: Report, signal: AbortSignal) => Promise<R> | R,
): Work<z.input<S>, R> {
  return { name, call: async (_, params, report, signal) => run(parse(name, schema, params), report, signal) };
}

function parse<S extends z.ZodType>(name: string, schema: S, params: unknown): z.output<S> {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  throw fault('bad-input', `${name}: ${z.prettifyError(parsed.error)}`, 'Correct it and try again.');
}

/** For the loops inside of work: ends it when its caller has cancelled, and lets other calls have their turn. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise((done) => setImmediate(done));
  if (signal.aborted) throw fault('cancelled', 'Cancelled', 'Start it again when you like.');
}
