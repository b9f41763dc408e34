import type { EpisodeInfo } from '../../../src-main/core/episode';

/** What several episodes have in common. */
export interface Common {
  /** null: they differ. */
  readonly task: string | null;
  /** `mixed`: they differ. */
  readonly label: 'success' | 'failure' | 'unjudged' | 'mixed';
  /** Every tag that any of them has; `all` when each has it. */
  readonly tags: readonly { readonly tag: string; readonly all: boolean }[];
}

export function common(list: readonly EpisodeInfo[]): Common {
  const tasks = new Set(list.map((e) => e.task));
  const labels = new Set(list.map((e) => e.success));
  const [task = null] = tasks;
  const [success = null] = labels;
  const tags = new Map<string, number>();
  for (const episode of list) for (const tag of episode.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1);
  return {
    task: tasks.size === 1 ? task : null,
    label: labels.size !== 1 ? 'mixed' : success === null ? 'unjudged' : success ? 'success' : 'failure',
    tags: [...tags].map(([tag, n]) => ({ tag, all: n === list.length })).sort((a, b) => (a.tag < b.tag ? -1 : 1)),
  };
}

/** Whether two or more can be joined: of one task, with the same cameras. Says why not. */
export function mergeProblem(list: readonly EpisodeInfo[]): string | null {
  if (list.length < 2) return 'Choose two or more with Ctrl or Shift';
  if (new Set(list.map((e) => e.task)).size > 1) return 'They have different tasks';
  if (new Set(list.map((e) => [...e.cameras].sort().join())).size > 1) return 'They have different cameras';
  return null;
}
