import { basename } from 'node:path';
import type { Calls } from '../core/contract';
import { fault } from '../core/fault';
import { listCheckpoints, removeCheckpoint, scanCheckpoints } from '../learner/checkpoint';
import { importForeign } from '../learner/onnx/foreign-folder';
import { listPorts } from '../links/serial-link';
import { datasetCalls } from './dataset-calls';
import { insightCalls } from './insight-calls';
import { jobCalls } from './job-calls';
import { robotKey } from './library';
import { practiceCalls } from './practice-calls';
import { replayCalls } from './replay-calls';
import type { Station } from './station';
import { trainCalls } from './train-calls';

/** The wire, mapped onto the station: one line a call where one line will do. */
export function callsOf(station: Station): Calls {
  const { settings, recording, library, autopilot, runs, inputs } = station;
  const checkpoint = async (id: string) => {
    const found = (await listCheckpoints(library.policiesFolder)).find((entry) => entry.id === id);
    if (!found) throw fault('not-found', `There is no policy "${id}"`, 'Choose one from the list, or train one.');
    return found;
  };

  return {
    'app.state': async () => station.state(),
    'app.chooseFolder': ({ title, what }) => station.host.chooseFolder(title, what),
    'app.dismissFault': async ({ id }) => {
      station.faults.dismiss(id);
      station.changed();
    },

    'robot.ports': () => listPorts(),
    'robot.open': async (choice) => {
      await station.openRobot(choice);
    },
    'robot.close': async () => station.closeRobot(),
    'robot.reset': async ({ seed }) => {
      if (runs.running) throw fault('busy', 'A series of runs is under way', 'Stop it first.');
      await station.rig.reset(seed);
    },

    'drive.engage': async () => station.rig.seat.sit('person'),
    'drive.release': async () => {
      runs.stop();
      await station.rig.seat.release();
    },
    'drive.stop': async () => {
      runs.stop();
      station.rig.loop.stop('The stop button was pressed');
    },
    'drive.rearm': () => station.rearm(),
    'drive.settings': async (change) => {
      settings.update(change);
      const { speed, mode, deadman, rate } = settings.value;
      station.rig.teleop.configure({ speed, mode, deadman });
      if (change.rate !== undefined) station.rig.loop.rate = rate;
      station.changed();
    },
    'drive.keys': async ({ down }) => inputs.keyboard.setKeys(down),
    'drive.gamepad': async (pad) => inputs.pagePad(pad),

    'camera.known': async () => settings.value.webcams,
    'camera.remember': async ({ cameras }) => settings.update({ webcams: cameras }),

    ...datasetCalls(station),
    ...insightCalls(station),
    ...jobCalls(station),
    ...replayCalls(station),
    ...practiceCalls(station),
    ...trainCalls(station),

    'rescue.dismiss': async () => library.dismissRescue(),

    'record.settings': async (change) => {
      recording.configure(change);
      const { prompts, countdown, cameras } = settings.value;
      const prompt = change.task ? { [robotKey(station.rig.choice)]: change.task } : {};
      settings.update({
        prompts: { ...prompts, ...prompt },
        countdown: change.countdown ?? countdown,
        cameras: change.cameras ?? cameras,
      });
    },
    'record.start': () => recording.start(),
    'record.finish': () => recording.finish(),
    'record.keep': (label) => recording.keep(label),
    'record.discard': () => recording.discard(),
    'record.redo': () => recording.redo(),

    'policy.list': async () => {
      const { checkpoints, broken } = await scanCheckpoints(library.policiesFolder);
      for (const entry of broken) station.failed(entry.fault);
      return checkpoints;
    },
    'policy.load': async ({ id }) => {
      const { name, folder } = await checkpoint(id);
      if (station.rig.seat.mode === 'policy') await station.rig.seat.release();
      await autopilot.load(id, name, folder);
      settings.update({ policy: id });
    },
    'policy.unload': async () => {
      if (station.rig.seat.mode === 'policy') await station.rig.seat.release();
      await autopilot.unload();
      settings.update({ policy: null });
    },
    'policy.remove': async ({ id }) => {
      const { folder } = await checkpoint(id);
      if (autopilot.state(null, []).id === id) await autopilot.unload();
      await removeCheckpoint(folder);
      station.events.emit({ name: 'changed', data: { what: 'policies' } });
    },
    'policy.import': async ({ source }) => {
      // Tried in a process of its own: a file that brings the runtime down ends that process and nothing else.
      const copy = await importForeign(source, library.policiesFolder, async (folder) => {
        const client = station.host.connectPilot();
        try {
          await client.load(folder);
        } finally {
          client.close();
        }
      });
      station.events.emit({ name: 'changed', data: { what: 'policies' } });
      return basename(copy);
    },
    'policy.task': async ({ task }) => autopilot.choose(task),
    'policy.handOver': () => station.handOver(),
    'policy.takeOver': async () => {
      runs.stop();
      await station.rig.seat.sit('person');
    },
    'trials.start': async ({ trials, seed }) => {
      const pilot = autopilot.ready(station.rig, station.offers);
      station.inBackground(runs.evaluate(station.rig, pilot, trials, seed));
    },
    'trials.stop': async () => runs.stop(),
    'trials.judge': async ({ success }) => runs.judge(success),
    'expert.record': async ({ episodes, seed }) => {
      const start = seed ?? (library.dataset?.list().length ?? 0) * 10 + 1;
      const saved = () => station.episodesChanged();
      station.inBackground(runs.demonstrate(station.rig, recording, episodes, start, saved));
    },
    'expert.stop': async () => runs.stop(),
  };
}
