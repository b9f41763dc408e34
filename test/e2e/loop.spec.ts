import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { demonstrations, expectMotion, furthest, joints, launch, Place, screen, seat, VirtualGamepad } from './app';

/** One story from an empty folder to a policy that drives, in a real window. */
test('a person drives, records three episodes, trains, hands over, takes over, and finds everything again', async () => {
  test.setTimeout(600_000);
  const place = new Place();
  const pad = new VirtualGamepad(place);
  const { page, close } = await launch(place);
  try {
    await test.step('the app opens on the simulated arm; the webcam is switched on and the task chosen', async () => {
      await screen(page, 'Setup');
      await page.getByRole('region', { name: 'Cameras' }).getByRole('switch').first().click();
      await page.getByRole('radiogroup', { name: 'Simulated task' }).getByText('Push').click();
      await expect(page.getByRole('region', { name: 'Inputs' })).toContainText('js0');
      await screen(page, 'Drive');
      await expect(page.getByText('push the cube onto the target').first()).toBeVisible();
      await expect.poll(async () => (await joints(page)).length).toBe(6);
      await expect(page.getByRole('button', { name: 'Cameras to record' })).toContainText('3');
    });

    await test.step('the keyboard moves the arm, but only while somebody holds the stick', async () => {
      await expect(seat(page)).toContainText('Nobody drives');
      const before = await joints(page);
      await page.keyboard.press('KeyW', { delay: 400 });
      expect(furthest(before, await joints(page))).toBeLessThan(1);

      await page.getByRole('button', { name: 'Take the stick' }).click();
      await expect(seat(page)).toContainText('You drive');
      await expectMotion(page, () => page.keyboard.press('KeyR', { delay: 600 }));
    });

    await test.step('so does a gamepad', async () => {
      await expectMotion(page, async () => {
        pad.axis(0, -0.9);
        await page.waitForTimeout(600);
        pad.axis(0, 0);
      });
    });

    await test.step('three episodes with the webcam and the simulated cameras', async () => {
      await page.getByLabel('Countdown').selectOption('0');
      for (let episode = 0; episode < 3; episode++) {
        await page.getByRole('button', { name: 'New start' }).click();
        await expect(seat(page)).toContainText('You drive');
        await page.getByRole('button', { name: 'Start recording' }).click();
        const finish = page.getByRole('button', { name: 'Finish take' });
        await expect(finish).toBeVisible();
        // Always the same way and in motion to the end: what is learned from it cannot be to stand still.
        pad.axis(0, -0.8);
        await page.waitForTimeout(1500);
        await finish.click();
        pad.axis(0, 0);
        await page.getByRole('radio', { name: 'Success' }).check({ force: true });
        await page.getByRole('button', { name: 'Keep' }).click();
        await expect(page.getByRole('button', { name: 'Start recording' })).toBeVisible();
      }
      await expect(page.getByText(/^saving \d/)).toHaveCount(0);
      const videos = readdirSync(join(place.home, 'datasets', 'so101-sim-push', 'videos')).sort();
      expect(videos).toEqual(['observation.images.front', 'observation.images.webcam', 'observation.images.wrist']);
    });

    await test.step('they are in the list, and their pictures play', async () => {
      await screen(page, 'Demos');
      await expect(demonstrations(page)).toHaveCount(3);
      await demonstrations(page).nth(1).click();
      const video = page.locator('video').first();
      await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThanOrEqual(2);
    });

    await test.step('training shows both losses and ends with a policy', async () => {
      await screen(page, 'Train');
      await page.getByLabel('Time to train').selectOption('15');
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      const status = page.getByRole('status', { name: 'Training status' });
      await expect(status).toHaveText('Training', { timeout: 120_000 });
      await expect(page.getByText('Held-out loss').first()).toBeVisible();
      await expect(status).toHaveText('Trained', { timeout: 180_000 });
      await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);
    });

    await test.step('the policy moves the arm', async () => {
      await page.getByRole('link', { name: 'Drive' }).click();
      await page.getByRole('button', { name: 'New start' }).click();
      await page.getByRole('button', { name: 'Release' }).click();
      await screen(page, 'Autopilot');
      await page.getByRole('button', { name: 'Load' }).click();
      const handOver = page.getByRole('button', { name: 'Hand over' });
      await expect(handOver).toBeEnabled({ timeout: 120_000 });
      await handOver.click();
      await expect(seat(page)).toContainText('Policy drives');
      await screen(page, 'Drive');
      const before = await joints(page);
      await expect.poll(async () => furthest(before, await joints(page)), { timeout: 120_000 }).toBeGreaterThan(1);
    });

    await test.step('touching the stick takes it back at once', async () => {
      await expect(seat(page)).toContainText('Policy drives');
      pad.axis(1, -0.9);
      await expect(seat(page)).toContainText('You took over');
      pad.axis(1, 0);
    });

    await test.step('stop latches until re-armed', async () => {
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await expect(seat(page)).toContainText('Stopped');
      await page.getByRole('button', { name: 'Re-arm' }).click();
      await expect(seat(page)).toContainText('Nobody drives');
    });

    await test.step('after a reload of the window everything is there', async () => {
      await page.reload();
      await screen(page, 'Demos');
      await expect(demonstrations(page)).toHaveCount(3);
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
      await expect(demonstrations(again.page)).toHaveCount(3);
      await screen(again.page, 'Autopilot');
      await expect(again.page.getByRole('button', { name: 'Hand over' })).toBeEnabled({ timeout: 120_000 });
    } finally {
      await again.close();
      place.remove();
    }
  });
});
