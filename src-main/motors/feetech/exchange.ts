import { type FaultError, fault } from '../../core/fault';
import type { Link } from '../../core/link';
import type { Unsubscribe } from '../../core/types';
import type { Packet } from './codec';
import { PacketParser } from './parser';

/** Replies in the order of the ids asked; undefined where nothing valid came in time. */
export type Replies = readonly (Packet | undefined)[];

interface Waiting {
  readonly request: Uint8Array;
  readonly ids: readonly number[];
  readonly length: number;
  readonly replies: (Packet | undefined)[];
  missing: number;
  finish(): void;
  fail(error: FaultError): void;
}

/** After silence a late reply may still be under way; the line must be quiet this long before it is used again. */
const QUIET_MS = 3;
const QUIET_ROUNDS = 10;

/**
 * One question at a time on a half-duplex line. Protocol 0 has no sequence numbers, so all we can do against taking
 * one thing for another is done here: bytes that come while nobody asked are dropped, only the ids and the length
 * asked for are let in, the echo of our own request is told apart, and after a time-out the line must fall silent.
 */
export class Exchange {
  readonly #link: Link;
  readonly #parser = new PacketParser((id, length) => {
    const waiting = this.#waiting;
    return waiting !== null && length === waiting.length && waiting.ids.includes(id);
  });
  readonly #off: Unsubscribe[];
  readonly #accept = (packet: Packet): void => this.#take(packet);
  #waiting: Waiting | null = null;
  #lost: FaultError | null = null;
  #suspect = false;
  #received = 0;

  constructor(link: Link) {
    this.#link = link;
    this.#off = [
      link.onData((bytes) => {
        this.#received += bytes.length;
        if (this.#waiting) this.#parser.push(bytes, this.#accept);
      }),
      link.onLost((error) => this.#lose(lostFault(link.label, error))),
    ];
  }

  /** Not null once the link has gone for good. */
  get lost(): FaultError | null {
    return this.#lost;
  }

  /** For packets that nobody answers. */
  async send(bytes: Uint8Array): Promise<void> {
    if (this.#lost) throw this.#lost;
    await this.#link.write(bytes);
  }

  /** Sends and gathers what comes until every id has answered with `params` parameters, or the time is up. */
  async ask(request: Uint8Array, ids: readonly number[], params: number, timeoutMs: number): Promise<Replies> {
    if (this.#suspect) await this.#silence();
    if (this.#lost) throw this.#lost;
    this.#parser.reset();
    return new Promise<Replies>((resolve, reject) => {
      const replies = new Array<Packet | undefined>(ids.length).fill(undefined);
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting = null;
      };
      const timer = setTimeout(() => {
        done();
        this.#suspect = true;
        resolve(replies);
      }, timeoutMs);
      this.#waiting = {
        request,
        ids,
        length: params + 2,
        replies,
        missing: ids.length,
        finish: () => {
          done();
          resolve(replies);
        },
        fail: (error) => {
          done();
          reject(error);
        },
      };
      const mine = this.#waiting;
      this.#link.write(request).catch((error: unknown) => {
        if (this.#waiting === mine) mine.fail(lostFault(this.#link.label, error));
      });
    });
  }

  dispose(): void {
    for (const off of this.#off) off();
    this.#lose(fault('link-lost', `The connection to ${this.#link.label} is closed.`, 'Connect to the robot again.'));
  }

  #lose(error: FaultError): void {
    this.#lost ??= error;
    this.#waiting?.fail(this.#lost);
  }

  #take(packet: Packet): void {
    const waiting = this.#waiting;
    if (!waiting || isEcho(packet, waiting.request)) return;
    const i = waiting.ids.indexOf(packet.id);
    if (i < 0 || waiting.replies[i]) return;
    waiting.replies[i] = packet;
    if (--waiting.missing === 0) waiting.finish();
  }

  async #silence(): Promise<void> {
    for (let round = 0; round < QUIET_ROUNDS && !this.#lost; round++) {
      const before = this.#received;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      if (before === this.#received) break;
    }
    this.#suspect = false;
  }
}

/** Adapters without echo suppression send our own packet back; a two-byte read then looks like an answer. */
function isEcho({ id, code, params }: Packet, request: Uint8Array): boolean {
  if (request[2] !== id || request[4] !== code || request.length !== params.length + 6) return false;
  return params.every((value, i) => value === request[5 + i]);
}

const lostFault = (label: string, cause: unknown): FaultError =>
  fault(
    'link-lost',
    `The connection to ${label} is lost${cause instanceof Error && cause.message ? `: ${cause.message}` : '.'}`,
    'Check the USB cable and the power supply, then connect again.',
    cause,
  );
