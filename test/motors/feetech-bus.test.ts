import { afterEach, describe, expect, it } from 'vitest';
import { VirtualLink } from '../../src-main/links/virtual-link';
import { FeetechBus } from '../../src-main/motors/feetech/bus';
import * as codec from '../../src-main/motors/feetech/codec';
import { ERROR_FLAGS } from '../../src-main/motors/feetech/registers';
import { failure, virtualArm } from '../support/virtual-arm';

const IDS = [1, 2, 3, 4, 5, 6];
const buses: FeetechBus[] = [];
async function busOn(options = {}) {
  const { bank, link, plant, clock } = virtualArm();
  await link.open();
  const bus = new FeetechBus(link, { timeoutMs: 5, ...options });
  buses.push(bus);
  return { bus, bank, link, plant, clock };
}
afterEach(() => {
  for (const bus of buses.splice(0)) bus.dispose();
});

describe('the Feetech bus', () => {
  it('finds who is there and who is not', async () => {
    const { bus } = await busOn();
    expect(await bus.ping(3)).toBe(777);
    expect(await bus.ping(9)).toBeNull();
  });

  it('reads and writes registers by name, one or all at once', async () => {
    const { bus } = await busOn();
    await bus.write(2, 'Goal_Position', 1234);
    expect(await bus.read(2, 'Goal_Position')).toBe(1234);
    await bus.syncWrite(
      'Goal_Position',
      IDS,
      [1, 2, 3, 4, 5, 6].map((n) => n + 2000),
    );
    expect(await bus.syncRead(IDS, 'Goal_Position')).toEqual([2001, 2002, 2003, 2004, 2005, 2006]);
    expect(await bus.syncRead([6, 1], 'ID')).toEqual([6, 1]);
  });

  it('carries prepared writes out together on action', async () => {
    const { bus } = await busOn();
    await bus.regWrite(1, 'Goal_Position', 2100);
    await bus.regWrite(2, 'Goal_Position', 2200);
    expect(await bus.read(1, 'Goal_Position')).not.toBe(2100);
    await bus.action();
    expect(await bus.syncRead([1, 2], 'Goal_Position')).toEqual([2100, 2200]);
  });

  it('lets overlapping calls take turns', async () => {
    const { bus } = await busOn();
    expect(await Promise.all(IDS.map((id) => bus.read(id, 'ID')))).toEqual(IDS);
  });

  it('asks again for a lost reply, and only those that are missing', async () => {
    const { bus, link } = await busOn();
    const asked: number[] = [];
    let n = 0;
    link.faults = {
      outbound: (bytes) => {
        asked.push(bytes.length);
        return bytes;
      },
      // The first answer loses the end of its last packet.
      inbound: (bytes) => (n++ === 0 ? bytes.subarray(0, 40) : bytes),
    };
    expect(await bus.syncRead(IDS, 'ID').catch(() => null)).not.toBeNull();
    expect(bus.statistics.retries).toBe(1);
    expect((asked[1] as number) < (asked[0] as number)).toBe(true);
  });

  it('gives up on a silent servo with a fault that names it, after bounded retries', async () => {
    const { bus, link } = await busOn();
    link.faults = { inbound: () => null };
    expect(await failure(bus.read(4, 'Present_Position'))).toMatchObject({
      kind: 'servo',
      message: expect.stringContaining('4'),
    });
    expect(bus.statistics).toEqual({ requests: 3, retries: 2, errors: 1 });
  });

  it('never takes a damaged reply for a value', async () => {
    const { bus, link } = await busOn({ retries: 20, timeoutMs: 3 });
    await bus.write(1, 'Goal_Position', 1500);
    let seed = 7;
    const random = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
    link.faults = {
      inbound: (bytes) => {
        if (random() < 0.6) return bytes;
        const out = bytes.slice();
        const at = Math.floor(random() * out.length);
        out[at] = (out[at] as number) ^ (1 + Math.floor(random() * 255));
        return out;
      },
    };
    for (let i = 0; i < 60; i++) expect(await bus.read(1, 'Goal_Position')).toBe(1500);
    expect(bus.statistics.retries).toBeGreaterThan(5);
  });

  it('is not fooled by the echo of its own request', async () => {
    const { bus, link, plant } = await busOn();
    link.faults = { echo: true };
    plant.place(0, 0);
    // The echo of this read looks like a reply of 0x0238 = 568 with an error flag.
    expect(await bus.read(1, 'Present_Position')).toBe(2047);
    await bus.write(1, 'Goal_Position', 2100);
    expect(await bus.syncRead(IDS, 'ID')).toEqual(IDS);
    expect(bus.statistics.retries).toBe(0);
  });

  it('drops bytes that came while nobody asked, and noise before a reply', async () => {
    const { bus, link } = await busOn();
    link.babble(codec.status(1, 0, [0x11, 0x11]));
    link.faults = { inbound: (bytes) => Uint8Array.from([0xff, 0xff, 1, 200, 3, 0xff, ...bytes]) };
    await bus.write(1, 'Goal_Position', 2000);
    expect(await bus.read(1, 'Goal_Position')).toBe(2000);
  });

  it('does not take the late reply of one question for the answer to the next', async () => {
    const { bus, link } = await busOn({ retries: 0 });
    await bus.write(1, 'Goal_Position', 1111);
    let late = 1;
    link.faults = { delay: () => (late-- > 0 ? 6 : 0) };
    expect(await failure(bus.read(1, 'Goal_Position'))).toMatchObject({ kind: 'servo' });
    expect(await bus.read(1, 'Torque_Limit')).toBe(1000);
  });

  it('accepts a write whose acknowledgement never comes, once the register reads back right', async () => {
    const { bus, bank } = await busOn();
    await bus.write(1, 'Lock', 0);
    await bus.write(1, 'Response_Status_Level', 0);
    await bus.write(1, 'Goal_Position', 1700);
    expect(bank.servos[0]?.get('Goal_Position')).toBe(1700);
  });

  it('tells of error flags without losing the value', async () => {
    const { bus, bank } = await busOn();
    const seen: unknown[] = [];
    bus.onFlags((change) => seen.push(change));
    const servo = bank.servos[2];
    if (servo) servo.health.forced = ERROR_FLAGS.temperature;
    expect(await bus.read(3, 'ID')).toBe(3);
    expect(bus.flags(3)).toBe(ERROR_FLAGS.temperature);
    if (servo) servo.health.forced = 0;
    await bus.read(3, 'ID');
    expect(seen).toEqual([
      { id: 3, flags: 4 },
      { id: 3, flags: 0 },
    ]);
  });

  it('fails at once when the cable is pulled, also the call under way', async () => {
    const { bus, link } = await busOn({ timeoutMs: 60_000 });
    link.faults = { inbound: () => null };
    const waiting = failure(bus.read(1, 'ID'));
    await new Promise((resolve) => setTimeout(resolve, 1));
    link.unplug();
    expect(await waiting).toMatchObject({ kind: 'link-lost' });
    expect(await failure(bus.read(1, 'ID'))).toMatchObject({ kind: 'link-lost' });
  });

  it('sees two servos of one id as trouble, not as a value, when they disagree', async () => {
    const { bus, bank } = await busOn();
    bank.servos[1]?.write(5, Uint8Array.of(1));
    bank.servos[0]?.write(42, Uint8Array.of(0x34, 0x05));
    bank.servos[1]?.write(42, Uint8Array.of(0x0b, 0x0a));
    expect(await failure(bus.read(1, 'Goal_Position'))).toMatchObject({ kind: 'servo' });
  });

  it('leaves nothing listening after dispose', async () => {
    const link = new VirtualLink({ receive: () => new Uint8Array(0) });
    await link.open();
    const bus = new FeetechBus(link, { timeoutMs: 60_000 });
    const waiting = failure(bus.read(1, 'ID'));
    await new Promise((resolve) => setTimeout(resolve, 1));
    bus.dispose();
    expect(await waiting).toMatchObject({ kind: 'link-lost' });
  });
});
