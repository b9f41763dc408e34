import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { z } from 'zod';

export interface Launched {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly close: () => Promise<void>;
}

/** Folders of one test: where the app keeps its things, and where it looks for joysticks. */
export class Place {
  readonly home = mkdtempSync(join(tmpdir(), 'understudy-e2e-'));
  readonly inputs = mkdtempSync(join(tmpdir(), 'understudy-inputs-'));

  remove(): void {
    for (const folder of [this.home, this.inputs]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Patience with a busy computer, milliseconds: until the app is there, and until a thing that is there can be clicked. */
const START = 120_000;
const ACT = 60_000;

/** Opens the real app in the runtime that set-up found, with Chromium's fake webcam unless told otherwise. */
export async function launch(place: Place, options: { webcam?: boolean; args?: string[] } = {}): Promise<Launched> {
  // Playwright's global set-up found the runtime and opened a display (scripts/lib/playwright-setup.mjs).
  const { UNDERSTUDY_ELECTRON: executablePath, UNDERSTUDY_ELECTRON_ARGS: runtime = '[]' } = process.env;
  const runtimeArgs = z.array(z.string()).parse(JSON.parse(runtime));
  const webcam = options.webcam ?? true;
  const app = await _electron.launch({
    executablePath,
    args: [
      ...runtimeArgs,
      ...(webcam ? ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] : []),
      ...(options.args ?? []),
    ],
    env: { ...process.env, UNDERSTUDY_HOME: place.home, UNDERSTUDY_INPUT_DIR: place.inputs },
    timeout: START,
  });
  const page = await app.firstWindow({ timeout: START });
  page.setDefaultTimeout(ACT);
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  const close = async () => {
    // What a person would have seen last, for whoever looks into a failure.
    await page.screenshot({ path: test.info().outputPath('last.png'), timeout: 10_000 }).catch(() => {});
    await app.close();
  };
  return { app, page, close };
}

export const screen = (page: Page, name: 'Drive' | 'Demos' | 'Train' | 'Autopilot' | 'Setup') =>
  page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name }).click();

export const seat = (page: Page) => page.getByRole('status', { name: 'Who holds the stick' });

export const demonstrations = (page: Page) => page.getByRole('listbox', { name: 'Demonstrations' }).getByRole('option');

/** Joint readings as the Drive screen shows them, in degrees (gripper in percent). */
export async function joints(page: Page): Promise<number[]> {
  const texts = await page.getByRole('list', { name: 'Joints' }).locator('output').allTextContents();
  return texts.map((text) => Number.parseFloat(text.replace('−', '-'))).filter(Number.isFinite);
}

export function furthest(before: readonly number[], after: readonly number[]): number {
  return Math.max(...after.map((value, i) => Math.abs(value - (before[i] ?? 0))));
}

/** Some joint turns by more than `least` degrees while `work` is done, or soon after. */
export async function expectMotion(page: Page, work: () => Promise<void>, least = 2): Promise<void> {
  const before = await joints(page);
  await work();
  await expect.poll(async () => furthest(before, await joints(page))).toBeGreaterThan(least);
}

/**
 * A gamepad that exists below the parser: a pipe in the joystick folder that speaks the kernel's joystick protocol
 * (8 bytes an event: u32 milliseconds, s16 value, u8 type, u8 number).
 */
export class VirtualGamepad {
  readonly #pipe: number;

  constructor(place: Place, name = 'js0') {
    const path = join(place.inputs, name);
    execFileSync('mkfifo', [path]);
    // Read and write: opening never waits for the other side.
    this.#pipe = openSync(path, constants.O_RDWR);
  }

  axis(number: number, value: number): void {
    this.#event(2, number, Math.round(value * 32767));
  }

  button(number: number, down: boolean): void {
    this.#event(1, number, down ? 1 : 0);
  }

  async press(number: number): Promise<void> {
    this.button(number, true);
    await new Promise((done) => setTimeout(done, 120));
    this.button(number, false);
  }

  #event(type: number, number: number, value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE(Math.floor(performance.now()) >>> 0, 0);
    bytes.writeInt16LE(value, 4);
    bytes.writeUInt8(type, 6);
    bytes.writeUInt8(number, 7);
    writeSync(this.#pipe, bytes);
  }
}
