import type { EpisodeInfo } from '../../../src-main/core/episode';

export type LabelFilter = 'any' | 'success' | 'failure' | 'unjudged';
export type SortKey = 'index' | 'length' | 'quality' | 'date';

/** What a person wants to see of the list. Empty words, `null` and open ends let everything through. */
export interface EpisodeFilter {
  /** Words that must all occur in task, tags, pilots or cameras; `#12` is the demonstration at place 12. */
  readonly text: string;
  readonly task: string | null;
  readonly label: LabelFilter;
  readonly tag: string | null;
  readonly pilot: string | null;
  /** Only those in which somebody took over. */
  readonly interventions: boolean;
  /** 0–100; an episode that is not yet looked at passes only the whole range. */
  readonly quality: readonly [number, number];
  /** Seconds. */
  readonly seconds: readonly [number, number];
  readonly sort: SortKey;
  readonly descending: boolean;
}

export const EVERYTHING: EpisodeFilter = {
  text: '',
  task: null,
  label: 'any',
  tag: null,
  pilot: null,
  interventions: false,
  quality: [0, 100],
  seconds: [0, Number.POSITIVE_INFINITY],
  sort: 'index',
  descending: false,
};

/** Score by the episode's id. */
export type Scores = ReadonlyMap<string, number>;

/** How many of the conditions (not the order) are in use. */
export function inUse(filter: EpisodeFilter): number {
  const { quality, seconds } = filter;
  return [
    filter.text.trim() !== '',
    filter.task !== null,
    filter.label !== 'any',
    filter.tag !== null,
    filter.pilot !== null,
    filter.interventions,
    quality[0] > 0 || quality[1] < 100,
    seconds[0] > 0 || seconds[1] < Number.POSITIVE_INFINITY,
  ].filter(Boolean).length;
}

/** The episodes that pass, in the wanted order. Ten thousand take a few milliseconds. */
export function visible(list: readonly EpisodeInfo[], filter: EpisodeFilter, scores: Scores): readonly EpisodeInfo[] {
  const passes = conditions(filter, scores);
  const found = passes.length === 0 ? [...list] : list.filter((episode) => passes.every((pass) => pass(episode)));
  return ordered(found, filter, scores);
}

type Condition = (episode: EpisodeInfo) => boolean;

function conditions(filter: EpisodeFilter, scores: Scores): Condition[] {
  const made: Condition[] = [];
  const { task, tag, pilot, label, quality, seconds } = filter;
  if (task !== null) made.push((e) => e.task === task);
  if (label !== 'any') made.push((e) => labelOf(e) === label);
  if (tag !== null) made.push((e) => e.tags.includes(tag));
  if (pilot !== null) made.push((e) => e.pilots.includes(pilot));
  if (filter.interventions) made.push((e) => e.interventions > 0);
  if (seconds[0] > 0 || seconds[1] < Number.POSITIVE_INFINITY)
    made.push((e) => e.duration >= seconds[0] && e.duration <= seconds[1]);
  if (quality[0] > 0 || quality[1] < 100)
    made.push((e) => {
      const score = scores.get(e.id);
      return score !== undefined && score >= quality[0] && score <= quality[1];
    });
  const terms = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const term of terms) {
    const number = /^#(\d+)$/.exec(term)?.[1];
    if (number !== undefined) made.push((e) => e.index === Number(number));
    else made.push((e) => words(e).includes(term));
  }
  return made;
}

export const labelOf = (episode: EpisodeInfo): Exclude<LabelFilter, 'any'> =>
  episode.success === null ? 'unjudged' : episode.success ? 'success' : 'failure';

/** What text is looked for in, made once for each episode. */
const known = new WeakMap<EpisodeInfo, string>();
function words(episode: EpisodeInfo): string {
  let text = known.get(episode);
  if (text === undefined) {
    text = [episode.task, ...episode.tags, ...episode.pilots, ...episode.cameras].join('\n').toLowerCase();
    known.set(episode, text);
  }
  return text;
}

/** Sorts in place. What has no value (no date, no score yet) comes last either way; equals keep their place. */
function ordered(list: EpisodeInfo[], { sort, descending }: EpisodeFilter, scores: Scores): EpisodeInfo[] {
  if (sort === 'index') return descending ? list.reverse() : list;
  const sign = descending ? -1 : 1;
  const value: Record<Exclude<SortKey, 'index'>, (e: EpisodeInfo) => number | undefined> = {
    length: (e) => e.duration,
    quality: (e) => scores.get(e.id),
    date: (e) => (e.recorded === null ? undefined : Date.parse(e.recorded)),
  };
  const keyed = list.map((episode) => ({ episode, key: value[sort](episode) }));
  keyed.sort((a, b) => {
    if (a.key === undefined || b.key === undefined) return Number(a.key === undefined) - Number(b.key === undefined);
    return sign * (a.key - b.key);
  });
  return keyed.map(({ episode }) => episode);
}

/** What there is to choose from, with how often it occurs; most frequent first. */
export interface Facets {
  readonly tasks: readonly Choice[];
  readonly tags: readonly Choice[];
  readonly pilots: readonly Choice[];
  readonly longest: number;
}
export interface Choice {
  readonly value: string;
  readonly count: number;
}

export function facets(list: readonly EpisodeInfo[]): Facets {
  const tally = (values: (e: EpisodeInfo) => readonly string[]): Choice[] => {
    const counts = new Map<string, number>();
    for (const episode of list) for (const v of values(episode)) counts.set(v, (counts.get(v) ?? 0) + 1);
    return [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  };
  return {
    tasks: tally((e) => [e.task]),
    tags: tally((e) => e.tags),
    pilots: tally((e) => e.pilots.filter((p) => p !== 'none')),
    longest: list.reduce((most, e) => Math.max(most, e.duration), 0),
  };
}
