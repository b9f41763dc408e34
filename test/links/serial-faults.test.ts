import { describe, expect, it } from 'vitest';
import { listPorts } from '../../src-main/links/ports';
import { openFault } from '../../src-main/links/serial-faults';
import { SerialLink } from '../../src-main/links/serial-link';
import { failure } from '../support/virtual-arm';

describe('a port that does not open', () => {
  it.each([
    ['Error Resource temporarily unavailable Cannot lock port', 'linux', 'port-busy'],
    ['Error: Device or resource busy, cannot open /dev/ttyACM0', 'linux', 'port-busy'],
    ['Error: Permission denied, cannot open /dev/ttyACM0', 'linux', 'permission'],
    ['Opening COM3: Access denied', 'win32', 'port-busy'],
    ['Opening COM9: File not found', 'win32', 'not-found'],
    ['Error: No such file or directory, cannot open /dev/ttyACM0', 'darwin', 'not-found'],
    ['Error: Inappropriate ioctl for device setting custom baud rate of 1000000', 'linux', 'bad-input'],
    ['Something new', 'linux', 'link-lost'],
  ])('says why: %s on %s is %s', (text, platform, kind) => {
    const found = openFault('/dev/ttyACM0', new Error(text), platform);
    expect(found.kind).toBe(kind);
    expect(found.tip).not.toBe('');
  });

  it('tells a Linux user which group to join', () => {
    expect(openFault('/dev/ttyACM0', new Error('Permission denied'), 'linux').tip).toContain('dialout');
  });

  it('is a fault in the real driver too', async () => {
    expect(await failure(new SerialLink('/dev/tty-not-there').open())).toMatchObject({ kind: 'not-found' });
    expect(await failure(new SerialLink(__filename).open())).toMatchObject({ kind: 'bad-input' });
  });

  it('stays closed once closed', async () => {
    const link = new SerialLink('/dev/tty-not-there');
    await link.close();
    await link.close();
    expect(await failure(link.open())).toMatchObject({ kind: 'link-lost' });
    expect(await failure(link.write(Uint8Array.of(1)))).toMatchObject({ kind: 'link-lost' });
  });
});

describe('the list of ports', () => {
  it('puts servo adapters first and leaves empty motherboard ports out', async () => {
    const list = async () => [
      { path: '/dev/ttyS0' },
      { path: '/dev/ttyUSB0', vendorId: '0403', productId: '6001', manufacturer: 'FTDI' },
      { path: '/dev/ttyACM1', vendorId: '1A86', productId: '55D3' },
    ];
    expect(await listPorts({ list, devices: async () => ['ttyACM1', 'ttyUSB0', 'tty0', 'ttyS0'] })).toEqual([
      { path: '/dev/ttyACM1', label: '/dev/ttyACM1', likely: true },
      { path: '/dev/ttyUSB0', label: '/dev/ttyUSB0 (FTDI)', likely: false },
    ]);
  });

  it('comes from the device files where there is no udev', async () => {
    const list = () => Promise.reject(new Error('spawn udevadm ENOENT'));
    const devices = async () => ['ttyUSB10', 'ttyUSB2', 'null'];
    expect((await listPorts({ list, devices })).map((port) => port.path)).toEqual(['/dev/ttyUSB2', '/dev/ttyUSB10']);
    expect(await listPorts({ list, devices: () => Promise.reject(new Error('no /dev')) })).toEqual([]);
  });

  it('comes, full or empty, from this very machine', async () => {
    expect(Array.isArray(await listPorts())).toBe(true);
  });
});
