import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

const at = (...parts: string[]) => resolve(__dirname, ...parts);

/**
 * Main and preload are CommonJS for Node 18 (the oldest runtime of the Electron ladder); the renderer is for Chromium 114.
 * `cli`, `trainer`, `pilot-host` and `dataset-worker` are entries of their own: processes load them by file name.
 */
export default defineConfig({
  main: {
    build: {
      target: 'node18',
      outDir: 'out/main',
      externalizeDeps: true,
      rollupOptions: {
        input: {
          main: at('src-main/main.ts'),
          cli: at('src-main/cli.ts'),
          trainer: at('src-main/learner/trainer.ts'),
          'pilot-host': at('src-main/learner/pilot-host.ts'),
          'job-process': at('src-main/station/job-process.ts'),
          'insight-process': at('src-main/learner/insight-process.ts'),
          'practice-process': at('src-main/station/practice-process.ts'),
          'rollout-process': at('src-main/station/rollout-process.ts'),
          'dataset-worker': at('src-main/station/dataset-worker.ts'),
        },
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node18',
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: at('src-main/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
    },
  },
  renderer: {
    root: at('src-renderer'),
    build: {
      target: 'chrome114',
      outDir: at('out/renderer'),
      rollupOptions: { input: at('src-renderer/index.html') },
    },
    plugins: [svelte()],
  },
});
