import { describe, expect, it, vi } from 'vitest';
import type { Calls } from '../../src-main/core/contract';
import { callSchemas } from '../../src-main/core/contract';
import { dispatch } from '../../src-main/core/dispatch';
import { isFault, toFault } from '../../src-main/core/fault';

const fakeCalls = () => {
  const made: unknown[] = [];
  const calls: Partial<Record<string, (params: unknown) => Promise<undefined>>> = {};
  for (const name of Object.keys(callSchemas)) {
    calls[name] = async (params) => {
      made.push([name, params]);
    };
  }
  return { made, calls: calls as Partial<Calls> as Calls };
};

describe('the wire', () => {
  it('passes a good call through, parsed', async () => {
    const { calls, made } = fakeCalls();
    await dispatch(calls, 'drive.settings', { speed: 0.5, stranger: true });
    expect(made).toEqual([['drive.settings', { speed: 0.5 }]]);
  });

  it.each([
    ['a name it does not know', 'drive.fly', undefined],
    ['a name that every object has', 'constructor', undefined],
    ['a name that is no string', 7, undefined],
    ['a speed beyond its range', 'drive.settings', { speed: 9 }],
    ['a number that is none', 'drive.gamepad', { id: 'x', axes: [Number.NaN], buttons: [] }],
    ['parameters where none belong', 'drive.stop', { now: true }],
    ['a robot of an unknown kind', 'robot.open', { kind: 'terminator' }],
  ])('refuses %s and calls nothing', async (_what, name, params) => {
    const { calls, made } = fakeCalls();
    const error = await dispatch(calls, name, params).catch((e: unknown) => e);
    expect(isFault(error) && error.kind).toBe('bad-input');
    expect(made).toEqual([]);
  });

  it('gives null to a call that takes null', async () => {
    const { calls, made } = fakeCalls();
    await dispatch(calls, 'drive.gamepad', null);
    expect(made).toEqual([['drive.gamepad', null]]);
  });
});

describe('faults', () => {
  it('names a full disk, a missing file and a defect, each with a tip', () => {
    const system = (code: string) => Object.assign(new Error(code), { code });
    expect(toFault(system('ENOSPC')).kind).toBe('disk-full');
    expect(toFault(system('EACCES')).kind).toBe('permission');
    expect(toFault(system('ENOENT')).kind).toBe('not-found');
    expect(toFault(new Error('boom'))).toMatchObject({ kind: 'internal', message: 'boom' });
    for (const error of [system('ENOSPC'), new Error('boom'), 'a string', vi.fn()])
      expect(toFault(error).tip).not.toBe('');
  });
});
