import { livePort, mediaPort, onEvent } from '../bridge';
import { followRobot } from '../camera/cameras';
import { startCameras } from '../camera/start';
import { vigil } from '../camera/vigil.svelte';
import { webcams } from '../camera/webcams.svelte';
import { act } from './act';
import { app } from './app.svelte';
import { PadCollector, pollPads } from './gamepad';
import { releaseFocusAfterClicks } from './key-owner';
import { KeyCollector, listenToKeys } from './keyboard';
import { checkpoints, episodes, quality } from './lists.svelte';
import { live } from './live';
import { route } from './route.svelte';
import { theme } from './theme.svelte';
import { toasts } from './toasts.svelte';
import { trainings } from './train/trainings.svelte';

/** Somebody drives: keys that stop go first. */
const moving = (): boolean => ['person', 'policy', 'expert', 'replay'].includes(app.current?.drive.seat ?? 'hold');

/** Everything that runs for as long as the page lives: mirrors, inputs, cameras. */
export function startServices(): void {
  theme.connect();
  route.connect();
  app.watch((state) => followRobot(state.robot));
  app.connect();
  onEvent('fault', (fault) => toasts.show(fault));
  const lists = { episodes, policies: checkpoints, quality, runs: trainings };
  onEvent('changed', ({ what }) => void lists[what].load());
  listenToKeys(new KeyCollector((down) => void act('drive.keys', { down: [...down] })), moving);
  releaseFocusAfterClicks();
  pollPads(new PadCollector((pad) => void act('drive.gamepad', pad)));
  void webcams.connect();
  vigil.start();
  void livePort.then((port) => live.listen(port));
  void mediaPort.then((port) => startCameras(port));
}
