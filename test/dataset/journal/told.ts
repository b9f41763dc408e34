import { z } from 'zod';

export const PHASES = ['opening', 'recording', 'confirming', 'finalising', 'editing', 'discarding'] as const;
export type Phase = (typeof PHASES)[number];

export interface VictimOptions {
  readonly folder: string;
  /** File with the serialised clip that the cameras show. */
  readonly clip: string;
  readonly seed: number;
  /** Times faster than life. */
  readonly speed: number;
  /** The phase in which it will be killed: it gets there without dawdling. */
  readonly aim: Phase;
  /** The built dataset process; absent: everything in one process. */
  readonly worker?: string;
}

/** One line of what a victim says of itself. */
export const toldSchema = z.union([
  z.object({ phase: z.enum(PHASES), id: z.string().optional() }),
  z.object({ kept: z.number(), id: z.string(), task: z.string(), success: z.boolean() }),
  z.object({ discarded: z.literal(true), id: z.string() }),
  z.object({ rows: z.number(), id: z.string() }),
  z.object({ failed: z.string() }),
]);
export type Told = z.infer<typeof toldSchema>;
