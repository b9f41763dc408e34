// The table of docs/learning.md: from the results of single runs to Markdown, and into its place.

const percent = (share) => Math.round(share * 100);
const median = (values) => {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};
const figure = (value) => (Number.isFinite(value) ? value.toPrecision(value < 10 ? 2 : 3).replace(/\.0+$/, '') : '–');

/** Trials of all seeds pooled: successes of trials, share and its 95 % interval. */
function cell(runs, wilson) {
  if (runs.length === 0) return '–';
  const successes = runs.reduce((sum, run) => sum + run.successes, 0);
  const trials = runs.reduce((sum, run) => sum + run.trials, 0);
  const [low, high] = wilson(successes, trials);
  return `**${percent(successes / trials)} %** (${percent(low)}–${percent(high)}), ${successes}/${trials}`;
}

/** `results`: one object a run, { task, policy, seed, successes, trials, trainSeconds, callMs }. */
export function learningTable(results, { policies, tasks, wilson }) {
  const rows = policies.map((policy) => {
    const of = results.filter((run) => run.policy === policy);
    const seconds = of.map((run) => run.trainSeconds);
    const range = seconds.length > 0 ? [Math.min(...seconds), Math.max(...seconds)].map(Math.round) : [];
    return [
      policy,
      ...tasks.map((task) =>
        cell(
          of.filter((run) => run.task === task),
          wilson,
        ),
      ),
      range.length === 0 ? '–' : range[0] === range[1] ? `${range[0]}` : `${range[0]}–${range[1]}`,
      figure(median(of.map((run) => run.callMs))),
    ];
  });
  const head = ['policy', ...tasks, 'training, s', 'call p50, ms'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const BEGIN = '<!-- table:begin -->';
const END = '<!-- table:end -->';

/** The document with what stands between the two markers replaced; throws where they are missing. */
export function between(document, text) {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`The document has no ${BEGIN} … ${END}`);
  return `${document.slice(0, from + BEGIN.length)}\n${text}\n${document.slice(to)}`;
}
