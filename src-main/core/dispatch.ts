import { z } from 'zod';
import { type CallName, type Calls, callSchemas } from './contract';
import { fault } from './fault';

const isCallName = (name: unknown): name is CallName => typeof name === 'string' && Object.hasOwn(callSchemas, name);

/** Parses a call that came over a wire and makes it. Throws `bad-input` for an unknown name or bad parameters. */
export async function dispatch(calls: Calls, name: unknown, params: unknown): Promise<unknown> {
  if (!isCallName(name)) throw fault('bad-input', `There is no call "${String(name)}"`, 'Reload the window.');
  const parsed = callSchemas[name].safeParse(params);
  if (!parsed.success) {
    throw fault('bad-input', `${name}: ${z.prettifyError(parsed.error)}`, 'Check the values you entered.');
  }
  // The schema of this very name made the data: the pair fits, though the compiler cannot follow the union.
  return (calls[name] as (params: unknown) => Promise<unknown>)(parsed.data);
}
