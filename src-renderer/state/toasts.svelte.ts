import { type Fault, toFault } from '../../src-main/core/fault';
import { call } from '../bridge';
import { app } from './app.svelte';

export interface Toast extends Fault {
  readonly key: number;
}

const SHOWN = 4;
const SECONDS = 14;

/** Faults on their way past a person's eye; the full log stays in Setup. */
class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  /** One toast a fault, even when it comes both as an answer and as an event. */
  show(error: unknown): void {
    const fault = toFault(error);
    if (fault.kind === 'cancelled') return;
    const same = this.list.find((t) => t.kind === fault.kind && t.message === fault.message);
    if (same) {
      // The newest tip may have a newer figure in it.
      if (same.tip !== fault.tip) this.list = this.list.map((t) => (t === same ? { ...t, tip: fault.tip } : t));
      return;
    }
    const key = this.#next++;
    this.list = [...this.list, { ...fault, key }].slice(-SHOWN);
    setTimeout(() => this.hide(key), SECONDS * 1000);
  }

  hide(key: number): void {
    this.list = this.list.filter((t) => t.key !== key);
  }

  /** The person has read it: takes it out of main's log too. */
  dismiss(toast: Toast): void {
    this.hide(toast.key);
    const entry = app.current?.faults.find((f) => f.message === toast.message && f.kind === toast.kind);
    if (entry) void call('app.dismissFault', { id: entry.id }).catch(() => {});
  }
}

export const toasts = new Toasts();
