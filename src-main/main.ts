import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, session } from 'electron';
import { toFault } from './core/fault';
import { APP_ORIGIN, registerScheme, serveScheme, videoUrl } from './ipc/scheme';
import { emit, serveCalls } from './ipc/server';
import { Stream } from './ipc/streams';
import { spawnUtility } from './ipc/utility';
import { PilotClient } from './learner/client';
import { describeEngine } from './learner/engine-info';
import { callsOf } from './station/calls';
import { Station } from './station/station';

/** Composition root of the desktop app: the only file beside cli.ts that names concrete classes of every room. */

app.setName('Understudy');
registerScheme();
// The page draws the recorded cameras: it must go on while another window covers it.
app.commandLine.appendSwitch('disable-renderer-backgrounding');
app.commandLine.appendSwitch('disable-background-timer-throttling');

const home = process.env.UNDERSTUDY_HOME || join(app.getPath('documents'), 'Understudy');
if (process.env.UNDERSTUDY_HOME) app.setPath('userData', join(home, 'chromium'));

const live = new Stream('live');
const media = new Stream('media');
let window: BrowserWindow | null = null;

const station = new Station({
  home,
  version: app.getVersion(),
  platform: process.platform,
  runtime: { electron: process.versions.electron ?? '', notice: runtimeNotice() },
  cameras: { send: (message) => media.send(message), onMessage: (listener) => media.onMessage(listener) },
  chooseFolder: async (title, what = 'folder') => {
    const folder = ['openDirectory' as const, 'createDirectory' as const];
    const options = { title, properties: what === 'file' ? ['openFile' as const] : folder };
    const result = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options);
    return result.canceled ? null : (result.filePaths[0] ?? null);
  },
  videoUrl,
  spawnTrainer: () => spawnUtility(join(__dirname, 'trainer.js'), 'Understudy trainer'),
  spawnRollouts: () => spawnUtility(join(__dirname, 'rollout-process.js'), 'Understudy rollouts'),
  spawnJob: () => spawnUtility(join(__dirname, 'job-process.js'), 'Understudy job'),
  spawnPractice: () => spawnUtility(join(__dirname, 'practice-process.js'), 'Understudy practice'),
  spawnInsight: () => spawnUtility(join(__dirname, 'insight-process.js'), 'Understudy insight'),
  spawnDatasets: () => spawnUtility(join(__dirname, 'dataset-worker.js'), 'Understudy datasets'),
  connectPilot: () => new PilotClient(spawnUtility(join(__dirname, 'pilot-host.js'), 'Understudy pilot')),
  inputFolder: process.env.UNDERSTUDY_INPUT_DIR,
});

/** The set-up falls back on an old runtime where the official one cannot be had: say so to whoever might rely on it. */
function runtimeNotice(): string | null {
  const major = Number.parseInt(process.versions.electron ?? '0', 10);
  if (major >= 40) return null;
  return `Electron ${process.versions.electron} is old: fine for trying and testing, not for the open internet. Set-up takes the current one where it can be downloaded.`;
}

function createWindow(): BrowserWindow {
  const created = new BrowserWindow({
    width: 1360,
    height: 860,
    minWidth: 860,
    minHeight: 560,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14161a' : '#f6f7f9',
    title: 'Understudy',
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(__dirname, '../preload/preload.js'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      backgroundThrottling: false,
    },
  });
  created.once('ready-to-show', () => created.show());
  created.on('closed', () => {
    window = null;
  });
  created.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  created.webContents.on('will-navigate', (event, url) => {
    if (!url.startsWith(`${APP_ORIGIN}/`)) event.preventDefault();
  });
  created.webContents.on('did-finish-load', () => {
    live.attach(created);
    media.attach(created);
  });
  // Whoever drove is no longer there: the keys they held must not go on pushing.
  created.on('blur', () => station.inputs.keyboard.setKeys([]));
  created.webContents.on('render-process-gone', (_event, details) => {
    station.inputs.keyboard.setKeys([]);
    process.stderr.write(`The page ended (${details.reason}); loading it again.\n`);
    if (!created.isDestroyed() && details.reason !== 'clean-exit') created.webContents.reload();
  });
  void created.loadURL(`${APP_ORIGIN}/index.html`);
  return created;
}

function allowCamerasOnly(): void {
  const allowed = (permission: string, url: string) => permission === 'media' && url.startsWith(APP_ORIGIN);
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(allowed(permission, contents.getURL())),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, origin));
}

/** A refused call is in the log on the Setup screen; a defect is on the console too. */
function logFailure(name: string, error: unknown): void {
  const { kind } = toFault(error);
  if (kind === 'cancelled') return;
  station.faults.add(error);
  station.changed();
  if (kind === 'internal') process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
}

function wire(): void {
  serveCalls(callsOf(station), APP_ORIGIN, logFailure);
  station.events.on(({ name, data }) => emit(window, name, data));
  station.live.on((tick) => live.send(tick));
}

async function begin(): Promise<void> {
  allowCamerasOnly();
  serveScheme(join(__dirname, '../renderer'), (episode, camera) => {
    try {
      return station.library.dataset?.video(episode, camera).file ?? null;
    } catch {
      return null;
    }
  });
  wire();
  window = createWindow();
  station.start();
  try {
    await station.openRobot(station.settings.value.robot);
  } catch (error) {
    station.failed(error);
  }
  station.setEngine(await describeEngine());
  await station.restorePolicy();
}

/** A station that closes at all has closed by then, milliseconds. */
const PATIENCE = 7000;

/**
 * The arm is put to rest and what is recorded is written before the process goes. A station that cannot close does not
 * keep the app open: an orderly exit would wait for whatever it is that hangs, so the process just ends. What was kept is
 * on the disk, and the next start goes on from there.
 */
async function leave(): Promise<void> {
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, PATIENCE, 'late'));
  const end = await Promise.race([station.close(), late]);
  if (end === 'late') process.kill(process.pid, 'SIGKILL');
  else app.exit(0);
}

if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  app.on('second-instance', () => {
    window?.restore();
    window?.focus();
  });
  app.on('activate', () => {
    window ??= createWindow();
  });
  app.on('window-all-closed', () => app.quit());
  let closing = false;
  app.on('before-quit', (event) => {
    // However often it is asked to go: it goes when the station is closed.
    event.preventDefault();
    if (closing) return;
    closing = true;
    void leave();
  });
  app.whenReady().then(begin, (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    app.exit(1);
  });
}
