import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { demonstrations, launch, Place, screen } from './app';

/** Training as a person meets it: reasons, pause, queue, history, after a crash, and continued with more demonstrations. */

const status = (page: Page) => page.getByRole('status', { name: 'Training status' });
const rows = (page: Page) => page.getByRole('region', { name: 'Trainings' }).getByRole('row');

async function letExpertRecord(page: Page, takes: number, total: number): Promise<void> {
  await screen(page, 'Demos');
  await page.getByLabel('Takes by the expert').fill(String(takes));
  await page.getByRole('button', { name: 'Let the expert record' }).click();
  await expect(demonstrations(page)).toHaveCount(total, { timeout: 90_000 });
}

/** What a full memory or an impatient person does: the process is gone from one moment to the next. */
async function killTrainer(app: ElectronApplication): Promise<void> {
  const pids = await app.evaluate(({ app: electron }) =>
    electron
      .getAppMetrics()
      .filter(({ name, serviceName }) => `${name} ${serviceName}`.includes('Understudy trainer'))
      .map(({ pid }) => pid),
  );
  expect(pids).toHaveLength(1);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}

test('a training says why, pauses, is cancelled, waits its turn, survives a crash, and is continued from', async () => {
  test.setTimeout(400_000);
  const place = new Place();
  const first = await launch(place, { webcam: false });
  const { page } = first;
  try {
    await test.step('two demonstrations by the expert', async () => {
      await screen(page, 'Setup');
      await page.getByRole('radiogroup', { name: 'Simulated task' }).getByText('Reach').click();
      await letExpertRecord(page, 2, 2);
    });

    await test.step('automatic settings come with their reasons', async () => {
      await screen(page, 'Train');
      await expect(page.getByRole('combobox', { name: 'Policy', exact: true })).toHaveValue('auto');
      await page.getByLabel('Time to train').selectOption('15');
      await page.getByLabel('Name (optional)').fill('by itself');
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      await expect(status(page)).toHaveText('Training', { timeout: 60_000 });
      await expect(
        page.getByRole('region', { name: 'Why these settings' }).getByRole('listitem').first(),
      ).toBeVisible();
    });

    await test.step('it rests, and goes on', async () => {
      await page.getByRole('button', { name: 'Pause' }).click();
      await expect(status(page)).toHaveText('Paused');
      await page.getByRole('button', { name: 'Resume training' }).click();
      await expect(status(page)).toHaveText('Training');
    });

    await test.step('another one waits its turn, with a setting of its own, and is taken out of the queue', async () => {
      await page.getByRole('combobox', { name: 'Policy', exact: true }).selectOption('mlp');
      await page.getByText('All settings').click();
      await page.getByLabel('chunk', { exact: true }).fill('3');
      await page.getByLabel('chunk', { exact: true }).blur();
      await expect(page.getByRole('button', { name: 'Reset chunk' })).toBeVisible();
      await page.getByRole('button', { name: 'Train after this one' }).click();
      await page.getByText('Trainings (1 waiting)').click();
      await expect(rows(page).nth(1)).toContainText('waiting');
      await page.getByRole('button', { name: /^Do not train/ }).click();
      await expect(page.getByText(/waiting\)/)).toHaveCount(0);
    });

    await test.step('cancelled, it is in the history with the best policy so far', async () => {
      await page.getByRole('button', { name: 'Cancel training' }).click();
      await expect(status(page)).toHaveText('Cancelled, best kept', { timeout: 60_000 });
      await expect(rows(page)).toHaveCount(2);
      await expect(rows(page).nth(1)).toContainText('cancelled');
    });

    await test.step('two trainings are compared in one plot', async () => {
      await page.getByRole('button', { name: 'Train again with the settings of by itself' }).click();
      await expect(status(page)).toHaveText('Trained', { timeout: 120_000 });
      for (const box of await page.getByRole('checkbox', { name: 'Compare by itself' }).all()) await box.check();
      await expect(page.getByRole('img', { name: 'Held-out loss of 2 trainings by epoch' })).toBeVisible();
    });

    await test.step('what it learned: predicted beside demonstrated, and whether it has seen that before', async () => {
      await page.getByRole('radiogroup', { name: 'Lists' }).getByText('Policies').click();
      await page.getByRole('button', { name: 'What by itself learned' }).first().click();
      const panel = page.getByRole('dialog', { name: 'What by itself learned' });
      await expect(panel.getByRole('img', { name: /^Predicted and demonstrated/ })).toHaveCount(6, { timeout: 60_000 });
      // Automatic learns from all when there are only two.
      await expect(panel.getByText(/^It was trained on all of these/)).toBeVisible();
      await expect(panel.getByRole('region', { name: 'Error of each joint' }).getByRole('button')).toHaveCount(6);
      await panel.getByRole('combobox', { name: 'Demonstration to compare with' }).selectOption({ index: 1 });
      await expect(panel.getByText('it was trained on this one')).toBeVisible();
      await expect(panel.getByRole('img', { name: /^Predicted and demonstrated/ })).toHaveCount(6, { timeout: 60_000 });
      await panel.getByRole('button', { name: 'Close' }).click();
      await expect(panel).toHaveCount(0);
    });

    await test.step('more demonstrations: continuing from the policy is offered and done', async () => {
      await letExpertRecord(page, 1, 3);
      await screen(page, 'Train');
      await page.getByRole('button', { name: 'Continue from it' }).click();
      await expect(page.getByLabel('Start from')).not.toHaveValue('');
      await page.getByLabel('Time to train').selectOption('30');
      await page.getByLabel('Name (optional)').fill('continued');
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      await expect(status(page)).toHaveText('Training', { timeout: 60_000 });
    });

    await test.step('its trainer is killed without warning, and it goes on by itself', async () => {
      const live = page.getByRole('region', { name: 'Training', exact: true });
      // The first state is on the disk a moment after the first report.
      await expect(live.locator('dl')).toContainText(/Elapsed\s*([4-9]|1\d) s/, { timeout: 60_000 });
      await killTrainer(first.app);
      await expect(page.getByText(/it was started again/)).toBeVisible({ timeout: 30_000 });
      await expect(page.getByText(/Goes on where it was interrupted/)).toBeVisible({ timeout: 60_000 });
      await expect(status(page)).toHaveText('Training');
    });
  } finally {
    await first.close();
  }

  await test.step('the app was closed in the middle: the training is interrupted and goes on where it was', async () => {
    const again = await launch(place, { webcam: false });
    try {
      await screen(again.page, 'Train');
      await again.page.getByText('Trainings', { exact: true }).click();
      await again.page.getByRole('button', { name: 'Resume continued' }).click();
      await expect(again.page.getByText(/Goes on where it was interrupted/)).toBeVisible({ timeout: 60_000 });
      await expect(status(again.page)).toHaveText('Trained', { timeout: 90_000 });
    } finally {
      await again.close();
    }
    const runs = readdirSync(join(place.home, 'runs')).map((id) =>
      JSON.parse(readFileSync(join(place.home, 'runs', id, 'run.json'), 'utf8')),
    );
    const continued = runs.find((run) => run.name === 'continued');
    expect(continued).toMatchObject({ status: 'done', data: { episodes: 3 } });
    expect(continued.options.start).toContain('policies');
    place.remove();
  });
});
