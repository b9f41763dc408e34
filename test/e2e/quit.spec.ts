import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { demonstrations, launch, Place, screen } from './app';

test('whatever hangs, the app ends when it is told to, and what was kept is there the next time', async () => {
  test.skip(process.platform !== 'linux', 'stops a process by signal and looks for it in /proc');
  const place = new Place();
  const first = await launch(place);
  try {
    await first.page.getByLabel('Countdown').selectOption('0');
    await first.page.getByRole('button', { name: 'Start recording' }).click();
    const finish = first.page.getByRole('button', { name: 'Finish take' });
    await finish.click();
    const keep = first.page.getByRole('button', { name: 'Keep' });
    await expect(keep).toBeVisible();
    // The process that works on datasets answers no more, as on a disk that hangs.
    const hung = await first.app.evaluate(
      ({ app }) => app.getAppMetrics().find((each) => each.name === 'Understudy datasets')?.pid,
    );
    if (!hung) throw new Error('there is no dataset process');
    process.kill(hung, 'SIGSTOP');
    await keep.click();
    await expect(first.page.getByRole('button', { name: 'Start recording' })).toBeVisible();
    const before = performance.now();
    await first.close();
    expect(performance.now() - before).toBeLessThan(60_000);
    // Nobody is left to work for.
    process.kill(hung, 'SIGCONT');
    await expect.poll(() => isAlive(hung)).toBe(false);

    const again = await launch(place);
    try {
      await screen(again.page, 'Demos');
      await expect(demonstrations(again.page)).toHaveCount(1);
    } finally {
      await again.close();
    }
  } finally {
    await first.close();
    place.remove();
  }
});

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
