import type { CallName, Params, Result } from '../../src-main/core/contract';
import { call } from '../bridge';
import { toasts } from './toasts.svelte';

/** Calls main for a person: a refusal becomes a toast and `undefined`, never an unhandled rejection. */
export async function act<K extends CallName>(name: K, params?: Params<K>): Promise<Result<K> | undefined> {
  try {
    return await call(name, params);
  } catch (error) {
    toasts.show(error);
    return undefined;
  }
}
