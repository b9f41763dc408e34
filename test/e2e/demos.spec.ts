import { expect, type Page, test } from '@playwright/test';
import type { Answer, CallName, EpisodeDetail, Params, Result } from '../../src-main/core/contract';
import { demonstrations, launch, Place, screen } from './app';

/** Asks main as the page does: what is really in the dataset, beside what the screen shows of it. */
async function ask<K extends CallName>(page: Page, name: K, params?: Params<K>): Promise<Result<K>> {
  const answer = (await page.evaluate(([n, p]) => window.understudy?.call(n, p), [name, params] as const)) as
    | Answer<Result<K>>
    | undefined;
  if (!answer?.ok) throw new Error(answer?.fault.message ?? 'no bridge');
  return answer.value;
}

const read = (page: Page, index: number): Promise<EpisodeDetail> => ask(page, 'dataset.episode', { index });
/** What was recorded, without names and places: equal before an edit and after its undo. */
const rows = (episode: EpisodeDetail) =>
  episode.rows.map(({ t, state, action, pilot }) => ({ t, state, action, pilot }));

const rowShown = (page: Page) => page.getByRole('status', { name: 'Row', exact: true });
const undo = (page: Page) => page.getByRole('button', { name: 'Undo', exact: true }).first();

test('demonstrations are looked at, cut, joined, judged, deleted and brought back', async () => {
  const place = new Place();
  const { page, close } = await launch(place, { webcam: false });
  try {
    await test.step('the expert records three', async () => {
      await screen(page, 'Setup');
      await page.getByRole('radiogroup', { name: 'Simulated task' }).getByText('Reach').click();
      await screen(page, 'Demos');
      await page.getByLabel('Takes by the expert').fill('3');
      await page.getByRole('button', { name: 'Let the expert record' }).click();
      await expect(demonstrations(page)).toHaveCount(3, { timeout: 180_000 });
      await expect(page.getByRole('button', { name: 'Let the expert record' })).toBeVisible({ timeout: 120_000 });
    });

    const whole = await read(page, 0);
    const n = whole.length;

    await test.step('frame k is shown with row k', async () => {
      await demonstrations(page).first().click();
      await expect(rowShown(page)).toHaveText(`row 0 / ${n}`);
      await page.getByRole('button', { name: 'One frame on' }).click();
      for (let k = 0; k < 11; k++) await page.keyboard.press('.');
      await expect(rowShown(page)).toHaveText(`row 12 / ${n}`);
      const { fps } = (await ask(page, 'app.state')).dataset ?? { fps: 0 };
      const [camera = ''] = whole.cameras;
      const begin = whole.videos[camera]?.from ?? 0;
      const shown = page.getByLabel(`${camera} video`);
      const at = () => shown.evaluate((v: HTMLVideoElement) => (v.readyState >= 2 && !v.seeking ? v.currentTime : -1));
      await expect.poll(async () => Math.floor(((await at()) - begin) * fps + 1e-6)).toBe(12);
    });

    await test.step('it plays to its end and stands there', async () => {
      await page.getByLabel('Speed', { exact: true }).selectOption('4');
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      await expect(rowShown(page)).toHaveText(`row ${n - 1} / ${n}`, { timeout: 120_000 });
      await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
    });

    await test.step('trim keeps the rows between the handles', async () => {
      const first = page.getByRole('slider', { name: 'First row to keep' });
      await first.focus();
      await page.keyboard.press('PageUp');
      await expect(first).toHaveAttribute('aria-valuenow', '10');
      const last = page.getByRole('slider', { name: 'Last row to keep' });
      await last.focus();
      for (let k = 0; k < 3; k++) await page.keyboard.press('ArrowLeft');
      await page.getByRole('button', { name: 'Keep this part' }).click();
      await expect(rowShown(page)).toHaveText(`row 0 / ${n - 13}`);
      expect(rows(await read(page, 0))).toEqual(rows(whole).slice(10, n - 3));
      await expect(demonstrations(page)).toHaveCount(3);
    });

    await test.step('split makes two of it, merge makes one of the two', async () => {
      await page.getByRole('button', { name: 'To the start' }).click();
      for (let k = 0; k < 15; k++) await page.keyboard.press('ArrowRight');
      await page.getByRole('button', { name: 'Split here' }).click();
      await expect(demonstrations(page)).toHaveCount(4);
      expect((await read(page, 0)).length).toBe(15);
      expect((await read(page, 1)).length).toBe(n - 13 - 15);
      await expect(page.getByText('2 chosen')).toBeVisible();
      await page.getByRole('button', { name: 'Merge' }).click();
      await expect(demonstrations(page)).toHaveCount(3);
      await expect(rowShown(page)).toHaveText(`row 0 / ${n - 13}`);
      expect(rows(await read(page, 0))).toEqual(rows(whole).slice(10, n - 3));
    });

    await test.step('undoing all leaves what was recorded', async () => {
      for (const count of [4, 3, 3]) {
        await undo(page).click();
        await expect(demonstrations(page)).toHaveCount(count);
        await expect(page.getByRole('region', { name: 'Notices' })).toContainText('Undone');
        await page.getByRole('button', { name: 'Close the notice' }).click();
      }
      await expect(undo(page)).toBeDisabled();
      const again = await read(page, 0);
      expect(rows(again)).toEqual(rows(whole));
      expect(again.id).toBe(whole.id);
    });

    await test.step('two are judged and tagged at once', async () => {
      await demonstrations(page).nth(0).click();
      await demonstrations(page)
        .nth(2)
        .click({ modifiers: ['Control'] });
      await expect(page.getByText('2 chosen')).toBeVisible();
      await page.getByRole('radio', { name: 'Failure' }).check({ force: true });
      await expect(demonstrations(page).getByLabel('failure')).toHaveCount(2);
      await page.getByLabel('Add a tag').fill('too slow');
      await page.keyboard.press('Enter');
      await expect(demonstrations(page).getByText('too slow')).toHaveCount(2);
      // The Enter was the field's: it must not have begun a recording.
      expect((await ask(page, 'app.state')).record.phase).toBe('idle');
      const list = await ask(page, 'dataset.episodes');
      expect(list.map((e) => [e.success, e.tags])).toEqual([
        [false, ['too slow']],
        [whole.success, []],
        [false, ['too slow']],
      ]);
    });

    await test.step('the filter shows what is asked for, and how many', async () => {
      const count = page.getByRole('status', { name: 'How many are shown' });
      await page.getByLabel('Search demonstrations').fill('too slow');
      await expect(count).toHaveText('2 of 3');
      await expect(demonstrations(page)).toHaveCount(2);
      await page.getByLabel('Search demonstrations').fill('#1');
      await expect(demonstrations(page)).toHaveCount(1);
      await page.getByRole('button', { name: 'Clear the filter' }).click();
      await expect(count).toHaveText('3 in all');
      await page.getByRole('button', { name: 'Filters' }).click();
      await page.getByRole('group', { name: 'Filters' }).getByLabel('Label').selectOption('failure');
      await expect(demonstrations(page)).toHaveCount(2);
      await page.getByRole('button', { name: 'Clear the filter' }).click();
    });

    await test.step('what is deleted with the keyboard waits in the trash and comes back', async () => {
      await demonstrations(page).nth(0).click();
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Delete');
      await expect(demonstrations(page)).toHaveCount(1);
      await expect(page.getByRole('region', { name: 'Notices' })).toContainText('Deleted 2 demonstrations');
      await page.getByRole('button', { name: /^Trash/ }).click();
      const trash = page.getByRole('region', { name: 'Trash' });
      await expect(trash.getByRole('listitem')).toHaveCount(2);
      await trash.getByRole('button', { name: 'Restore', exact: true }).first().click();
      await expect(demonstrations(page)).toHaveCount(2);
      await trash.getByRole('button', { name: 'Restore', exact: true }).first().click();
      await expect(demonstrations(page)).toHaveCount(3);
      await expect(trash).toContainText('Empty.');
      const back = (await ask(page, 'dataset.episodes')).find((e) => e.id === whole.id);
      expect(rows(await read(page, back?.index ?? -1))).toEqual(rows(whole));
    });

    await test.step('only a second yes empties the trash', async () => {
      await page.getByRole('listbox', { name: 'Demonstrations' }).focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Delete');
      await expect(demonstrations(page)).toHaveCount(2);
      const trash = page.getByRole('region', { name: 'Trash' });
      await trash.getByRole('button', { name: 'Empty the trash' }).click();
      await page.getByRole('button', { name: 'Leave it' }).click();
      await expect(trash.getByRole('listitem')).toHaveCount(1);
      await trash.getByRole('button', { name: 'Empty the trash' }).click();
      await page.getByRole('button', { name: 'Delete for good' }).click();
      await expect(trash).toContainText('Empty.');
      expect(await ask(page, 'dataset.trash')).toEqual([]);
      await expect(demonstrations(page)).toHaveCount(2);
    });
  } finally {
    await close();
    place.remove();
  }
});
