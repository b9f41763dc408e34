import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type CameraRecord, cameraRecordSchema } from '../core/media';
import { TASK_IDS } from '../core/task';

function readable(entries: readonly unknown[]): readonly CameraRecord[] {
  return entries.flatMap((entry) => cameraRecordSchema.safeParse(entry).data ?? []);
}

/** What the app remembers between starts. Every field has a default, so that an older or newer file still opens. */
const settingsSchema = z.object({
  robot: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('so101-sim'), task: z.enum(TASK_IDS) }),
      z.object({ kind: z.literal('so101'), port: z.string() }),
    ])
    .catch({ kind: 'so101-sim', task: 'pick-place' }),
  /** Dataset folder last used, by robot and task, so that switching tasks switches datasets. */
  datasets: z.record(z.string(), z.string()).catch({}),
  policy: z.string().nullable().catch(null),
  speed: z.number().min(0.05).max(1).catch(0.6),
  mode: z.enum(['cartesian', 'joint']).catch('cartesian'),
  deadman: z.boolean().catch(false),
  rate: z.number().int().min(10).max(200).catch(60),
  countdown: z.number().min(0).max(10).catch(3),
  /** Camera slots to record; null = not chosen yet. */
  cameras: z.array(z.string()).nullable().catch(null),
  /** The person's webcams: names, sizes, what is held still. One unreadable entry does not cost the others. */
  webcams: z.array(z.unknown()).catch([]).transform(readable),
  /** Task text per robot and task. */
  prompts: z.record(z.string(), z.string()).catch({}),
});
export type SettingsData = z.infer<typeof settingsSchema>;

export class Settings {
  #data: SettingsData;

  constructor(readonly file: string) {
    this.#data = settingsSchema.parse(readJson(file));
  }

  get value(): Readonly<SettingsData> {
    return this.#data;
  }

  /** Written whole and renamed into place. A disk that refuses must not stop the driving: the caller logs the error. */
  update(change: Partial<SettingsData>): void {
    this.#data = settingsSchema.parse({ ...this.#data, ...change });
    mkdirSync(dirname(this.file), { recursive: true });
    const draft = `${this.file}.${process.pid}.tmp`;
    writeFileSync(draft, `${JSON.stringify(this.#data, null, 2)}\n`);
    renameSync(draft, this.file);
  }
}

/** A missing or unreadable file is an empty one: settings are a convenience, never a reason not to start. */
function readJson(file: string): unknown {
  try {
    const data: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof data === 'object' && data !== null ? data : {};
  } catch {
    return {};
  }
}
