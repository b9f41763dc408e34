import { join } from 'node:path';
import { RealClock } from '../control/real-clock';
import type { Events } from '../core/contract';
import { Emitter } from '../core/emitter';
import { fault, toFault } from '../core/fault';
import type { ChildProcessPort, EngineInfo, FromTrainer, ToTrainer } from '../core/learning';
import { type CameraOffer, type FromCameras, parseFromCameras, type ToCameras } from '../core/media';
import type { AppState, LiveTick } from '../core/state';
import type { TaskId } from '../core/task';
import type { Tick } from '../core/types';
import { DatasetHost } from '../dataset/host-client';
import type { HostProcess } from '../dataset/host-process';
import type { FromJob, ToJob } from '../exchange/job';
import { listCheckpoints } from '../learner/checkpoint';
import type { PilotClient } from '../learner/client';
import { ClockJoin } from '../recorder/clock-join';
import { type CameraPort, EpisodeRecorder } from '../recorder/recorder';
import { Autopilot } from './autopilot';
import { Bay } from './bay';
import { pressed } from './buttons';
import { Coach } from './coach';
import { DiskGuard } from './disk';
import { FaultLog } from './fault-log';
import { fits } from './fit';
import { Inputs } from './inputs';
import { type InsightPort, Insights } from './insights';
import { Jobs } from './jobs';
import { Library, RECORD_FPS, robotKey } from './library';
import { liveTick } from './live';
import { Looks } from './looks';
import { Practice } from './practice';
import type { PracticePort } from './practice-client';
import { QualityWatch } from './quality-watch';
import { Recording } from './recording';
import { Replay } from './replay';
import type { Rig, RobotChoice } from './rig';
import type { FromRollouts, ToRollouts } from './rollout-messages';
import { RunStore } from './run-store';
import { Runs } from './runs';
import { Settings } from './settings';
import { snapshot } from './snapshot';
import { Training } from './training';

/** Milliseconds that the arm waits for an open take to be kept when the app is closed: cameras may be gone already. */
const RESCUE = 3000;

/** What the desktop gives the station; tests give it something else. */
export interface StationHost {
  /** Folder for datasets, policies and settings. */
  readonly home: string;
  readonly version: string;
  readonly platform: string;
  readonly runtime: AppState['runtime'];
  readonly cameras: { send(message: ToCameras): void; onMessage(listener: (data: unknown) => void): () => void };
  readonly chooseFolder: (title: string, what?: 'folder' | 'file') => Promise<string | null>;
  readonly videoUrl: (episode: number, camera: string, version: number) => string;
  readonly spawnTrainer: () => ChildProcessPort<ToTrainer, FromTrainer>;
  /** Tries checkpoints in the simulator (station/rollout-process.ts). */
  readonly spawnRollouts: () => ChildProcessPort<ToRollouts, FromRollouts>;
  readonly connectPilot: () => PilotClient;
  /** The process that works on datasets (station/dataset-worker.ts). */
  readonly spawnDatasets: () => HostProcess;
  readonly spawnJob: () => ChildProcessPort<ToJob, FromJob>;
  /** A policy's practice (station/practice-process.ts). */
  readonly spawnPractice: () => PracticePort;
  /** Compares policies with demonstrations (learner/insight-process.ts). */
  readonly spawnInsight: () => InsightPort;
  readonly inputFolder?: string;
}

/**
 * The workplace: one robot, one seat, one recorder, one dataset, one training, one policy. It knows no Electron; the
 * app's composition root gives it processes, cameras and dialogs, `calls.ts` maps the wire onto it.
 */
export class Station {
  readonly clock = new RealClock();
  readonly settings: Settings;
  readonly library: Library;
  readonly faults = new FaultLog();
  readonly recording: Recording;
  readonly disk: DiskGuard;
  readonly training: Training;
  readonly autopilot: Autopilot;
  readonly inputs: Inputs;
  readonly runs: Runs;
  readonly practice: Practice;
  readonly insights: Insights;
  readonly jobs: Jobs;
  readonly replay: Replay;
  readonly coach: Coach;
  readonly quality: QualityWatch;
  readonly events = new Emitter<{ [K in keyof Events]: { name: K; data: Events[K] } }[keyof Events]>();
  readonly live = new Emitter<LiveTick>();
  readonly #clocks = new ClockJoin();
  readonly #seen = new Emitter<FromCameras>();
  readonly #looks: Looks;
  readonly #bay: Bay;
  #offers: readonly CameraOffer[] = [];
  #engine: EngineInfo | null = null;
  #dirty = true;
  #timer: NodeJS.Timeout | null = null;

  constructor(readonly host: StationHost) {
    const changed = () => this.changed();
    const failed = (error: unknown) => this.failed(error);
    const now = () => this.clock.now();
    this.settings = new Settings(join(host.home, 'settings.json'));
    this.library = new Library(host.home, new DatasetHost(host.spawnDatasets), {
      added: () => this.episodesChanged(),
      changed,
      failed,
    });
    this.disk = new DiskGuard({
      folder: () => this.library.dataset?.folder ?? host.home,
      load: () => this.recording.load,
      full: (why) => {
        failed(why);
        this.recording.end();
      },
      changed,
    });
    this.#looks = new Looks((message) => host.cameras.send(message), this.#clocks, now);
    const port: CameraPort = {
      send: (message) => host.cameras.send(message),
      onMessage: (listener) => this.#seen.on(listener),
    };
    const recorder = new EpisodeRecorder({ fps: RECORD_FPS, clock: this.clock, clocks: this.#clocks });
    recorder.onFault(failed);
    recorder.onGaveUp(() => this.recording.end());
    this.recording = new Recording({
      clock: this.clock,
      recorder,
      cameraPort: port,
      offers: () => this.#offers,
      place: async (cameras) => {
        this.jobs.assertMayOpen();
        const place = await this.library.forRecording(this.rig, cameras);
        await this.disk.assertRoom();
        return place;
      },
      suggestedSuccess: () => this.#bay.open?.world?.success() ?? null,
      begins: () => this.#bay.open?.world?.begin(),
      changed,
      failed,
    });
    this.coach = new Coach({
      phase: () => this.recording.phase,
      robot: () => this.#bay.open?.robot.spec ?? null,
      gaps: () => recorder.status().gaps,
      take: () => this.recording.take,
      siblings: () => this.library.dataset?.list() ?? [],
      fps: RECORD_FPS,
    });
    this.quality = new QualityWatch({
      dataset: () => this.library.dataset,
      busy: () => this.recording.phase !== 'idle',
      changed: () => this.events.emit({ name: 'changed', data: { what: 'quality' } }),
      failed,
    });
    this.training = new Training(
      {
        policies: this.library.policiesFolder,
        spawnTrainer: host.spawnTrainer,
        spawnRollouts: host.spawnRollouts,
        // The trainer reads the files: what was kept a moment ago must be in them.
        before: () => this.library.settle(),
        changed,
        listed: (ended) => this.trainingsChanged(ended),
        failed,
      },
      new RunStore(join(host.home, 'runs'), failed),
    );
    this.autopilot = new Autopilot(host.connectPilot, changed, failed);
    this.runs = new Runs(now, changed);
    this.practice = new Practice({ spawn: host.spawnPractice, policies: this.library.policiesFolder, changed });
    this.insights = new Insights(host.spawnInsight);
    this.jobs = new Jobs({ spawn: () => host.spawnJob(), changed });
    this.replay = new Replay({ changed, notice: failed });
    this.inputs = new Inputs({
      folder: host.inputFolder,
      onButton: (button) => this.inBackground(pressed(this, button)),
      changed,
      failed,
    });
    this.#bay = new Bay({
      clock: this.clock,
      settings: this.settings,
      inputs: this.inputs,
      images: () => this.#looks.images,
      beforeTick: () => this.#looks.poll(),
      onTick: (rig, tick) => this.#onTick(rig, tick),
      onSeat: (rig) => this.#seated(rig),
      changed,
      failed,
    });
    host.cameras.onMessage((data) => this.#fromCameras(data));
    const { countdown, cameras } = this.settings.value;
    this.recording.configure({ countdown, cameras });
  }

  /** The slow heart-beat: pushes changed state to the page. */
  start(): void {
    this.disk.start();
    this.inBackground(this.training.runs.load().then(() => this.trainingsChanged(false)));
    let beats = 0;
    this.#timer = setInterval(() => {
      // Rates and counters move all the time: five times a second is enough for those.
      if (this.#dirty || ++beats % 4 === 0) this.#publish();
    }, 50);
  }

  get rig(): Rig {
    return this.#bay.rig;
  }

  /** The simulated exercise that is open. */
  get openTask(): TaskId | null {
    return this.#bay.open?.task?.id ?? null;
  }

  get offers(): readonly CameraOffer[] {
    return this.#offers;
  }

  async openRobot(choice: RobotChoice): Promise<void> {
    if (this.recording.phase !== 'idle') throw fault('busy', 'A take is under way', 'Keep or discard it first.');
    this.jobs.assertMayOpen();
    this.runs.stop();
    await this.replay.stop();
    const rig = await this.#bay.enter(choice);
    const key = robotKey(choice);
    const { prompts, datasets } = this.settings.value;
    this.recording.configure({ task: prompts[key] ?? rig.task?.prompt ?? 'describe the task' });
    this.settings.update({ robot: choice });
    const folder = datasets[key] ?? this.library.defaultFolder(choice);
    await this.library.openIfThere(folder).catch((error) => this.failed(error));
    this.quality.look();
    this.events.emit({ name: 'changed', data: { what: 'episodes' } });
  }

  async closeRobot(): Promise<void> {
    this.runs.stop();
    await this.replay.stop();
    await this.#bay.close();
  }

  /** Ends a stop. */
  async rearm(): Promise<void> {
    if (this.#bay.lost && this.#bay.choice) return this.openRobot(this.#bay.choice);
    this.rig.seat.rearm();
    this.changed();
  }

  /** Raw frames flow only while a policy that looks at them drives. */
  #seated(rig: Rig): void {
    this.#looks.want(rig.seat.mode === 'policy' ? (this.autopilot.pilot?.cameras ?? []) : []);
    this.changed();
  }

  #onTick(rig: Rig, tick: Tick): void {
    // The page must know the pose before it is asked for the picture of this row.
    this.live.emit(liveTick(tick, rig.world?.scene() ?? null, this.inputs.lit()));
    this.recording.onTick(tick);
    this.coach.onTick(tick);
    if (tick.n % 60 === 0) this.host.cameras.send({ type: 'clock', main: this.clock.now() });
  }

  #fromCameras(data: unknown): void {
    try {
      const message = parseFromCameras(data);
      if (message.type === 'clock') this.#clocks.add(message.main, message.renderer, this.clock.now());
      if (message.type === 'look') this.#looks.receive(message);
      if (message.type === 'cameras') {
        this.#offers = message.cameras;
        this.changed();
      }
      this.#seen.emit(message);
    } catch (error) {
      this.failed(error);
    }
  }

  episodesChanged(): void {
    this.library.version++;
    const { choice, open } = this.#bay;
    const { dataset } = this.library;
    // A robot comes back to the dataset it records into, not to a stranger that was looked at.
    if (choice && open && dataset && fits(dataset, open)) {
      this.settings.update({ datasets: { ...this.settings.value.datasets, [robotKey(choice)]: dataset.folder } });
    }
    this.events.emit({ name: 'changed', data: { what: 'episodes' } });
    this.quality.look();
    this.changed();
  }

  trainingsChanged(ended: boolean): void {
    this.events.emit({ name: 'changed', data: { what: 'runs' } });
    if (ended) this.events.emit({ name: 'changed', data: { what: 'policies' } });
  }

  /** The policy that was loaded when the app was last closed. */
  async restorePolicy(): Promise<void> {
    const id = this.settings.value.policy;
    if (!id) return;
    const found = (await listCheckpoints(this.library.policiesFolder)).find((entry) => entry.id === id);
    if (found) await this.autopilot.load(id, found.name, found.folder).catch((error) => this.failed(error));
  }

  async handOver(): Promise<void> {
    const pilot = this.autopilot.ready(this.rig, this.#offers);
    await this.rig.seat.sit('policy', pilot);
  }

  /** For work that goes on after the call that began it was answered. Being cancelled is no fault. */
  inBackground(work: Promise<void>): void {
    work.catch((error) => {
      if (toFault(error).kind !== 'cancelled') this.failed(error);
    });
  }

  setEngine(engine: EngineInfo): void {
    this.#engine = engine;
    this.changed();
  }

  failed(error: unknown): void {
    const data = this.faults.add(error);
    this.events.emit({ name: 'fault', data });
    this.changed();
  }

  changed(): void {
    this.#dirty = true;
  }

  #publish(): void {
    this.#dirty = false;
    this.events.emit({ name: 'state', data: this.state() });
  }

  state(): AppState {
    const {
      settings,
      library,
      recording,
      training,
      autopilot,
      runs,
      inputs,
      faults,
      jobs,
      replay,
      disk,
      coach,
      practice,
    } = this;
    return snapshot({
      host: this.host,
      rig: this.#bay.open,
      choice: this.#bay.choice,
      status: this.#bay.status,
      engine: this.#engine,
      offers: this.#offers,
      parts: {
        settings,
        library,
        recording,
        training,
        autopilot,
        runs,
        practice,
        inputs,
        faults,
        jobs,
        replay,
        disk,
        coach,
      },
    });
  }

  /**
   * Nothing recorded is lost by closing the app: an open take is kept, with the simulator's verdict if there is one. One
   * that is not kept in time is offered at the next start.
   */
  async #rescueTake(): Promise<void> {
    await this.recording.finish();
    if (this.recording.phase === 'review') await this.recording.keep({});
  }

  /** Whatever fails or takes long, the rest is closed all the same: above all the arm must come to rest. */
  async close(): Promise<void> {
    // It needs a moment for its state; the arm does not wait for that.
    const suspended = this.training.close().catch((error) => this.failed(error));
    const late = new Promise<void>((done) => setTimeout(done, RESCUE));
    const steps: readonly (() => unknown)[] = [
      () => Promise.race([this.#rescueTake(), late]),
      () => this.autopilot.unload(),
      () => this.closeRobot(),
      () => this.jobs.cancel(),
      () => this.practice.close(),
      () => this.insights.close(),
      () => this.inputs.close(),
      () => this.disk.close(),
      () => this.quality.close(),
      () => suspended,
      () => this.library.end(),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        this.failed(error);
      }
    }
    if (this.#timer) clearInterval(this.#timer);
  }
}
