import { describe, expect, it } from 'vitest';
import { VirtualLink } from '../../src-main/links/virtual-link';
import { failure } from '../support/virtual-arm';

const mirror = { receive: (bytes: Uint8Array) => bytes.slice().reverse() };
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('a virtual link', () => {
  it('answers after the write, never within it', async () => {
    const link = new VirtualLink(mirror);
    await link.open();
    const got: number[][] = [];
    link.onData((bytes) => got.push([...bytes]));
    const written = link.write(Uint8Array.of(1, 2));
    expect(got).toEqual([]);
    await written;
    await settle();
    expect(got).toEqual([[2, 1]]);
  });

  it('loses, damages and delays what it is told to, each way on its own', async () => {
    const link = new VirtualLink(mirror);
    await link.open();
    const got: number[][] = [];
    const off = link.onData((bytes) => got.push([...bytes]));
    link.faults = { outbound: () => null };
    await link.write(Uint8Array.of(1));
    link.faults = { inbound: () => null };
    await link.write(Uint8Array.of(2));
    link.faults = { inbound: () => Uint8Array.of(9) };
    await link.write(Uint8Array.of(3));
    link.faults = { delay: () => 5 };
    await link.write(Uint8Array.of(4));
    await settle();
    expect(got).toEqual([[9]]);
    await new Promise((resolve) => setTimeout(resolve, 15));
    expect(got).toEqual([[9], [4]]);
    off();
    link.babble(Uint8Array.of(5));
    expect(got).toHaveLength(2);
  });

  it('tells once that it was unplugged, then is dead for good', async () => {
    const link = new VirtualLink(mirror);
    await link.open();
    let lost = 0;
    let late = 0;
    link.onLost(() => lost++);
    link.onData(() => late++);
    void link.write(Uint8Array.of(1));
    link.unplug();
    link.unplug();
    await settle();
    expect([lost, late]).toEqual([1, 0]);
    expect(await failure(link.write(Uint8Array.of(1)))).toMatchObject({ kind: 'link-lost' });
    expect(await failure(link.open())).toMatchObject({ kind: 'link-lost' });
  });

  it('does not call its own close a loss', async () => {
    const link = new VirtualLink(mirror);
    await link.open();
    let lost = 0;
    link.onLost(() => lost++);
    await link.close();
    link.unplug();
    expect(lost).toBe(0);
  });
});
