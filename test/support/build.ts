import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(__dirname, '..', '..');

/** Builds entries of src-main as the app's are built, for tests that start real processes. `out`: inside the checkout, where they find node_modules. */
export async function buildEntries(input: Readonly<Record<string, string>>, out: string): Promise<void> {
  const external = (id: string) => builtinModules.includes(id.replace(/^node:/, '')) || !/^[./\0]/.test(id);
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node18',
      outDir: out,
      rollupOptions: {
        input: Object.fromEntries(Object.entries(input).map(([name, path]) => [name, join(root, path)])),
        external,
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
    },
  });
}
