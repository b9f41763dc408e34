import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { Random } from '../../../src-main/core/random';
import { checkDataset } from '../../../src-main/dataset/check';
import { isDataset } from '../../../src-main/dataset/dataset';
import { encodeClip } from '../clip';
import { inspect } from './inspect';
import { type KnownTake, killDuring } from './lane';
import { SIZE } from './synthetic';
import { PHASES, type Phase, type VictimOptions } from './told';

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  /** Built victim.ts, and the built dataset process for every fourth of them. */
  readonly victim: string;
  readonly worker?: string;
  /** Victims at a time. */
  readonly lanes: number;
  /** Kills before a new folder. */
  readonly perFolder: number;
  readonly speed?: number;
  readonly progress?: (done: number, wrong: readonly string[]) => void;
}

export interface CrashFigures {
  kills: number;
  byPhase: Record<Phase, number>;
  /** Kept takes that were looked for, and found whole. */
  confirmed: number;
  rescued: number;
  /** Worst loss of an open take, seconds of recording. */
  worstLoss: number;
  meanLoss: number;
  episodes: number;
  wrong: string[];
}

/** Kills `kills` recording processes at random moments and looks each time at what is left. */
export async function crash(options: CrashOptions): Promise<CrashFigures> {
  const scratch = mkdtempSync(join(tmpdir(), 'understudy-crash-'));
  const clip = join(scratch, 'clip');
  writeFileSync(clip, serialize(await encodeClip(60, SIZE.width, SIZE.height)));
  const figures: CrashFigures = {
    kills: 0,
    byPhase: { opening: 0, recording: 0, confirming: 0, finalising: 0, editing: 0, discarding: 0 },
    confirmed: 0,
    rescued: 0,
    worstLoss: 0,
    meanLoss: 0,
    episodes: 0,
    wrong: [],
  };
  const losses: number[] = [];
  let next = options.seed * 100_000;
  let left = options.kills;
  const lane = async () => {
    while (left > 0) {
      const batch = Math.min(left, options.perFolder);
      left -= batch;
      const folder = join(scratch, `set-${next}`, 'set');
      await oneFolder(folder, batch, () => next++, { ...options, clip, figures, losses });
      rmSync(join(folder, '..'), { recursive: true, force: true });
    }
  };
  try {
    await Promise.all(Array.from({ length: options.lanes }, lane));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  figures.worstLoss = Math.max(0, ...losses) / 30;
  figures.meanLoss = losses.reduce((sum, rows) => sum + rows, 0) / Math.max(1, losses.length) / 30;
  return figures;
}

interface Context extends CrashOptions {
  readonly clip: string;
  readonly figures: CrashFigures;
  readonly losses: number[];
}

async function oneFolder(folder: string, kills: number, seed: () => number, context: Context): Promise<void> {
  const { figures, losses, progress } = context;
  const takes = new Map<string, KnownTake>();
  const seen = new Set<string>();
  for (let n = 0; n < kills; n++) {
    const mine = seed();
    const random = new Random(mine);
    const phase = PHASES[random.below(PHASES.length)] as Phase;
    const blow = async (target: { phase: Phase; nth: number }, s: number) => {
      const worker = s % 4 === 0 ? context.worker : undefined;
      const victim: VictimOptions = {
        folder,
        clip: context.clip,
        seed: s,
        speed: context.speed ?? 5,
        aim: target.phase,
        worker,
      };
      const { died, failures } = await killDuring(context.victim, victim, target, takes);
      figures.kills++;
      figures.byPhase[died]++;
      figures.wrong.push(...failures.map((text) => `kill ${s} (${died}): ${text}`));
    };
    // Opening has most to do when somebody was killed just before.
    if (phase === 'opening' && n + 1 < kills) {
      await blow({ phase: 'recording', nth: 2 + random.below(2) }, mine);
      await blow({ phase: 'opening', nth: 1 }, seed());
      n++;
    } else await blow({ phase, nth: 1 + random.below(2) }, mine);

    // Killed before it had made its dataset.
    if (!(await isDataset(folder))) {
      if ([...takes.values()].some((take) => take.state === 'kept')) figures.wrong.push(`kill ${mine}: no dataset`);
      continue;
    }
    const found = await inspect(folder, takes, seen);
    figures.confirmed += found.confirmed;
    figures.rescued += found.rescued.filter((take) => take.rows > 0).length;
    losses.push(...found.lost);
    figures.wrong.push(...found.wrong.map((text) => `kill ${mine} (${phase}): ${text}`));
    progress?.(figures.kills, figures.wrong);
  }
  figures.episodes += seen.size;
  if (!(await isDataset(folder))) return;
  const { lines } = await checkDataset(folder, {
    deep: true,
    report: () => undefined,
    signal: new AbortController().signal,
  });
  for (const { level, text } of lines) {
    if (level === 'error' || level === 'warning') figures.wrong.push(`check of ${folder}: ${text}`);
  }
}
