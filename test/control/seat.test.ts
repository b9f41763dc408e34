import { describe, expect, it } from 'vitest';
import { Seat } from '../../src-main/control/seat';
import { Emitter } from '../../src-main/core/emitter';
import type { Button, Teleoperator } from '../../src-main/core/pilot';
import { bench, TestPilot } from './fixtures';

class Person extends TestPilot implements Teleoperator {
  active = false;
  readonly buttons = new Emitter<Button>();
  constructor() {
    super('person', () => this.started[this.started.length - 1]?.joints ?? null);
  }
  onButton = (l: (b: Button) => void) => this.buttons.on(l);
}

async function seated() {
  const b = bench();
  const person = new Person();
  const seat = new Seat(b.loop, person);
  const modes: string[] = [];
  seat.onChange((s) => modes.push(s.mode + (s.intervention ? '!' : '')));
  await b.tick();
  return { ...b, person, seat, modes };
}

describe('the seat', () => {
  it('gives the stick to a person who moves it, in that very tick, and marks the intervention until handed back', async () => {
    const { seat, person, tick, modes } = await seated();
    const policy = new TestPilot('policy', () => [1, 2, 1]);
    await seat.sit('policy', policy);
    expect(await tick(5)).toMatchObject({ pilot: 'policy', intervention: false });
    person.active = true;
    expect(await tick()).toMatchObject({ pilot: 'person', intervention: true });
    person.active = false;
    expect(await tick()).toMatchObject({ pilot: 'person', intervention: true });
    person.buttons.emit('hand-over');
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(await tick()).toMatchObject({ pilot: 'policy', intervention: false });
    expect(policy.started).toHaveLength(2);
    expect(modes).toEqual(['policy', 'person!', 'policy']);
  });

  it('starts the person from the command held at that moment, so that nothing jumps', async () => {
    const { seat, person, robot, tick } = await seated();
    await seat.sit('policy', new TestPilot('policy', () => [1, 2, 1]));
    await tick(8);
    const held = robot.sent[robot.sent.length - 1];
    person.active = true;
    const t = await tick();
    expect(person.started[0]?.joints).toEqual(held);
    expect(t.sent).toEqual(held);
    expect(t.clamped).toEqual([]);
  });

  it('wants the stick let go once before a policy that was just seated can be overridden', async () => {
    const { seat, person, tick } = await seated();
    person.active = true;
    await seat.sit('policy', new TestPilot('policy', () => null));
    expect((await tick(3)).pilot).toBe('policy');
    person.active = false;
    await tick();
    person.active = true;
    expect((await tick()).pilot).toBe('person');
  });

  it('takes over and stops by button', async () => {
    const { seat, person, loop, tick } = await seated();
    await seat.sit('expert', new TestPilot('expert', () => null));
    await tick();
    person.buttons.emit('take-over');
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(await tick()).toMatchObject({ pilot: 'person', intervention: true });
    person.buttons.emit('stop');
    expect(loop.stopped).not.toBeNull();
    expect(seat.mode).toBe('stopped');
    expect(seat.intervention).toBe(false);
    await expect(seat.sit('person')).rejects.toMatchObject({ kind: 'busy' });
    seat.rearm();
    expect(seat.mode).toBe('hold');
    expect(await tick()).toMatchObject({ pilot: 'none', intervention: false });
  });

  it('hears the stop button also while nobody drives', async () => {
    const { seat, person, robot, tick } = await seated();
    const devices = person;
    Object.defineProperty(devices, 'active', {
      get: () => {
        person.buttons.emit('stop');
        return false;
      },
    });
    await tick();
    expect(seat.mode).toBe('stopped');
    expect(robot.halts).toBeGreaterThan(0);
  });

  it('is empty after a policy that could not start', async () => {
    const { seat, tick } = await seated();
    const broken = new TestPilot('policy', () => null);
    broken.startTakes = Promise.reject(new Error('no weights'));
    await expect(seat.sit('policy', broken)).rejects.toThrow('no weights');
    expect(seat.mode).toBe('hold');
    expect((await tick()).pilot).toBe('none');
  });

  it('is not an intervention when a person sits down on an empty seat', async () => {
    const { seat, tick } = await seated();
    await seat.sit('person');
    expect(await tick()).toMatchObject({ pilot: 'person', intervention: false });
    await seat.release();
    expect(await tick()).toMatchObject({ pilot: 'none', intervention: false });
    expect(await seat.handBack()).toBe(false);
  });
});
