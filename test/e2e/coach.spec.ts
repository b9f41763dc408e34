import { expect, test } from '@playwright/test';
import { demonstrations, launch, Place, screen } from './app';

test('the coach speaks while a take is recorded, scores what was kept and says what to record next', async () => {
  test.setTimeout(480_000);
  const place = new Place();
  const { page, close } = await launch(place, { webcam: false });
  try {
    await test.step('a take in which nothing moves is called so, live and in review', async () => {
      await screen(page, 'Setup');
      await page.getByRole('radiogroup', { name: 'Simulated task' }).getByText('Reach').click();
      await screen(page, 'Drive');
      await page.getByLabel('Countdown').selectOption('0');
      await page.getByRole('button', { name: 'Start recording' }).click();
      const coach = page.getByRole('status', { name: 'Coach' });
      await expect(coach).toContainText('Stands still', { timeout: 120_000 });
      await page.getByRole('button', { name: 'Finish take' }).click();
      await expect(coach).toContainText('Nothing moves in it', { timeout: 120_000 });
      await page.getByRole('button', { name: 'Discard' }).click();
      await expect(coach).toBeHidden();
    });

    await test.step('what the expert shows gets a score each', async () => {
      await screen(page, 'Demos');
      await page.getByLabel('Takes by the expert').fill('2');
      await page.getByRole('button', { name: 'Let the expert record' }).click();
      await expect(demonstrations(page)).toHaveCount(2, { timeout: 180_000 });
      for (const n of [0, 1])
        await expect(demonstrations(page).nth(n)).toContainText(/Quality \d+ of 100/, { timeout: 120_000 });
    });

    await test.step('its advice counts what is there', async () => {
      await page
        .getByRole('button', { name: /advice/i })
        .first()
        .click();
      const advice = page.getByRole('region', { name: 'Coach’s advice' }).or(page.getByLabel("Coach's advice"));
      await expect(advice.first()).toContainText('Record 18 more');
      await expect(advice.first()).toContainText('2 demonstrations of');
    });
  } finally {
    await close();
    place.remove();
  }
});
