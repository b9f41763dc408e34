import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Only for looking at the screens without Electron (`npx vite src-renderer`); the app is built by electron.vite.config.ts. */
export default defineConfig({
  plugins: [svelte()],
  build: { target: 'chrome114' },
  server: { host: '127.0.0.1', port: 5199, strictPort: true, fs: { allow: ['..'] } },
});
