import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { CameraSpec } from '../../core/types';
import type { Tf } from '../engine';
import type { ParameterSpec } from '../parameters';

/** What a network is shown, normalised. B samples, F features. */
export interface NetworkInput {
  /** B × F, mean 0, spread 1. */
  readonly features: Tensor2D;
  /** Per camera B × height × width × 3, −0.5..0.5. */
  readonly images: readonly Tensor4D[];
}

/** A network of fixed shape; its weights are kept elsewhere. */
export interface Network {
  readonly parameters: readonly ParameterSpec[];
  /** → B × (outputs + hints), normalised. Pure: same input and weights, same output. */
  forward(tf: Tf, weights: readonly Tensor[], input: NetworkInput): Tensor2D;
}

/** What a network must fit. Saved in the checkpoint. */
export interface NetworkShape {
  readonly features: number;
  readonly outputs: number;
  /**
   * Values of task state which the network also learns to tell from its pictures, where a simulated recording has them
   * (0 elsewhere). They are taught, never shown: at run time nobody knows them.
   */
  readonly hints: number;
  readonly cameras: readonly CameraSpec[];
}

/** A way to learn: one file each. To add one, imitate `mlp.ts` and list it in `index.ts`. */
export interface Method {
  /** Whether it may see a simulator's state. */
  readonly environment: boolean;
  /** Whether it looks at cameras, and how large it wants the pictures. */
  readonly pictures: { readonly width: number; readonly height: number } | null;
  readonly defaults: {
    readonly batch: number;
    readonly learningRate: number;
    /** Actions per call, and how many of them to execute. */
    readonly chunk: number;
    readonly execute: number;
    /** Noise added to the normalised joints, and to the normalised task state, while training; standard deviations. */
    readonly jointNoise: number;
    readonly environmentNoise: number;
    /** Largest random shift of the pictures while training, in pixels. */
    readonly shift: number;
  };
  network(shape: NetworkShape): Network;
}
