import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { expectMotion, joints, launch, Place, screen, VirtualGamepad } from './app';

/** One story from an empty folder to a policy that drives, in a real window. */
test('a person drives, records three episodes, trains, hands over, takes over, and finds everything after a reload', async () => {
  test.setTimeout(240_000);
  const place = new Place();
  const pad = new VirtualGamepad(place);
  const { page, app, close } = await launch(place);
  try {
    await test.step('the app opens on the simulated arm, ready', async () => {
      await expect(page.getByTestId('robot-status')).toContainText(/simulated/i);
      await screen(page, 'Setup');
      await page.getByRole('button', { name: /push/i }).click();
      await screen(page, 'Drive');
      await expect.poll(() => joints(page)).toHaveLength(6);
    });

    await test.step('the keyboard moves the arm, and only while somebody holds the stick', async () => {
      const before = await joints(page);
      await page.keyboard.down('KeyW');
      await page.waitForTimeout(400);
      await page.keyboard.up('KeyW');
      expect(Math.max(...(await joints(page)).map((value, i) => Math.abs(value - (before[i] ?? 0))))).toBeLessThan(1);

      await page.getByRole('button', { name: 'Take the stick' }).click();
      await expectMotion(page, async () => {
        await page.keyboard.down('KeyW');
        await page.waitForTimeout(500);
        await page.keyboard.up('KeyW');
      });
    });

    await test.step('a gamepad in the joystick folder moves it too', async () => {
      await expect(page.getByText(/js0/)).toBeVisible();
      await expectMotion(page, async () => {
        pad.axis(0, -0.9);
        await page.waitForTimeout(600);
        pad.axis(0, 0);
      });
    });

    await test.step('three episodes with the webcam and the simulated cameras', async () => {
      for (let episode = 0; episode < 3; episode++) {
        await page.getByLabel('Countdown').fill('0');
        await page.getByRole('button', { name: 'Start recording' }).click();
        await expect(page.getByTestId('record-phase')).toHaveText(/recording/i);
        pad.axis(0, episode % 2 === 0 ? 0.8 : -0.8);
        await page.waitForTimeout(1500);
        pad.axis(0, 0);
        await page.waitForTimeout(500);
        await page.getByRole('button', { name: 'Finish take' }).click();
        await page.getByRole('button', { name: 'Success', exact: true }).click();
        await page.getByRole('button', { name: 'Keep', exact: true }).click();
        await expect(page.getByTestId('record-phase')).toHaveText(/ready/i);
      }
      const folder = join(place.home, 'datasets', 'so101-sim-push');
      expect(existsSync(join(folder, 'meta', 'info.json'))).toBe(true);
      const videos = readdirSync(join(folder, 'videos'));
      expect(videos.sort()).toEqual([
        'observation.images.front',
        'observation.images.webcam',
        'observation.images.wrist',
      ]);
    });

    await test.step('they are in the list, with pictures and curves', async () => {
      await screen(page, 'Demos');
      await expect(page.getByRole('row', { name: /episode/i })).toHaveCount(3);
      await page.getByRole('row', { name: /episode 1/i }).click();
      const video = page.locator('video').first();
      await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThanOrEqual(2);
    });

    await test.step('training shows both losses and ends with a policy', async () => {
      await screen(page, 'Train');
      await page.getByLabel('Seconds').fill('8');
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      await expect(page.getByTestId('held-out-loss')).toHaveText(/\d\.\d/, { timeout: 60_000 });
      await expect(page.getByTestId('train-phase')).toHaveText(/done/i, { timeout: 60_000 });
    });

    await test.step('the policy moves the arm', async () => {
      await screen(page, 'Autopilot');
      await page.getByRole('button', { name: 'Load' }).first().click();
      await expect(page.getByRole('button', { name: 'Hand over' })).toBeEnabled({ timeout: 30_000 });
      await page.getByRole('button', { name: 'Hand over' }).click();
      await expect(page.getByTestId('seat')).toHaveText(/policy/i);
      await screen(page, 'Drive');
      await expectMotion(page, async () => {}, 1);
    });

    await test.step('touching the stick takes it back at once', async () => {
      await expect(page.getByTestId('seat')).toHaveText(/policy/i);
      pad.axis(1, -0.9);
      await expect(page.getByTestId('seat')).toHaveText(/you/i);
      pad.axis(1, 0);
    });

    await test.step('stop latches until re-armed', async () => {
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await expect(page.getByTestId('seat')).toHaveText(/stopped/i);
      await page.getByRole('button', { name: 'Re-arm' }).click();
      await expect(page.getByTestId('seat')).not.toHaveText(/stopped/i);
    });

    await test.step('after a reload of the window everything is there', async () => {
      await page.reload();
      await screen(page, 'Demos');
      await expect(page.getByRole('row', { name: /episode/i })).toHaveCount(3);
      await screen(page, 'Autopilot');
      await expect(page.getByRole('button', { name: 'Hand over' })).toBeEnabled();
    });
  } finally {
    await close();
  }

  await test.step('and after a restart of the app', async () => {
    const again = await launch(place);
    try {
      await screen(again.page, 'Demos');
      await expect(again.page.getByRole('row', { name: /episode/i })).toHaveCount(3);
      await screen(again.page, 'Autopilot');
      await expect(again.page.getByRole('button', { name: 'Hand over' })).toBeEnabled({ timeout: 30_000 });
    } finally {
      await again.close();
      place.remove();
    }
  });
  expect(app).toBeTruthy();
});
