import type { Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Tf } from '../engine';
import { meanAbsolute, relu, spatialSoftmax } from '../layers';
import { type Apply, Layout } from './layout';
import { defineMethod, type NetworkInput, type NetworkShape } from './method';
import { withHints } from './perception';
import { decoderLayer, encoderLayer, norm, positions, positions2d, type TransformerSize } from './transformer';
import { MAP_CHANNELS, PICTURE, teller, vision } from './vision';

/**
 * Action Chunking with Transformers (Zhao et al. 2023, "Learning Fine-Grained Bimanual Manipulation with Low-Cost
 * Hardware"): a conditional variational autoencoder of whole chunks.
 *
 *   training only   [summary, features, action × chunk] ─► encoder ─► z B × L: what sets this demonstration apart
 *   always          [z, features, picture patches]      ─► encoder ─► memory ─┐
 *                   queries × chunk ────────────────────────────────► decoder ┴─► B × chunk × A
 *
 * The paper drives with z = 0, which suits one way of doing things. Where there are two, z is what tells them apart, and
 * 0 lies between: so z is drawn unless `drawLatent` is off. A large `klWeight` makes z tell less.
 */
const SIZES = {
  small: { width: 96, heads: 4, feedForward: 256, encoder: 2, decoder: 1, styleEncoder: 1, latent: 8 },
  paper: { width: 512, heads: 8, feedForward: 3200, encoder: 4, decoder: 1, styleEncoder: 4, latent: 32 },
} as const;
/** Side of a picture patch in cells of the last convolution's map (24 × 24): 16 tokens a picture when small, 144 else. */
const PATCH = { small: 6, paper: 2 } as const;

const config = z.object({
  size: z.enum(['small', 'paper']).default('small').describe('small: made for a CPU; paper: 512 wide, as published'),
  klWeight: z.number().min(0).max(1000).default(0.1).describe('How dear it is to tell something by z (paper: 10)'),
  drawLatent: z.boolean().default(true).describe('Draw z while driving; off drives with z = 0, as the paper does'),
  width: z
    .number()
    .int()
    .min(8)
    .max(2048)
    .optional()
    .describe('Width of a token instead; a multiple of heads and of 4'),
  latent: z.number().int().min(1).max(256).optional().describe('Length of z instead'),
  sharedEncoder: z.boolean().default(false).describe('One encoder for all cameras'),
});

export const act = defineMethod({
  title: 'Action chunking transformer (ACT)',
  summary: 'Predicts long smooth chunks and tells ways of doing things apart. Wants more demonstrations and time.',
  pictures: PICTURE,
  settings: {
    batch: 64,
    learningRate: 1e-3,
    weightDecay: 1e-4,
    averageSteps: 500,
    chunk: 16,
    execute: 8,
    history: 1,
    actions: 'delta',
    environment: true,
    jointNoise: 0.3,
    environmentNoise: 0.02,
    jointDropout: 0,
    shift: 0,
    colour: 0,
    patience: 0,
  },
  config,
  network: (shape, { size: name, klWeight, drawLatent, sharedEncoder, ...own }) => {
    const { chunk, actions, history, features } = shape;
    const { width = SIZES[name].width, latent = SIZES[name].latent } = own;
    const size = { ...SIZES[name], width, latent };
    const layout = new Layout();
    const style = styleEncoder(layout, shape, size);
    const look = tokensOfPictures(layout, shape, width, PATCH[name], sharedEncoder);
    const fromStyle = layout.dense(latent, width);
    const fromFeatures = layout.stack(history * features, [width]);
    const toToken = layout.dense(width, width);
    const encoder = Array.from({ length: size.encoder }, () => encoderLayer(layout, size));
    const calm = norm(layout, width);
    const queries = layout.add([{ shape: [chunk, width], std: 1 }]);
    const decoder = Array.from({ length: size.decoder }, () => decoderLayer(layout, size));
    const finish = norm(layout, width);
    const out = layout.dense(width, actions, 0.1);

    /** z B × L → B × chunk × A */
    const decode = (tf: Tf, w: readonly Tensor[], input: NetworkInput, z: Tensor2D) => {
      const joints = tf.reshape(input.features, [-1, history * features]) as Tensor2D;
      const { tokens, told } = look(tf, w, joints, input.images);
      const first = tf.stack([fromStyle(tf, w, z), toToken(tf, w, fromFeatures(tf, w, joints))], 1) as Tensor3D;
      let memory: Tensor3D = tf.concat([first, ...tokens], 1); // B × (2 + patches) × W
      for (const layer of encoder) memory = layer(tf, w, memory);
      memory = calm(tf, w, memory);
      const [asked] = queries(w) as readonly [Tensor2D];
      // B × chunk × W: the same queries for each sample.
      let x: Tensor3D = tf.add(tf.zeros([joints.shape[0], chunk, width]), asked);
      for (const layer of decoder) x = layer(tf, w, x, memory);
      return { actions: out(tf, w, finish(tf, w, x)), told };
    };
    return {
      parameters: layout.parameters,
      lossDraws: [{ shape: [latent], kind: 'normal' }],
      loss: (tf, w, input, targets, [noise]) => {
        const { mean, logVariance } = style(tf, w, input, targets.actions);
        const z: Tensor2D = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise as Tensor2D));
        const { actions: predicted, told } = decode(tf, w, input, z);
        const loss = tf.add(
          meanAbsolute(tf, predicted, targets.actions),
          tf.mul(divergence(tf, mean, logVariance), klWeight),
        );
        return withHints(tf, loss as Scalar, told, targets);
      },
      /** With z as the demonstration has it: which way was taken is not an error. */
      error: (tf, w, input, targets) => {
        const { mean } = style(tf, w, input, targets.actions);
        return meanAbsolute(tf, decode(tf, w, input, mean).actions, targets.actions);
      },
      actDraws: drawLatent ? [{ shape: [latent], kind: 'normal' }] : [],
      act: (tf, w, input, [drawn]) => {
        const z = drawn ?? tf.zeros([input.features.shape[0], latent]);
        return decode(tf, w, input, z as Tensor2D).actions;
      },
    };
  },
});

/** The encoder of the autoencoder: the chunk as it was demonstrated → mean and log variance of z, B × L each. */
function styleEncoder(
  layout: Layout,
  { chunk, actions, history, features }: NetworkShape,
  size: TransformerSize & { readonly styleEncoder: number; readonly latent: number },
) {
  const { width, latent } = size;
  const summary = layout.add([{ shape: [1, width], std: 0.02 }]);
  const fromFeatures = layout.dense(history * features, width);
  const fromAction = layout.dense(actions, width);
  const layers = Array.from({ length: size.styleEncoder }, () => encoderLayer(layout, size));
  const calm = norm(layout, width);
  const toStyle = layout.dense(width, 2 * latent, 0.1);
  const where = positions(chunk + 2, width);
  return (tf: Tf, w: readonly Tensor[], input: NetworkInput, done: Tensor3D) => {
    const joints = tf.reshape(input.features, [-1, 1, history * features]) as Tensor3D;
    const [token] = summary(w) as readonly [Tensor2D];
    const start: Tensor3D = tf.add(tf.zeros([joints.shape[0], 1, width]), token);
    let x: Tensor3D = tf.concat([start, fromFeatures(tf, w, joints), fromAction(tf, w, done)], 1);
    x = tf.add(x, tf.tensor2d(where, [chunk + 2, width])); // B × (2 + chunk) × W
    for (const layer of layers) x = layer(tf, w, x);
    const first = tf.reshape(tf.slice(x, [0, 0, 0], [-1, 1, width]), [-1, 1, width]) as Tensor3D;
    const told = tf.reshape(toStyle(tf, w, calm(tf, w, first)), [-1, 2 * latent]) as Tensor2D;
    const [mean, logVariance] = tf.split(told, 2, 1) as [Tensor2D, Tensor2D];
    return { mean, logVariance };
  };
}

/** KL divergence of N(mean, variance) from N(0, 1): summed over z, the mean over the batch. */
function divergence(tf: Tf, mean: Tensor2D, logVariance: Tensor2D): Scalar {
  const each = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1));
  return tf.mul(tf.mean(tf.sum(each, 1)), 0.5);
}

/**
 * Each picture as patches of the convolution's map with their place added, and one token for where its channels look
 * together with the task state told from it; no tokens without cameras.
 */
function tokensOfPictures(layout: Layout, shape: NetworkShape, width: number, patch: number, shared: boolean) {
  const { cameras, hints, history, features } = shape;
  const eye = vision(cameras, shared);
  const eyeWeights = layout.add(eye.parameters);
  const seenWidth = history * features + eye.width;
  const hint = teller(seenWidth, hints);
  const hintWeights = layout.add(hint.parameters);
  const fromPoints: Apply | null = cameras.length > 0 ? layout.dense(seenWidth + hints, width) : null;
  const fromPatch: readonly Apply[] = cameras.map(() => layout.dense(patch * patch * MAP_CHANNELS, width));
  return (tf: Tf, w: readonly Tensor[], joints: Tensor2D, images: readonly Tensor4D[]) => {
    if (!fromPoints) return { tokens: [], told: null };
    const maps = eye.maps(tf, eyeWeights(w), images);
    const seen: Tensor2D = tf.concat2d([joints, ...maps.map((map) => spatialSoftmax(tf, map))], 1);
    const told = hint.tell(tf, hintWeights(w), seen);
    const points = fromPoints(tf, w, told ? tf.concat2d([seen, told], 1) : seen);
    const patches = maps.map((map, c) => {
      const [, height, across] = map.shape;
      const [rows, columns] = [height / patch, across / patch];
      // B × h × w × C → B × (rows · columns) × (patch · patch · C)
      const cut = tf.transpose(tf.reshape(map, [-1, rows, patch, columns, patch, MAP_CHANNELS]), [0, 1, 3, 2, 4, 5]);
      const flatPatches = tf.reshape(relu(tf, cut), [-1, rows * columns, patch * patch * MAP_CHANNELS]) as Tensor3D;
      const place = tf.tensor2d(positions2d(rows, columns, width), [rows * columns, width]);
      return tf.add((fromPatch[c] as Apply)(tf, w, flatPatches), place) as Tensor3D;
    });
    return { tokens: [tf.expandDims(points, 1) as Tensor3D, ...patches], told };
  };
}
