import type { EngineInfo } from '../core/learning';
import type { CameraOffer } from '../core/media';
import type { AppState, DriveState, RobotState } from '../core/state';
import type { Rig, RobotChoice } from './rig';
import type { SettingsData } from './settings';
import type { Station, StationHost } from './station';

type Parts =
  | 'settings'
  | 'library'
  | 'recording'
  | 'training'
  | 'autopilot'
  | 'runs'
  | 'practice'
  | 'inputs'
  | 'faults'
  | 'jobs'
  | 'replay'
  | 'disk'
  | 'coach';

export interface Present {
  readonly host: StationHost;
  readonly rig: Rig | null;
  readonly choice: RobotChoice | null;
  readonly status: RobotState['status'];
  readonly engine: EngineInfo | null;
  readonly offers: readonly CameraOffer[];
  readonly parts: Pick<Station, Parts>;
}

/** All that the page mirrors, as one plain object. */
export function snapshot({ host, rig, choice, status, engine, offers, parts }: Present): AppState {
  const train = parts.training.state();
  return {
    version: host.version,
    platform: host.platform,
    runtime: host.runtime,
    engine: train.progress?.engine ?? engine,
    robot: {
      status,
      spec: rig?.robot.spec ?? null,
      simulated: choice?.kind === 'so101-sim',
      task: rig?.task ?? null,
      port: choice?.kind === 'so101' ? choice.port : null,
    },
    drive: driveState(rig, parts.settings.value),
    inputs: parts.inputs.state(),
    dataset: parts.library.state(),
    record: parts.recording.state(),
    train,
    policy: parts.autopilot.state(rig, offers),
    trials: parts.runs.state(),
    practice: parts.practice.state(),
    cameras: offers,
    faults: parts.faults.entries,
    job: parts.jobs.state(),
    rescue: parts.library.rescue,
    disk: parts.disk.state(),
    replay: parts.replay.state(),
    coach: parts.coach.state(),
  };
}

function driveState(rig: Rig | null, { speed, mode, deadman, rate }: SettingsData): DriveState {
  const stats = rig?.loop.stats();
  return {
    seat: rig?.seat.mode ?? 'hold',
    intervention: rig?.seat.intervention ?? false,
    reason: rig?.loop.stopped ?? null,
    speed,
    mode,
    deadman,
    rate,
    hz: stats?.hz ?? 0,
    lateP99: stats?.lateP99 ?? 0,
    clamped: stats?.clampedTicks ?? 0,
  };
}
