import { taskKey } from '../judge/siblings';
import { count, listed } from '../words';
import type { Adviser } from './advice';

interface Wording {
  readonly text: string;
  readonly ids: string[];
}

const wordings = (known: Parameters<Adviser>[0]['known']): Wording[] => {
  const all = new Map<string, string[]>();
  for (const { info } of known) {
    const ids = all.get(info.task);
    if (ids) ids.push(info.id);
    else all.set(info.task, [info.id]);
  }
  return [...all]
    .map(([text, ids]) => ({ text, ids }))
    .sort((a, b) => b.ids.length - a.ids.length || (a.text < b.text ? -1 : 1));
};

/** Wordings looked at: more different tasks than this are not typed by hand. */
const MOST = 200;

/** Texts that mean the same task and are written in two ways: a policy that reads them takes them for two tasks. */
export const adviseSpelling: Adviser = ({ known }) => {
  const groups: Wording[][] = [];
  for (const wording of wordings(known).slice(0, MOST)) {
    const group = groups.find(([first]) => first && sameTask(first.text, wording.text));
    if (group) group.push(wording);
    else groups.push([wording]);
  }
  return groups
    .filter((group) => group.length > 1)
    .map(([first, ...others]) => ({
      weight: 16 + Math.min(8, others.length),
      title: 'One task, several spellings',
      text: `${listed(others.map(({ text, ids }) => `“${text}” (${ids.length})`))} ${others.length === 1 ? 'seems' : 'seem'} to mean “${first?.text}” (${first?.ids.length}). Give them one text.`,
      episodes: others.flatMap(({ ids }) => ids),
    }));
};

function sameTask(a: string, b: string): boolean {
  const [x, y] = [taskKey(a), taskKey(b)];
  if (x === y) return true;
  // One slip of a finger; digits and short texts tell things apart (“cube 1”, “cube 2”).
  const digits = (text: string) => text.replace(/\D/g, '');
  return Math.min(x.length, y.length) >= 10 && digits(x) === digits(y) && oneSlip(x, y);
}

/** One letter added, dropped or changed, or two neighbours exchanged. */
function oneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let [i, j] = [a.length, b.length];
  while (i > from && j > from && a[i - 1] === b[j - 1]) [i, j] = [i - 1, j - 1];
  const [x, y] = [a.slice(from, i), b.slice(from, j)];
  return (x.length <= 1 && y.length <= 1) || (x.length === 2 && y.length === 2 && x[0] === y[1] && x[1] === y[0]);
}

/** A task with less than this share of the usual number is easily forgotten by the policy. */
const RARE = 0.35;

export const adviseBalance: Adviser = ({ known }) => {
  const tasks = new Map<string, Wording>();
  for (const { info } of known) {
    const key = taskKey(info.task);
    const task = tasks.get(key);
    if (task) task.ids.push(info.id);
    else tasks.set(key, { text: info.task, ids: [info.id] });
  }
  const list = [...tasks.values()].sort((a, b) => b.ids.length - a.ids.length || (a.text < b.text ? -1 : 1));
  const most = list[0]?.ids.length ?? 0;
  const rare = list.filter(({ ids }) => ids.length < RARE * most && most >= 8);
  if (rare.length === 0) return [];
  return [
    {
      weight: 13,
      title: rare.length === 1 ? 'One task is rare' : `${rare.length} tasks are rare`,
      text: `${listed(rare.slice(0, 3).map(({ text, ids }) => `“${text}” has ${count(ids.length, 'demonstration')}`))}, while “${list[0]?.text}” has ${most}. Record the rare ones next.`,
      episodes: rare.flatMap(({ ids }) => ids),
    },
  ];
};
