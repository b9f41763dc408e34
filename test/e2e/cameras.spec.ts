import { expect, type Page, test } from '@playwright/test';
import { demonstrations, launch, Place, screen } from './app';

/** Chromium's fake devices stand for two webcams. The second of three is a depth camera, which is left alone. */
const FAKE = ['--use-fake-device-for-media-stream=device-count=3,fps=30', '--use-fake-ui-for-media-stream'];
/** What each is called and asked for: device → name, size and rate. */
const WANTED = {
  fake_device_0: { name: 'left', width: 320, height: 240, fps: 15 },
  fake_device_2: { name: 'right', width: 640, height: 480, fps: 20 },
} as const;
type Device = keyof typeof WANTED;
const DEVICES: readonly Device[] = ['fake_device_0', 'fake_device_2'];

/** A webcam's part of the Setup screen. */
const webcam = (page: Page, device: Device) =>
  page.getByRole('region', { name: 'Cameras' }).getByRole('group', { name: device });

const toast = (page: Page, says: string) =>
  page.getByRole('region', { name: 'Faults', exact: true }).getByRole('alert').filter({ hasText: says });

/** It is on under its name, with its size and rate; pictures come, and how many is measured. */
async function expectWanted(page: Page, device: Device): Promise<void> {
  const card = webcam(page, device);
  const { name, width, height, fps } = WANTED[device];
  await expect(card.getByRole('switch', { name: device })).toBeChecked();
  await expect(card.getByLabel('Name', { exact: true })).toHaveValue(name);
  await expect(card.getByLabel(`Picture size of ${name}`)).toHaveValue(`${width}x${height}`);
  await expect(card.getByLabel(`Rate of ${name}`)).toHaveValue(String(fps));
  await expect(card.getByText(/^\d+\.\d fps measured$/)).toBeVisible();
  const picture = card.getByLabel(/preview$/);
  const look = () => picture.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const before = await look();
  await expect.poll(look).not.toBe(before);
}

/** From now on the browser answers as it does when another program has the camera; until the answer is called. */
async function holdCameras(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('in use', 'NotReadableError'));
  });
  // What was put over the browser's own method is taken away again.
  return () => page.evaluate(() => void Reflect.deleteProperty(navigator.mediaDevices, 'getUserMedia'));
}

async function recordTake(page: Page, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  const recorder = page.getByRole('region', { name: 'Recorder' });
  await page.getByLabel('Countdown').selectOption('0');
  await page.getByRole('button', { name: 'Start recording' }).click();
  const rows = async () => Number(/(\d+) rows/.exec((await recorder.textContent()) ?? '')?.[1] ?? 0);
  await expect.poll(rows).toBeGreaterThan(20);
  await meanwhile();
  await page.getByRole('button', { name: 'Finish take' }).click();
  await page.getByRole('radio', { name: 'Success' }).check({ force: true });
  await page.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByRole('button', { name: 'Start recording' })).toBeVisible();
}

/** The demonstration holds exactly the two webcams' pictures, each in its own size. */
async function expectTwoVideos(page: Page, index: number): Promise<void> {
  await demonstrations(page).nth(index).click();
  await expect(page.locator('video')).toHaveCount(DEVICES.length);
  for (const { name, width, height } of Object.values(WANTED)) {
    const size = () =>
      page.getByLabel(`${name} video`).evaluate((v: HTMLVideoElement) => `${v.videoWidth}x${v.videoHeight}`);
    await expect.poll(size).toBe(`${width}x${height}`);
  }
}

test('two webcams are named, set up and recorded; after a restart they come back, and one that is off is asked for', async () => {
  const place = new Place();
  const first = await launch(place, { webcam: false, args: FAKE });
  try {
    const { page } = first;
    await test.step('two webcams are switched on and set up', async () => {
      await screen(page, 'Setup');
      for (const device of DEVICES) {
        const card = webcam(page, device);
        const { name, width, height, fps } = WANTED[device];
        await card.getByRole('switch', { name: device }).click();
        const field = card.getByLabel('Name', { exact: true });
        await field.fill(name);
        await field.press('Enter');
        await card.getByLabel(`Picture size of ${name}`).selectOption(`${width}x${height}`);
        await card.getByLabel(`Rate of ${name}`).selectOption(String(fps));
      }
      for (const device of DEVICES) await expectWanted(page, device);
    });

    await test.step('a name that is taken is refused with the reason', async () => {
      const device = 'fake_device_2';
      const card = webcam(page, device);
      const field = card.getByLabel('Name', { exact: true });
      await field.fill('left');
      await expect(card.getByRole('alert')).toContainText('another camera');
      await field.blur();
      await expect(field).toHaveValue('right');
    });

    await test.step('one take of both, without the simulated cameras', async () => {
      await screen(page, 'Drive');
      const chosen = page.getByRole('button', { name: 'Cameras to record' });
      await chosen.click();
      await page.getByRole('switch', { name: 'Front (simulated)' }).click();
      await page.getByRole('switch', { name: 'Wrist (simulated)' }).click();
      await expect(chosen).toContainText('2');
      await chosen.click();
      await recordTake(page);
    });

    await test.step('it is on Demos with two videos', async () => {
      await screen(page, 'Demos');
      await expect(demonstrations(page)).toHaveCount(1);
      await expectTwoVideos(page, 0);
    });
  } finally {
    await first.close();
  }

  const { page, close } = await launch(place, { webcam: false, args: FAKE });
  try {
    await test.step('after a restart both are on by themselves, as they were', async () => {
      await screen(page, 'Setup');
      for (const device of DEVICES) await expectWanted(page, device);
    });

    await test.step('one that another program holds says so, and is tried again', async () => {
      const device = 'fake_device_2';
      const card = webcam(page, device);
      await card.getByRole('switch', { name: device }).click();
      await expect(card.getByLabel(/preview$/)).toHaveCount(0);
      const giveBack = await holdCameras(page);
      await card.getByRole('switch', { name: device }).click();
      await expect(card).toContainText('fake_device_2 is used by another program');
      await expect(card.getByRole('switch', { name: device })).toBeChecked();
      await giveBack();
      await card.getByRole('button', { name: 'Try again' }).click();
      await expectWanted(page, 'fake_device_2');
    });

    await test.step('a take without a camera that the dataset needs is refused, and the camera is named', async () => {
      const onOff = webcam(page, 'fake_device_2').getByRole('switch', { name: 'fake_device_2' });
      await onOff.click();
      await expect(onOff).not.toBeChecked();
      await screen(page, 'Drive');
      await expect(page.getByLabel(/preview$/)).toHaveCount(3);
      await page.getByRole('button', { name: 'Start recording' }).click();
      await expect(toast(page, 'The camera "right" is not there')).toBeVisible();
      await expect(page.getByRole('button', { name: 'Start recording' })).toBeEnabled();
    });

    await test.step('nothing is lost by that', async () => {
      await screen(page, 'Demos');
      await expect(demonstrations(page)).toHaveCount(1);
      await expectTwoVideos(page, 0);
    });

    await test.step('one click in the notice switches it on again; it cannot be switched off in the midst of a take', async () => {
      await screen(page, 'Drive');
      await page.getByRole('button', { name: 'Switch on “right”' }).click();
      await expect(page.getByLabel(/preview$/)).toHaveCount(4);
      await recordTake(page, async () => {
        await screen(page, 'Setup');
        const onOff = webcam(page, 'fake_device_2').getByRole('switch', { name: 'fake_device_2' });
        await onOff.click();
        await expect(toast(page, 'A take is under way')).toBeVisible();
        await expect(onOff).toBeChecked();
        await screen(page, 'Drive');
      });
      await screen(page, 'Demos');
      await expect(demonstrations(page)).toHaveCount(2);
      await expectTwoVideos(page, 1);
    });
  } finally {
    await close();
    place.remove();
  }
});
