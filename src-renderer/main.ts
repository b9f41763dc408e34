import './no-eval';
import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connectBridge } from './bridge';
import { startServices } from './state/services';

async function start(): Promise<void> {
  const target = document.getElementById('app');
  if (!target) throw new Error('index.html lost its #app element');
  connectBridge();
  // The pretended main process exists in development only: the branch and its import vanish from the built page.
  if (import.meta.env.DEV) {
    const { fakeWhenAlone } = await import('./dev/fake-bridge');
    fakeWhenAlone();
  }
  mount(App, { target });
  startServices();
}

void start();
