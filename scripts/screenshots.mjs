// `npm run screenshots [-- --all FOLDER]`: the pictures in docs/, made by using the real app. With --all, also every
// screen empty, busy and in a small window, in both themes, for whoever wants to look before saying "done".
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openApp } from './lib/drive-app.mjs';
import { root } from './lib/paths.mjs';
import { main } from './lib/say.mjs';

const SCREENS = ['drive', 'demos', 'train', 'autopilot', 'setup'];
const SMALL = { width: 900, height: 600 };
const NORMAL = { width: 1360, height: 860 };

const { values } = parseArgs({ options: { all: { type: 'string' } } });
const docs = join(root, 'docs', 'screens');

await main(async () => {
  const home = mkdtempSync(join(tmpdir(), 'understudy-screens-'));
  mkdirSync(docs, { recursive: true });
  if (values.all) mkdirSync(values.all, { recursive: true });
  const app = await openApp({ home, webcam: true });
  const { page } = app;

  const resize = ({ width, height }) =>
    app.app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0].setContentSize(size[0], size[1]),
      [width, height],
    );
  const theme = async (name) => {
    const button = page.getByRole('button', { name: name === 'dark' ? 'Dark theme' : 'Light theme' });
    if (await button.isVisible()) await button.click();
  };
  const show = async (screen) => {
    await page.evaluate((name) => {
      window.location.hash = name;
    }, screen);
    await page.mouse.move(600, 5);
    await page.waitForTimeout(900);
  };
  const shoot = (folder, name) => page.screenshot({ path: join(folder, `${name}.png`) });

  async function tour(label) {
    if (!values.all) return;
    for (const name of ['dark', 'light']) {
      await theme(name);
      for (const screen of SCREENS) {
        await show(screen);
        await shoot(values.all, `${label}-${screen}-${name}`);
      }
    }
  }

  /** Trim, many chosen, trash and the report of a check. */
  async function edits(takes) {
    const first = page.getByRole('slider', { name: 'First row to keep' });
    await first.focus();
    await page.keyboard.press('PageUp');
    await shoot(values.all, 'trim-demos-dark');
    await takes.nth(0).click();
    await takes.nth(1).click({ modifiers: ['Shift'] });
    await shoot(values.all, 'many-demos-dark');
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: 'Trash' }).click();
    await page.waitForTimeout(900);
    await shoot(values.all, 'trash-demos-dark');
    await page.getByRole('button', { name: 'Close the trash' }).click();
    await app.call('dataset.undo');
    await app.call('dataset.check', { repair: false });
    await app.until(({ job }) => job && job.phase !== 'running', 'the check', 60);
    await page.waitForTimeout(500);
    await shoot(values.all, 'check-demos-dark');
    await app.call('job.dismiss');
  }

  try {
    await resize(NORMAL);
    await app.call('robot.open', { kind: 'so101-sim', task: 'push' });
    await app.until((state) => state.cameras.length >= 2, 'the cameras', 30);
    await page.waitForTimeout(1500);
    await tour('empty');

    await app.call('expert.record', { episodes: 5, seed: 7 });
    await app.until((state) => !state.trials.running, 'the expert', 120);
    await theme('dark');
    await show('train');
    await app.call('train.start', { policy: 'mlp', seconds: 25, name: 'push, five takes' });
    await app.until(({ train }) => (train.progress?.elapsed ?? 0) > 18, 'the training', 120);
    await shoot(docs, 'train');
    await app.until(({ train }) => train.phase !== 'running', 'the training', 120);
    const [policy] = await app.call('policy.list');
    await app.call('policy.load', { id: policy.id });
    await app.until(({ policy: p }) => p.status === 'ready', 'the policy', 60);

    await show('autopilot');
    await app.call('trials.start', { trials: 3 });
    await app.until(({ trials }) => trials.done >= 1 && trials.seconds > 1.5, 'a trial', 60);
    await shoot(docs, 'autopilot');
    await app.until(({ trials }) => !trials.running, 'the trials', 120);
    await tour('busy');

    await theme('dark');
    await show('demos');
    const takes = page.getByRole('listbox', { name: 'Demonstrations' }).getByRole('option');
    await takes.nth(2).click();
    await page.waitForTimeout(1500);
    await page.getByLabel('Speed', { exact: true }).selectOption('1');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForTimeout(1500);
    await shoot(docs, 'demos');
    await page.getByRole('button', { name: 'Advice' }).click();
    await page.waitForTimeout(4000);
    await shoot(docs, 'advice');
    await page.getByRole('button', { name: 'Advice' }).click();
    if (values.all) await edits(takes);
    await show('setup');
    await shoot(docs, 'setup');
    await app.call('record.settings', { countdown: 0 });
    for (const name of ['light', 'dark']) {
      await theme(name);
      await show('drive');
      await app.call('robot.reset', { seed: 12 });
      await app.call('drive.engage');
      await app.call('record.start');
      await page.keyboard.down('KeyF');
      await page.keyboard.down('KeyW');
      await page.waitForTimeout(900);
      if (name === 'light') await shoot(docs, 'drive-light');
      else if (values.all) await shoot(values.all, 'recording-drive-dark');
      await page.keyboard.up('KeyF');
      await page.keyboard.up('KeyW');
      await app.call('record.finish');
      if (values.all) await shoot(values.all, `review-drive-${name}`);
      await app.call('record.discard');
    }
    if (values.all) {
      await app.call('drive.stop');
      await page.evaluate(() => window.understudy.call('dataset.open', { folder: '/nowhere' }));
      await page.getByRole('link', { name: 'Demos' }).click();
      await show('drive');
      await shoot(values.all, 'stopped-drive-dark');
      await resize(SMALL);
      await tour('small');
    }
  } finally {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  }
});
