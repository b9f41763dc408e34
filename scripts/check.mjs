#!/usr/bin/env node
// npm run check: the static checks alone.
import { printCheck, runChecks } from './lib/checks.mjs';
import { ensureModules } from './lib/modules.mjs';
import { main } from './lib/say.mjs';

await main(async () => {
  await ensureModules();
  const { failed } = await runChecks(printCheck);
  return failed > 0 ? 1 : 0;
});
