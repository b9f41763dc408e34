import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { demonstrations, launch, Place, screen, seat } from './app';

/** In and out of the real window: record, check, export, break, repair, import again, run again. */
test('demonstrations are checked, exported, repaired, imported and run again in the window', async () => {
  test.setTimeout(480_000);
  const place = new Place();
  const { page, close } = await launch(place, { webcam: false });
  const job = (name: RegExp) => page.getByRole('region', { name });
  try {
    await test.step('the expert records two demonstrations', async () => {
      await screen(page, 'Setup');
      await page.getByRole('radiogroup', { name: 'Simulated task' }).getByText('Push').click();
      await screen(page, 'Demos');
      await page.getByRole('spinbutton').first().fill('2');
      await page.getByRole('button', { name: 'Let the expert record' }).click();
      await expect(demonstrations(page)).toHaveCount(2, { timeout: 180_000 });
      await expect(page.getByRole('button', { name: 'Let the expert record' })).toBeVisible({ timeout: 120_000 });
    });
    const folder = join(place.home, 'datasets', 'so101-sim-push');

    await test.step('a check finds nothing wrong', async () => {
      await page.getByRole('button', { name: 'Check' }).click();
      await expect(job(/^Checking/)).toContainText('everything is in its place', { timeout: 120_000 });
      await job(/^Checking/)
        .getByRole('button', { name: 'Dismiss' })
        .click();
      await expect(job(/^Checking/)).toHaveCount(0);
    });

    await test.step('they are exported as tables and videos at an exact rate', async () => {
      await page.getByRole('button', { name: 'Export' }).click();
      const dialog = page.getByRole('dialog', { name: 'Export demonstrations' });
      await dialog.getByText('CSV + MP4').click();
      await dialog.getByText(/Resample to an exact rate/).click();
      await dialog.getByLabel('Rows a second').fill('10');
      await dialog.getByLabel('Where').fill(place.home);
      await dialog.getByLabel('Name of the new folder').fill('tables');
      await dialog.getByRole('button', { name: 'Export' }).click();
      await expect(job(/^Exporting/)).toContainText('2 demonstrations', { timeout: 120_000 });
      const files = readdirSync(join(place.home, 'tables'));
      expect(files).toContain('episode_000001.csv');
      expect(JSON.parse(readFileSync(join(place.home, 'tables', 'dataset.json'), 'utf8'))).toMatchObject({ fps: 10 });
      await job(/^Exporting/)
        .getByRole('button', { name: 'Dismiss' })
        .click();
    });

    await test.step('what is broken is found, and repaired without losing the rest', async () => {
      writeFileSync(join(folder, 'data', 'chunk-000', 'file-001.parquet'), 'nothing');
      await page.getByRole('button', { name: 'Check' }).click();
      await expect(job(/^Checking/)).toContainText('Demonstration 1 is lost', { timeout: 120_000 });
      await job(/^Checking/)
        .getByRole('button', { name: 'Repair' })
        .click();
      await expect(job(/^Repairing/)).toContainText('lies in the trash', { timeout: 120_000 });
      await expect(demonstrations(page)).toHaveCount(1);
      await job(/^Repairing/)
        .getByRole('button', { name: 'Dismiss' })
        .click();
    });

    await test.step('one is run again on the simulated arm, which then holds still', async () => {
      await demonstrations(page).first().click();
      await page.getByRole('button', { name: 'Run it again on the arm' }).click();
      await page.getByRole('button', { name: 'Run it again', exact: true }).click();
      await expect(seat(page)).toContainText('Replay drives');
      await expect(seat(page)).toContainText('Nobody drives', { timeout: 120_000 });
    });

    await test.step('the exported tables become a dataset of their own', async () => {
      await screen(page, 'Demos');
      await page.getByRole('button', { name: 'Import' }).click();
      const dialog = page.getByRole('dialog', { name: 'Import demonstrations' });
      await dialog.getByLabel('From').fill(join(place.home, 'tables'));
      await dialog.getByLabel('Name of the new dataset').fill('again');
      await dialog.getByRole('button', { name: 'Import' }).click();
      await expect(page.getByRole('heading', { name: 'again' })).toBeVisible({ timeout: 120_000 });
      await expect(demonstrations(page)).toHaveCount(2);
      expect(existsSync(join(place.home, 'datasets', 'again', 'meta', 'info.json'))).toBe(true);
    });
  } finally {
    await close();
    place.remove();
  }
});
