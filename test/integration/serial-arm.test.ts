import { existsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src-main/core/clock';
import { openPseudoTerminal } from '../../src-main/links/pty';
import { SerialLink } from '../../src-main/links/serial-link';
import { FeetechBus } from '../../src-main/motors/feetech/bus';
import { so101Profile } from '../../src-main/robots/profiles';
import { So101 } from '../../src-main/robots/so101';
import { FreePlant } from '../../src-main/sim/free-plant';
import { serveArm } from '../../src-main/sim/serve-arm';
import { failure } from '../support/virtual-arm';

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const clock: Clock = {
  now: () => performance.now() / 1000,
  sleepUntil: (t) => wait(Math.max(0, t * 1000 - performance.now())),
};
const profile = so101Profile();
const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function served(options = {}) {
  const plant = FreePlant.of(profile, clock, [0.1, 0, 0, 0, 0, 0.5]);
  const arm = await serveArm({ profile, plant, clock, ...options });
  cleanups.push(arm.close);
  return { arm, plant };
}
function driver(path: string) {
  // A slow machine must not fail these tests: they are about bytes, not about speed.
  const robot = new So101({ link: new SerialLink(path), profile, kind: 'so101', bus: { timeoutMs: 5000 } });
  cleanups.push(() => robot.close());
  return robot;
}

// Windows has no pseudo-terminals that a serial port driver could open.
describe.skipIf(process.platform === 'win32')('the virtual arm on a pseudo-terminal', () => {
  it('passes every byte unchanged, both ways', async () => {
    const terminal = await openPseudoTerminal();
    cleanups.push(terminal.close);
    const link = new SerialLink(terminal.path);
    cleanups.push(() => link.close());
    await link.open();
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const up: number[] = [];
    const down: number[] = [];
    terminal.onData((bytes) => up.push(...bytes));
    link.onData((bytes) => down.push(...bytes));
    await link.write(all);
    terminal.write(all);
    await expect.poll(() => [up.length, down.length]).toEqual([256, 256]);
    expect(up).toEqual([...all]);
    expect(down).toEqual([...all]);
  });

  it('is read and moved by the real driver through a real serial port', async () => {
    const { arm, plant } = await served();
    const robot = driver(arm.path);
    await robot.connect();
    expect((await robot.read())[0]).toBeCloseTo(0.1, 2);
    const sent = await robot.apply([0.4, -0.3, 0.2, 0.1, 0, 0.8]);
    await expect
      .poll(async () => Math.abs(((await robot.read())[0] as number) - (sent[0] as number)), { timeout: 30_000 })
      .toBeLessThan(0.01);
    expect(plant.position(1)).toBeCloseTo(-0.3, 1);
    await robot.close();
    await expect.poll(() => arm.bank.servos.map((servo) => servo.get('Torque_Enable'))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('answers no sooner than a real bus would, when asked to', async () => {
    const { arm } = await served({ wireTiming: true });
    for (const servo of arm.bank.servos) servo.write(7, Uint8Array.of(254));
    const link = new SerialLink(arm.path);
    cleanups.push(() => link.close());
    await link.open();
    const bus = new FeetechBus(link, { timeoutMs: 5000 });
    cleanups.push(() => bus.dispose());
    await bus.ping(1);
    const before = performance.now();
    await bus.syncRead([1, 2, 3, 4, 5, 6], 'Present_Position');
    // 62 bytes of 10 µs, and six times 508 µs of return delay; timers count whole milliseconds.
    expect(arm.bank.wireTime).toBeCloseTo(0.62e-3 + 6 * 508e-6, 6);
    expect(performance.now() - before).toBeGreaterThan(2.5);
  });

  it('is refused to a second program, and free again after the first lets go', async () => {
    const { arm } = await served();
    const first = driver(arm.path);
    await first.connect();
    expect(await failure(driver(arm.path).connect())).toMatchObject({
      kind: 'port-busy',
      tip: expect.stringContaining('Close'),
    });
    await first.read();
    await first.close();
    await driver(arm.path).connect();
  });

  it('reports a pulled cable as link-lost, while idle and while asked, and closes quietly', async () => {
    const { arm } = await served();
    const link = new SerialLink(arm.path);
    const robot = new So101({ link, profile, kind: 'so101' });
    cleanups.push(() => robot.close());
    await robot.connect();
    let lost = 0;
    link.onLost(() => lost++);
    await arm.close();
    await expect.poll(() => lost).toBe(1);
    expect(existsSync(arm.path)).toBe(false);
    expect(await failure(robot.read())).toMatchObject({ kind: 'link-lost' });
    await robot.halt();
    await robot.close();
    expect(lost).toBe(1);
  });

  it('is still understood when noise comes between the packets', async () => {
    const terminal = await openPseudoTerminal();
    cleanups.push(terminal.close);
    const { ServoBank } = await import('../../src-main/sim/servo-bank');
    const bank = new ServoBank({ plant: FreePlant.of(profile, clock), profile, clock });
    terminal.onData((bytes) => {
      terminal.write(Uint8Array.of(0, 0xff, 0xff, 3, 9, 0xff));
      terminal.write(bank.receive(bytes));
    });
    const link = new SerialLink(terminal.path);
    cleanups.push(() => link.close());
    await link.open();
    const bus = new FeetechBus(link, { timeoutMs: 5000 });
    cleanups.push(() => bus.dispose());
    for (let i = 0; i < 20; i++) expect(await bus.syncRead([1, 2, 3], 'Present_Position')).toEqual([2047, 2047, 2047]);
    expect(bus.statistics.retries).toBe(0);
  });
});
