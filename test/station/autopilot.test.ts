import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src-main/core/clock';
import type { FromPilotHost, ToPilotHost } from '../../src-main/core/learner-messages';
import type { ChildProcessPort } from '../../src-main/core/learning';
import { PilotClient } from '../../src-main/learner/client';
import { Autopilot } from '../../src-main/station/autopilot';
import { virtualPump } from '../../src-main/station/pump';
import { openRig } from '../../src-main/station/rig';

const JOINTS = ['shoulder_pan', 'shoulder_lift', 'elbow_flex', 'wrist_flex', 'wrist_roll', 'gripper'];

/** A pilot process that holds still, says how new things are to it, and remembers what it was asked. */
function pretendHost(distance: number | null) {
  const asked: ToPilotHost[] = [];
  const listeners = new Set<(message: FromPilotHost) => void>();
  const answer = (message: ToPilotHost): FromPilotHost => {
    const { id } = message;
    if (message.type === 'reset') return { type: 'done', id };
    if (message.type === 'act') {
      const still = [...(message.history.at(-1)?.joints ?? [])];
      return { type: 'actions', id, actions: [still, still], ...(distance !== null && { distance }) };
    }
    const spec = {
      ...{ kind: 'mlp' as const, robot: 'so101-sim', task: 'left', tasks: ['left', 'right'] },
      ...{ observation: { joints: JOINTS, environment: [], cameras: [] }, action: JOINTS },
      ...{ history: 1, chunk: 2, execute: 2, rate: 30 },
    };
    return { type: 'loaded', id, spec, engine: { kind: 'wasm', detail: '' } };
  };
  const port: ChildProcessPort<ToPilotHost, FromPilotHost> = {
    send: (message) => {
      asked.push(message);
      queueMicrotask(() => {
        for (const listener of listeners) listener(answer(message));
      });
    },
    onMessage: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onExit: () => () => undefined,
    kill: () => undefined,
  };
  return { asked, connect: () => new PilotClient(port) };
}

async function driven(distance: number | null) {
  const host = pretendHost(distance);
  const autopilot = new Autopilot(
    host.connect,
    () => undefined,
    () => undefined,
  );
  await autopilot.load('p', 'policy', '/p');
  const clock = new VirtualClock();
  const rig = await openRig({ kind: 'so101-sim', task: 'reach' }, { clock, rate: 60 });
  const pilot = autopilot.ready(rig, []);
  const drive = async (ticks: number) => {
    let n = 0;
    await virtualPump(rig.loop, clock, () => pilot.idle())(() => ++n >= ticks);
  };
  await rig.loop.step();
  return { host, autopilot, rig, pilot, drive };
}

describe('the loaded policy', () => {
  it('does its main task until another one is chosen that it was taught', async () => {
    const { host, autopilot, rig, pilot, drive } = await driven(0.7);
    const told = () => {
      const last = host.asked.filter((message) => message.type === 'act').at(-1);
      return last?.type === 'act' ? last.history.at(-1)?.task : 'nothing asked';
    };
    await rig.seat.sit('policy', pilot);
    await drive(10);
    expect(told()).toBeUndefined();
    autopilot.choose('right');
    await drive(10);
    expect(told()).toBe('right');
    expect(autopilot.state(rig, [])).toMatchObject({ task: 'right' });
    expect(() => autopilot.choose('up')).toThrow(/not taught/);
    autopilot.choose(null);
    await drive(10);
    expect(told()).toBeUndefined();
    await autopilot.unload();
    expect(() => autopilot.choose(null)).toThrow(/No policy/);
    await rig.close();
  });

  it('shows how new things are to it while it drives, and nothing when it does not or cannot tell', async () => {
    const { autopilot, rig, pilot, drive } = await driven(0.7);
    expect(autopilot.state(rig, []).distance).toBeNull();
    await rig.seat.sit('policy', pilot);
    await drive(10);
    expect(autopilot.state(rig, []).distance).toBe(0.7);
    await rig.seat.release();
    expect(autopilot.state(rig, []).distance).toBeNull();
    await rig.close();

    const older = await driven(null);
    await older.rig.seat.sit('policy', older.pilot);
    await older.drive(10);
    expect(older.autopilot.state(older.rig, [])).not.toHaveProperty('distance');
    await older.rig.close();
  });
});
