import type { Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { TrainSettings } from '../../core/train-settings';
import type { CameraSpec } from '../../core/types';
import type { Tf } from '../engine';
import type { ParameterSpec } from '../parameters';
import type { Samples } from '../samples';

/**
 * What a network is shown, normalised. B samples, H consecutive observations (oldest first, the last one is now),
 * F features: proprioception, then task state, then the one-hot task.
 */
export interface NetworkInput {
  /** B × H × F, mean 0, spread 1. */
  readonly features: Tensor3D;
  /** Per camera B × height × width × 3, −0.5..0.5, of now. */
  readonly images: readonly Tensor4D[];
}

/** What the demonstrator did, normalised. */
export interface Targets {
  /** B × chunk × A. */
  readonly actions: Tensor3D;
  /** B × E task state to be told from the pictures; null where there is none (see `NetworkShape.hints`). */
  readonly hints: Tensor2D | null;
}

/**
 * Random numbers a network wants with each sample. Whoever calls it draws them, so that the network itself is a pure
 * function: reproducible by seed, and one fixed graph when compiled or exported.
 */
export interface Draw {
  /** Per sample, without B. */
  readonly shape: readonly number[];
  /** `normal`: mean 0, spread 1. `uniform`: 0 ≤ u < 1. */
  readonly kind: 'normal' | 'uniform';
}

/**
 * A network of fixed shape; its weights are kept elsewhere. All functions are pure and use only tensors for what
 * changes from step to step: numbers in JavaScript are constants of the compiled graph.
 */
export interface Network {
  readonly parameters: readonly ParameterSpec[];
  /** What `loss` wants drawn. */
  readonly lossDraws: readonly Draw[];
  /** What training makes smaller. May be negative (a likelihood). */
  loss(tf: Tf, weights: readonly Tensor[], input: NetworkInput, targets: Targets, draws: readonly Tensor[]): Scalar;
  /**
   * What is measured on held-out demonstrations, ≥ 0, smaller is better; `loss` when absent. Draws as for `loss`, the same
   * ones each time.
   */
  error?(tf: Tf, weights: readonly Tensor[], input: NetworkInput, targets: Targets, draws: readonly Tensor[]): Scalar;
  /** What `act` wants drawn; empty for a policy without chance. */
  readonly actDraws: readonly Draw[];
  /** → B × chunk × A, normalised. */
  act(tf: Tf, weights: readonly Tensor[], input: NetworkInput, draws: readonly Tensor[]): Tensor3D;
}

/** What a network must fit. Derived from the checkpoint's spec and normalisers when it is loaded again. */
export interface NetworkShape {
  readonly history: number;
  readonly features: number;
  readonly chunk: number;
  /** A: action channels. */
  readonly actions: number;
  /**
   * E: values of task state which the network also learns to tell from its pictures, where a simulated recording has them
   * (0 elsewhere). They are taught, never shown: at run time nobody knows them.
   */
  readonly hints: number;
  readonly cameras: readonly CameraSpec[];
  /** Rows a memorising method keeps (0 for all others). */
  readonly memory: number;
}

/** A way to learn: one file each. To add one, imitate `mlp.ts` and list it in `index.ts`. */
export interface Method {
  /** For a person: "Multilayer perceptron", and in one sentence when it is the right choice. */
  readonly title: string;
  readonly summary: string;
  /** How large it wants the pictures when it is given cameras; null when it cannot look at pictures. */
  readonly pictures: { readonly width: number; readonly height: number } | null;
  /** It cannot do without cameras. */
  readonly needsCamera: boolean;
  /** Where training starts from; `auto` and the expert panel change them. */
  readonly settings: TrainSettings;
  /** The network's own settings, all with defaults and descriptions; saved in the checkpoint. */
  readonly config: z.ZodType<Readonly<Record<string, unknown>>>;
  /** @param config what `config` parsed */
  network(shape: NetworkShape, config: Readonly<Record<string, unknown>>): Network;
  /** A method that remembers instead of training: all its weights at once, from the samples. */
  memorise?(samples: Samples, config: Readonly<Record<string, unknown>>): Float32Array;
}

/** Keeps the types of a method's own settings inside its file. */
export function defineMethod<C extends Readonly<Record<string, unknown>>>(method: {
  readonly title: string;
  readonly summary: string;
  readonly pictures: Method['pictures'];
  readonly needsCamera?: boolean;
  readonly settings: TrainSettings;
  readonly config: z.ZodType<C>;
  network(shape: NetworkShape, config: C): Network;
  memorise?(samples: Samples, config: C): Float32Array;
}): Method {
  const { config, memorise } = method;
  return {
    ...method,
    needsCamera: method.needsCamera ?? false,
    network: (shape, raw) => method.network(shape, config.parse(raw)),
    ...(memorise ? { memorise: (samples, raw) => memorise(samples, config.parse(raw)) } : { memorise: undefined }),
  };
}
