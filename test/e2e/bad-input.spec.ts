import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import type {} from '../../src-renderer/bridge'; // what the preload puts on `window`
import { demonstrations, expectMotion, joints, launch, Place, screen, seat } from './app';
import { holdPort } from './ports';

/** Whatever goes wrong, the app says what and what to do, and nothing is lost. */

const toast = (page: Page, says: string | RegExp) =>
  page.getByRole('region', { name: 'Faults' }).getByRole('alert').filter({ hasText: says });

const trainingLoss = (page: Page) =>
  page
    .getByRole('region', { name: 'Training', exact: true })
    .locator('div', { hasText: 'Training loss' })
    .locator('dd')
    .first();

/** The system's folder dialog cannot be clicked from here: it answers at once instead. */
const answerFolderDialog = (app: ElectronApplication, folder: string) =>
  app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
  }, folder);

async function recordTake(page: Page): Promise<void> {
  await page.getByLabel('Countdown').selectOption('0');
  await page.getByRole('button', { name: 'Start recording' }).click();
  const finish = page.getByRole('button', { name: 'Finish take' });
  await expect(finish).toBeVisible();
  await page.waitForTimeout(700);
  await finish.click();
  await expect(page.getByRole('button', { name: 'Keep' })).toBeVisible();
}

test('without webcam and gamepad the app says so and works all the same', async () => {
  const place = new Place();
  const { page, close } = await launch(place, { webcam: false });
  try {
    await screen(page, 'Setup');
    await expect(page.getByRole('region', { name: 'Cameras' })).toContainText('No webcam found');
    await expect(page.getByRole('region', { name: 'Inputs' })).toContainText('No gamepad seen');
    await screen(page, 'Drive');
    await page.getByRole('button', { name: 'Take the stick' }).click();
    await expectMotion(page, () => page.keyboard.press('KeyR', { delay: 600 }));
  } finally {
    await close();
    place.remove();
  }
});

test('a webcam that is no longer there is named before a take begins', async () => {
  const place = new Place();
  const first = await launch(place);
  try {
    await screen(first.page, 'Setup');
    await first.page.getByRole('region', { name: 'Cameras' }).getByRole('switch').first().click();
    await screen(first.page, 'Drive');
    await first.page.getByRole('button', { name: 'Cameras to record' }).click();
    await first.page.getByRole('switch', { name: /wrist/i }).click();
    await expect(first.page.getByRole('button', { name: 'Cameras to record' })).toContainText('2');
  } finally {
    await first.close();
  }
  const { page, close } = await launch(place, { webcam: false });
  try {
    await page.getByRole('button', { name: 'Start recording' }).click();
    await expect(toast(page, '"webcam" is not there')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Start recording' })).toBeVisible();
  } finally {
    await close();
    place.remove();
  }
});

test('a full or read-only disk costs no take: it waits in review or in the journal until it can be saved', async () => {
  const place = new Place();
  const disk = smallDisk(join(place.home, 'datasets'));
  const { page, close } = await launch(place);
  try {
    await recordTake(page);
    disk.fill();
    await page.getByRole('button', { name: 'Keep' }).click();
    await expect(toast(page, disk.complaint)).toBeVisible();
    disk.free();
    // The few bytes of the verdict may have fitted where the dataset's files did not: then the take is kept already.
    const keep = page.getByRole('button', { name: 'Keep' });
    if (await keep.isVisible()) await keep.click();
    await expect(page.getByRole('button', { name: 'Start recording' })).toBeVisible();
    await screen(page, 'Demos');
    await expect(demonstrations(page)).toHaveCount(1, { timeout: 120_000 });
  } finally {
    await close();
    disk.remove();
    place.remove();
  }
});

test('a folder that is no dataset is refused and the open one stays open', async () => {
  const place = new Place();
  const { page, app, close } = await launch(place);
  try {
    await recordTake(page);
    await page.getByRole('button', { name: 'Keep' }).click();
    await screen(page, 'Demos');
    await expect(demonstrations(page)).toHaveCount(1);
    const wrong = join(place.home, 'holiday pictures');
    mkdirSync(wrong);
    writeFileSync(join(wrong, 'beach.jpg'), 'no');
    await answerFolderDialog(app, wrong);
    await page.getByRole('button', { name: 'Open folder' }).click();
    await expect(toast(page, /dataset/i)).toBeVisible();
    await expect(demonstrations(page)).toHaveCount(1);
    expect(readdirSync(wrong)).toEqual(['beach.jpg']);
  } finally {
    await close();
    place.remove();
  }
});

test('a damaged policy is refused, the file is left alone, and the arm can still be driven', async () => {
  const place = new Place();
  const { page, close } = await launch(place);
  try {
    await screen(page, 'Setup');
    await page.getByRole('radiogroup', { name: 'Simulated task' }).getByText('Reach').click();
    await screen(page, 'Demos');
    await page.getByLabel('Takes by the expert').fill('2');
    await page.getByRole('button', { name: 'Let the expert record' }).click();
    await expect(demonstrations(page)).toHaveCount(2, { timeout: 120_000 });
    await screen(page, 'Train');
    await page.getByLabel('Time to train').selectOption('15');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    // Nothing can be kept of a training that has not begun.
    await expect(trainingLoss(page)).toHaveText(/\d/, { timeout: 120_000 });
    await page.getByRole('button', { name: 'Cancel training' }).click();
    await expect(page.getByRole('table').getByRole('row')).toHaveCount(2, { timeout: 120_000 });

    const [policy = ''] = readdirSync(join(place.home, 'policies'));
    const file = join(place.home, 'policies', policy, 'weights.bin');
    const weights = readFileSync(file);
    weights.writeUInt8(weights.readUInt8(1000) ^ 0x40, 1000);
    writeFileSync(file, weights);
    // Its other half: what drives is this file where it is whole, and the weights where it is not.
    writeFileSync(join(place.home, 'policies', policy, 'policy.onnx'), 'damaged');

    await screen(page, 'Autopilot');
    await page.getByRole('button', { name: 'Load' }).click();
    await expect(toast(page, /damaged|corrupt|checksum|changed/i)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Hand over' })).toBeDisabled();
    expect(readFileSync(file).equals(weights)).toBe(true);
    await page.getByRole('button', { name: 'Take the stick' }).click();
    await expect(seat(page)).toContainText('You drive');
  } finally {
    await close();
    place.remove();
  }
});

test('a serial port that another program holds is named, and the simulated arm can be opened again', async () => {
  const place = new Place();
  const port = await holdPort();
  const { page, close } = await launch(place);
  try {
    const answer = await page.evaluate(
      (path) => window.understudy?.call('robot.open', { kind: 'so101', port: path }),
      port.path,
    );
    expect(answer).toMatchObject({ ok: false, fault: { kind: 'port-busy' } });
    await screen(page, 'Setup');
    await expect(page.getByRole('region', { name: 'Robot' })).toContainText('has a fault');
    await page.getByRole('radiogroup', { name: 'Simulated task' }).getByText('Reach').click();
    await screen(page, 'Drive');
    await expect.poll(async () => (await joints(page)).length).toBe(6);
  } finally {
    await close();
    await port.close();
    place.remove();
  }
});

/** A disk of its own that can be filled where this user may mount one, else a folder that can be made read-only. */
function smallDisk(folder: string) {
  mkdirSync(folder, { recursive: true });
  const filler = join(folder, 'filler');
  let mounted = false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', folder], { stdio: 'ignore' });
    mounted = true;
  } catch {
    // Not root: a read-only folder must do.
  }
  const folders = () => [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  return {
    complaint: mounted ? /full/i : /permission|read-only/i,
    fill(): void {
      if (!mounted) for (const path of folders()) chmodSync(path, 0o555);
      try {
        if (mounted) writeFileSync(filler, Buffer.alloc(110_000_000));
      } catch {
        // Full is what it should be.
      }
    },
    free(): void {
      if (mounted) rmSync(filler);
      else for (const path of folders()) chmodSync(path, 0o755);
    },
    remove(): void {
      if (mounted) execFileSync('umount', [folder]);
    },
  };
}
