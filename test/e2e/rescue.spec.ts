import { expect, test } from '@playwright/test';
import { demonstrations, launch, Place, screen } from './app';

test('a crash in the middle of a take costs nothing that was kept, and the open take is offered at the next start', async () => {
  const place = new Place();
  const first = await launch(place);
  const { page } = first;
  await page.getByLabel('Countdown').selectOption('0');
  for (const keep of [true, false]) {
    await page.getByRole('button', { name: 'Start recording' }).click();
    await expect(page.getByText(/· [3-9]\d rows/)).toBeVisible();
    if (!keep) break;
    await page.getByRole('button', { name: 'Finish take' }).click();
    await page.getByRole('button', { name: 'Keep' }).click();
  }
  first.app.process().kill('SIGKILL');

  const { page: again, close } = await launch(place);
  try {
    const report = again.getByRole('region', { name: 'Saved after a crash' });
    await expect(report).toContainText(/saved after a crash/);
    await expect(report).toContainText('not judged yet');
    await report.getByRole('button', { name: 'Show demonstrations' }).click();
    await expect(report).toHaveCount(0);
    await expect(demonstrations(again)).toHaveCount(2);
    await expect(demonstrations(again).last()).toContainText(/rescued|not judged/i);
    await screen(again, 'Drive');
    await expect(again.getByRole('button', { name: 'Start recording' })).toBeEnabled();
  } finally {
    await close();
    place.remove();
  }
});
