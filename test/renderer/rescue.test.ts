import { describe, expect, it } from 'vitest';
import type { RescuedTake } from '../../src-main/core/state';
import { rescueLine, rescueTitle } from '../../src-renderer/state/rescue';

const take = (change: Partial<RescuedTake> = {}): RescuedTake => ({
  recorded: '2026-11-23T19:00:00.000Z',
  task: 'push the cube',
  rows: 90,
  seconds: 3,
  confirmed: false,
  lost: null,
  episode: 4,
  ...change,
});
const title = (...takes: RescuedTake[]) => rescueTitle({ folder: '/set', takes });

describe('the report of a rescue', () => {
  it('counts what was saved and what could not be', () => {
    expect(title(take())).toBe('1 demonstration was saved after a crash');
    expect(title(take(), take())).toBe('2 demonstrations were saved after a crash');
    expect(title(take(), take({ rows: 0 }))).toBe('1 demonstration was saved after a crash, 1 could not be');
    expect(title(take({ rows: 0 }))).toBe('1 demonstration could not be saved after a crash');
  });

  it('says of each what became of it', () => {
    expect(rescueLine(take({ confirmed: true }))).toBe('3.0 s, as you kept it.');
    expect(rescueLine(take({ lost: 'The last 2 rows have no picture and were cut.' }))).toBe(
      '3.0 s, not judged yet: look at it, then label or delete it. The last 2 rows have no picture and were cut.',
    );
    expect(rescueLine(take({ rows: 0, lost: 'Its file is damaged.' }))).toBe('Its file is damaged.');
  });
});
