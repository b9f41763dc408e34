import { busAdvice, type Load } from './bandwidth';
import type { Match } from './identity';
import type { Life } from './life';
import type { Notice } from './notice-board';

/** One open webcam as it is now. */
export interface Seen extends Load {
  readonly life: Life;
}

/** What to say of cameras that freeze, stop or are slow. `watched`: the arm moves or a take is under way. */
export function healthNotices(seen: readonly Seen[], watched: boolean): readonly Notice[] {
  const notices: Notice[] = seen.flatMap(({ slot, life }): Notice[] => {
    if (life === 'stalled')
      return [
        {
          key: `stalled:${slot}`,
          level: 'warning',
          message: `“${slot}” sends no pictures`,
          tip: 'Unplug it and plug it in again. If it comes back, use another USB port or a shorter cable.',
        },
      ];
    if (life === 'frozen')
      return [
        {
          key: `frozen:${slot}`,
          level: watched ? 'warning' : 'hint',
          message: `The picture of “${slot}” is frozen: it sends the same one again and again`,
          tip: 'Unplug it and plug it in again. Demonstrations with a frozen picture teach nothing to see.',
        },
      ];
    return [];
  });
  const advice = busAdvice(seen.filter((s) => s.life !== 'stalled'));
  if (!advice) return notices;
  const level = advice.level === 'short' ? 'warning' : 'hint';
  return [...notices, { key: `bus:${advice.level}`, level, message: advice.message, tip: advice.tip }];
}

export interface DatasetCameras {
  /** Names the open dataset records; null when none is open. */
  readonly wanted: readonly string[] | null;
  /** Names that could be recorded now, and those that will be. */
  readonly offered: readonly string[];
  readonly chosen: readonly string[];
  /** Webcams that are on. */
  readonly webcams: readonly string[];
  readonly match: Match;
}

export interface DatasetActions {
  rename(from: string, to: string): void;
  switchOn(deviceId: string, as: string): void;
  record(names: readonly string[]): void;
  ask(): void;
}

/** A dataset's cameras are fixed by name when it is made: what is missing, what is too much, and what would fit. */
export function datasetNotices(now: DatasetCameras, run: DatasetActions): readonly Notice[] {
  const { wanted, offered, chosen, webcams, match } = now;
  const asked = match.questions.flatMap((q) => q.slots);
  const questions: Notice[] = match.questions.map((q) => ({
    key: `ask:${q.slots.join()}`,
    level: 'warning',
    message: `Which camera is ${quoted(q.slots, 'and which is')}? They are of one make and cannot be told apart.`,
    tip: 'Look at their pictures and say so in Setup.',
    actions: [{ label: 'Open Setup', run: () => run.ask() }],
  }));
  if (!wanted || wanted.length === 0) return questions;
  const spare = webcams.filter((name) => !wanted.includes(name));
  const missing = wanted.filter((name) => !offered.includes(name) && !asked.includes(name));
  const gone: Notice[] = missing.map((name) => {
    const label = match.missing.find((r) => r.slot === name)?.label;
    const known = match.bySlot.get(name);
    const offers = [
      ...(known ? [{ label: `Switch on “${name}”`, run: () => run.switchOn(known.id, name) }] : []),
      ...spare.map((other) => ({ label: `Use “${other}” as “${name}”`, run: () => run.rename(other, name) })),
      ...match.fresh.map((d) => ({ label: `Use ${d.label || 'the new camera'}`, run: () => run.switchOn(d.id, name) })),
    ];
    const plug = label ? `Plug in ${label}` : 'Plug in the camera it was recorded with';
    return {
      key: `missing:${name}`,
      level: 'warning',
      message: `This dataset records “${name}”, and that camera is not there`,
      tip: known ? 'It is plugged in, but switched off.' : `${plug}${offers.length > 0 ? ', or use another one' : ''}.`,
      actions: offers.slice(0, 3),
    };
  });
  const extra = chosen.filter((name) => !wanted.includes(name));
  const there = wanted.filter((name) => offered.includes(name));
  const unchosen = there.filter((name) => !chosen.includes(name));
  if (extra.length === 0 && unchosen.length === 0) return [...questions, ...gone];
  const odd =
    extra.length > 0 ? `${quoted(extra, 'and')} is not in this dataset` : `${quoted(unchosen, 'and')} is left out`;
  const differs: Notice = {
    key: 'other-cameras',
    level: 'warning',
    message: `This dataset records ${quoted(wanted, 'and')}: ${odd}`,
    tip: 'All takes of a dataset have the same cameras. To record others, create a new dataset.',
    actions: [{ label: `Record ${quoted(there, 'and')}`, run: () => run.record(there) }],
  };
  return [...questions, ...gone, ...(there.length > 0 ? [differs] : [])];
}

/** Webcams that show what another one showed in the last demonstration: old name → the name that fits. */
export function swapNotice(moved: ReadonlyMap<string, string>, swap: () => void, keep: () => void): Notice {
  return {
    key: `swapped:${[...moved.keys()].join()}`,
    level: 'warning',
    message: `${quoted([...moved.keys()], 'and')} look swapped, compared with the last demonstration`,
    tip: 'Cameras may change places when they are plugged in again.',
    actions: [
      { label: moved.size === 2 ? 'Swap them' : 'Put them right', run: swap },
      { label: 'They are right', run: keep },
    ],
  };
}

function quoted(names: readonly string[], and: string): string {
  const marked = names.map((name) => `“${name}”`);
  return marked.length < 2 ? marked.join('') : `${marked.slice(0, -1).join(', ')} ${and} ${marked[marked.length - 1]}`;
}
