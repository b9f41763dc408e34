import { z } from 'zod';
import type { AbortSignalLike } from '../core/clock';

/** Long pieces of work on whole datasets, as data: they run in a process of their own (station/job-process.ts). */
const folder = z.string().min(1).max(4096);
const repo = z.string().regex(/^[\w.-]+\/[\w.-]+$/);
const url = z.url().optional();

export const EXPORT_FORMATS = ['lerobot-v3.0', 'lerobot-v2.1', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const jobRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('export'),
    dataset: folder,
    format: z.enum(EXPORT_FORMATS),
    /** A new folder. */
    folder,
    episodes: z.array(z.number().int().min(0)).min(1).optional(),
    fps: z.number().int().min(1).max(240).optional(),
  }),
  z.object({ kind: z.literal('import'), source: folder, folder }),
  z.object({ kind: z.literal('check'), dataset: folder, deep: z.boolean() }),
  z.object({ kind: z.literal('repair'), dataset: folder }),
  z.object({ kind: z.literal('push'), dataset: folder, repo, token: z.string().min(1), url, private: z.boolean() }),
  z.object({ kind: z.literal('pull'), repo, token: z.string().optional(), url, folder }),
]);
export type JobRequest = z.infer<typeof jobRequestSchema>;

export const reportLineSchema = z.object({ level: z.enum(['ok', 'info', 'warning', 'error']), text: z.string() });
export type ReportLine = Readonly<z.infer<typeof reportLineSchema>>;

export const jobProgressSchema = z.object({
  /** `total` 0: not known yet. */
  done: z.number().min(0),
  total: z.number().min(0),
  /** What is being worked on. */
  note: z.string(),
});
export type JobProgress = Readonly<z.infer<typeof jobProgressSchema>>;

export interface JobWatch {
  readonly report?: (progress: JobProgress) => void;
  readonly signal?: AbortSignalLike;
}

export const jobOutcomeSchema = z.object({
  /** The result in a sentence. */
  note: z.string(),
  report: z.array(reportLineSchema),
});
export type JobOutcome = Readonly<z.infer<typeof jobOutcomeSchema>>;

const fault = z.object({ kind: z.string(), message: z.string(), tip: z.string() });

export const toJobSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), request: jobRequestSchema }),
  z.object({ type: z.literal('cancel') }),
]);
export type ToJob = z.infer<typeof toJobSchema>;

export const fromJobSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), progress: jobProgressSchema }),
  z.object({ type: z.literal('done'), outcome: jobOutcomeSchema }),
  z.object({ type: z.literal('failed'), fault }),
]);
export type FromJob = z.infer<typeof fromJobSchema>;
