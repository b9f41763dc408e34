import type { RobotState } from '../../src-main/core/state';
import { live } from '../state/live';
import { profileFor } from '../world/profiles';
import { CameraSet } from './camera-set';
import { SIM_VIEWS, SimCamera, SimStudio, type SimView } from './sim-camera';

/** The one set of cameras of this window. */
export const cameras = new CameraSet();

let studio: SimStudio | null = null;
let shown = '';

/** Simulated cameras exist while a simulated robot is open; they are rebuilt for another robot or task. */
export function followRobot(robot: RobotState): void {
  const profile = robot.simulated && robot.status === 'ready' ? profileFor(robot.spec?.kind) : null;
  const wanted = profile ? JSON.stringify([profile.kind, robot.task]) : '';
  if (wanted === shown) return;
  shown = wanted;
  const old = studio;
  studio = profile ? new SimStudio(profile, robot.task, live) : null;
  for (const view of Object.keys(SIM_VIEWS) as SimView[]) {
    if (studio) cameras.add(new SimCamera(view, studio));
    else cameras.remove(view, true);
  }
  old?.dispose();
}
