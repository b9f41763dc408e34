// `npm run bench [name …]`: measures, in the real thing, what tests must not assert (machines are shared and noisy).
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './lib/paths.mjs';
import { main, SetupError } from './lib/say.mjs';

const folder = join(root, 'scripts', 'bench');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -4));

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (!name || !names.includes(name)) {
    throw new SetupError(`Name a bench: ${names.join(', ')}.`, `npm run bench ${names[0]}`);
  }
  const { bench } = await import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  await bench(args);
});
