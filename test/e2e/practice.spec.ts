import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { launch, Place, screen } from './app';

test('a policy practises in the background, shows how it fares, and stops when told to', async () => {
  test.setTimeout(240_000);
  const place = new Place();
  const cli = join(__dirname, '..', '..', 'out', 'main', 'cli.js');
  const small = ['--episodes', '2', '--trials', '1', '--seconds', '2'];
  execFileSync(
    process.execPath,
    [cli, 'demo', '--task', 'reach', '--out', join(place.home, 'policies', 'cloned'), ...small],
    {
      stdio: 'ignore',
    },
  );
  const { page, close } = await launch(place);
  try {
    await screen(page, 'Setup');
    await page.getByRole('radiogroup', { name: 'Simulated task' }).getByText('Reach').click();
    await screen(page, 'Autopilot');
    const begin = page.getByRole('button', { name: 'Improve by practice' });
    await expect(begin).toBeDisabled();
    await page.getByRole('button', { name: 'Load', exact: true }).click();
    await expect(begin).toBeEnabled();
    await begin.click();

    const status = page.getByRole('status', { name: 'Practice status' });
    await expect(status).toContainText(/Measuring the policy as it is/, { timeout: 90_000 });
    // The live robot is not disturbed: it can be driven meanwhile.
    await page.getByRole('button', { name: 'Take the stick' }).click();
    await expect(page.getByText(/of \d+ · \d+ % to \d+ %/).first()).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Stop practice' }).click();
    await expect(status).toContainText(/Nothing better found|Improved/, { timeout: 60_000 });
    await page.getByRole('button', { name: 'Done' }).click();
    await expect(begin).toBeVisible();
  } finally {
    await close();
    place.remove();
  }
});
