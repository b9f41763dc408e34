import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fault } from '../core/fault';

/** How a command's options are written: a schema for the values, a line of help for each. */
export interface OptionSpec<S extends z.ZodRawShape> {
  readonly schema: z.ZodObject<S>;
  readonly help: Readonly<Record<keyof S & string, string>>;
  /** Names of options that are switches, without a value. */
  readonly flags?: readonly string[];
}

export const text = z.string().min(1);
export const count = z.coerce.number().int().min(1).max(100_000);
export const seed = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 31);
export const duration = z.coerce.number().positive().max(86_400);
export const flag = z.boolean().default(false);

/** Parses `--name value` pairs; anything unknown, missing or out of range is refused by name. */
export function parseOptions<S extends z.ZodRawShape>(
  spec: OptionSpec<S>,
  argv: readonly string[],
): z.output<z.ZodObject<S>> {
  const names = Object.keys(spec.schema.shape);
  const options = Object.fromEntries(
    names.map((name) => [name, { type: spec.flags?.includes(name) ? ('boolean' as const) : ('string' as const) }]),
  );
  let values: Record<string, unknown>;
  try {
    values = parseArgs({ args: [...argv], options, allowPositionals: false }).values;
  } catch (error) {
    throw fault(
      'bad-input',
      error instanceof Error ? error.message : String(error),
      `Options: ${names.map((n) => `--${n}`).join(' ')}`,
    );
  }
  const parsed = spec.schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  throw fault(
    'bad-input',
    `--${name}: ${issue?.message ?? 'not valid'}`,
    helpLine(name, spec.help[name as keyof S & string] ?? ''),
  );
}

export const helpLine = (name: string, help: string): string => `--${name.padEnd(14)} ${help}`;

export const helpOf = <S extends z.ZodRawShape>(spec: OptionSpec<S>): string =>
  Object.entries(spec.help)
    .map(([name, help]) => `  ${helpLine(name, String(help))}`)
    .join('\n');
