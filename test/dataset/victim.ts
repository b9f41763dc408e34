import { openDataset } from '../../src-main/dataset/dataset';

/** A process that adds, relabels and removes episodes until somebody kills it. Run by kill.test.ts. */
const row = (t: number) => ({
  t,
  state: [0, 0, 0],
  action: [0, 0, 0],
  asked: [0, 0, 0],
  environment: [0, 0],
  pilot: 'person',
  intervention: false,
  clamped: '',
});

async function work(): Promise<void> {
  const dataset = await openDataset(process.argv[2] ?? '');
  process.stdout.write('ready\n');
  for (let n = 0; ; n++) {
    const rows = Array.from({ length: 20 }, (_, k) => row(n + k / 30));
    await dataset.add({ task: `task ${n % 3}`, success: true, rows, videos: {} });
    if (n % 3 === 1) await dataset.relabel(dataset.list().length - 1, { task: 'another', success: false });
    if (n % 4 === 3) await dataset.remove(1);
  }
}

void work();
