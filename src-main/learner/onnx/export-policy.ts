import { writeFile } from 'node:fs/promises';
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Channel } from '../../core/episode';
import type { PolicySpec } from '../../core/policy';
import { featureName, scales } from '../../dataset/units';
import { type Checkpoint, readCheckpoint } from '../checkpoint';
import type { Engine, Tf } from '../engine';
import { unpack } from '../parameters';
import type { PolicyFile } from '../policy-file';
import { policyGraph } from '../policy-graph';
import { withDefault } from './defaults';
import { METADATA_FORMAT, METADATA_KEY, METADATA_VERSION, type PolicyMetadata } from './policy-metadata';
import { exportOnnx } from './to-onnx';
import type { InputSpec } from './trace';

export const STATE = 'observation.state';
export const ENVIRONMENT = 'observation.environment_state';
export const TASK = 'task';
export const ACTION = 'action';
export const imageInput = (camera: string): string => `observation.images.${camera}`;

/** Writes the policy of a checkpoint folder as one ONNX file. Throws as `readCheckpoint` and `exportOnnx` do. */
export async function exportPolicy(folder: string, outFile: string, engine: Engine): Promise<PolicyMetadata> {
  const checkpoint = await readCheckpoint(folder);
  await writeFile(outFile, await policyToOnnx(engine, checkpoint, checkpoint.file.weights.sha256));
  return metadataOf(checkpoint.file, checkpoint.file.weights.sha256);
}

type Described = Pick<PolicyFile, 'name' | 'spec' | 'units'>;

/**
 * A policy with its normalisers as one ONNX graph, in the units in which a dataset lies in its folder (degrees, percent):
 * the numbers that LeRobot reads there go in and come out.
 *
 *   observation.state 1 × S (1 × H × S with a history) · observation.environment_state 1 × E (1 × H × E)
 *   observation.images.<camera> 1 × 3 × h × w, 0..1 · task 1 × T, one-hot, may be left out  ─►  action 1 × chunk × A
 *
 * What a policy draws at random is drawn once, here: the file answers the same question always in the same way.
 * @param sha256 of the weights, so that a file can be told to belong to them
 */
export async function policyToOnnx(
  engine: Engine,
  {
    file,
    parts,
    weights,
  }: { readonly file: Described; readonly parts: Checkpoint['parts']; readonly weights: Float32Array },
  sha256: string,
): Promise<Uint8Array> {
  const { tf } = engine;
  const { spec } = parts;
  const { state, action } = channelsOf(file);
  const metadata = metadataOf(file, sha256);
  const model = await exportOnnx(
    engine,
    (given) => {
      const all = unpack(tf, tf.tensor1d(weights), parts.network.parameters);
      const raw = {
        state: tf.div(timed(tf, given[STATE], spec.history), tf.tensor1d(scales(state))) as Tensor3D,
        ...(given[ENVIRONMENT] && { environment: timed(tf, given[ENVIRONMENT], spec.history) }),
        ...(given[TASK] && { task: given[TASK] as Tensor2D }),
        images: spec.observation.cameras.map(
          ({ name }) => tf.transpose(given[imageInput(name)] as Tensor4D, [0, 2, 3, 1]) as Tensor4D,
        ),
      };
      const actions = policyGraph(tf, parts, all, raw);
      return { [ACTION]: tf.mul(actions, tf.tensor1d(scales(action))) };
    },
    inputsOf(spec),
    { [METADATA_KEY]: JSON.stringify(metadata), description: inWords(metadata) },
  );
  if (spec.tasks.length === 0) return model;
  // Whoever knows of no tasks gets the main one.
  return withDefault(
    model,
    TASK,
    Float32Array.from(spec.tasks, (text) => Number(text === spec.task)),
  );
}

function inputsOf({ observation, history, tasks }: PolicySpec): InputSpec[] {
  const times = history > 1 ? [1, history] : [1];
  const input = (name: string, shape: readonly number[]): InputSpec => ({ name, shape, dtype: 'float32' });
  const { joints, environment, cameras } = observation;
  return [
    input(STATE, [...times, joints.length]),
    ...(environment.length > 0 ? [input(ENVIRONMENT, [...times, environment.length])] : []),
    ...cameras.map(({ name, width, height }) => input(imageInput(name), [1, 3, height, width])),
    ...(tasks.length > 0 ? [input(TASK, [1, tasks.length])] : []),
  ];
}

/** 1 × N or 1 × H × N → 1 × H × N */
const timed = (tf: Tf, x: Tensor | undefined, history: number): Tensor3D =>
  tf.reshape(x as Tensor, [1, history, x?.shape.at(-1) ?? 0]);

/** Channels with their units; a checkpoint that does not tell them keeps its numbers as they are. */
export function channelsOf({ spec, units }: Described): { state: Channel[]; action: Channel[] } {
  const channels = (names: readonly string[], known: readonly Channel['unit'][] | undefined): Channel[] =>
    names.map((name, i) => ({ name, unit: known?.[i] ?? 'raw' }));
  return { state: channels(spec.observation.joints, units?.state), action: channels(spec.action, units?.action) };
}

const UNIT = { rad: 'degrees', ratio: 'percent', m: 'metres', raw: 'as recorded' } as const;

export function metadataOf(file: Described, weights: string): PolicyMetadata {
  const { spec, name } = file;
  const { state, action } = channelsOf(file);
  const told = (channel: Channel) => ({ name: featureName(channel), unit: UNIT[channel.unit] });
  const { kind, robot, task, tasks, history, chunk, execute, rate, observation } = spec;
  return {
    format: METADATA_FORMAT,
    version: METADATA_VERSION,
    name,
    kind,
    robot,
    task,
    tasks: [...tasks],
    state: state.map(told),
    environment: [...observation.environment],
    cameras: observation.cameras.map((camera) => ({ ...camera })),
    action: action.map(told),
    history,
    chunk,
    execute,
    fps: rate,
    weights,
  };
}

const inWords = ({ name, kind, task, chunk, fps }: PolicyMetadata): string =>
  `${name}: a policy of Understudy (${kind}) for "${task}". One call gives ${chunk} actions, ${fps} a second.`;
