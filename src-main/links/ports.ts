import { readdir } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { PortInfo } from '../core/contract';

/** USB ids (vendor:product) of the adapters these arms come with: WCH CH343 and CH340. */
const LIKELY = new Set(['1a86:55d3', '1a86:7523']);

/** As much of serialport's answer as we use. */
export interface ListedPort {
  readonly path: string;
  readonly manufacturer?: string;
  readonly vendorId?: string;
  readonly productId?: string;
}

/** Where to look; tests give their own. */
export interface PortSources {
  list(): Promise<readonly ListedPort[]>;
  devices(): Promise<readonly string[]>;
}

const SYSTEM: PortSources = {
  list: () => SerialPort.list(),
  devices: () => readdir('/dev').catch(() => []),
};

/** Serial ports with a device behind them, likely ones first. Never rejects: no ports is an empty list. */
export async function listPorts(sources: PortSources = SYSTEM): Promise<PortInfo[]> {
  const [listed, names] = await Promise.all([quietly(() => sources.list()), quietly(() => sources.devices())]);
  const ports = new Map<string, PortInfo>();
  for (const { path, manufacturer, vendorId, productId } of listed) {
    // Motherboard ports are listed whether or not anything is there.
    if (/^\/dev\/ttyS\d+$/.test(path) && !vendorId) continue;
    const likely =
      vendorId !== undefined && productId !== undefined && LIKELY.has(`${vendorId}:${productId}`.toLowerCase());
    ports.set(path, { path, label: manufacturer ? `${path} (${manufacturer})` : path, likely });
  }
  // Without udev (containers, small systems) serialport finds nothing: look for the device files themselves.
  for (const name of names) {
    const path = `/dev/${name}`;
    if (/^tty(ACM|USB)\d+$/.test(name) && !ports.has(path)) ports.set(path, { path, label: path, likely: false });
  }
  return [...ports.values()].sort(
    (a, b) => Number(b.likely) - Number(a.likely) || a.path.localeCompare(b.path, 'en', { numeric: true }),
  );
}

async function quietly<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await ask();
  } catch {
    return [];
  }
}
