import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src-main/core/random';
import { openEngine } from '../../src-main/learner/engine';
import { compileStep } from '../../src-main/learner/graph/compile';

const draw = (size: number, random: Random) => Float32Array.from({ length: size }, () => random.normal());

describe('a compiled step', () => {
  it('does what the eager step does, call after call', async () => {
    const engine = await openEngine('native');
    const { tf } = engine;
    const random = new Random(3);
    const step = ([w]: Tensor[], [x, y, rate]: Tensor[]) => {
      const { value, grad } = tf.valueAndGrad(
        (v) => tf.mean(tf.square(tf.sub(tf.matMul(x as Tensor2D, v as Tensor2D), y as Tensor))) as Scalar,
      )(w as Tensor);
      return { state: [tf.sub(w as Tensor, tf.mul(grad, rate as Tensor))], loss: value };
    };
    const start = draw(6, random);
    const compiled = await compileStep(
      engine,
      step,
      [{ shape: [3, 2], value: start }],
      [
        { shape: [4, 3], dtype: 'float32' },
        { shape: [4, 2], dtype: 'float32' },
        { shape: [], dtype: 'float32' },
      ],
    );
    let w: Tensor = tf.tensor(start, [3, 2]);
    for (let i = 0; i < 3; i++) {
      const x = draw(12, random);
      const y = draw(8, random);
      const loss = compiled.run([x, y, Float32Array.of(0.1)]);
      const wanted = step([w], [tf.tensor(x, [4, 3]), tf.tensor(y, [4, 2]), tf.scalar(0.1)]);
      expect(loss[0]).toBeCloseTo((await wanted.loss.data())[0] as number, 5);
      w = wanted.state[0] as Tensor;
    }
    const [got] = await compiled.readState();
    expect([...(got ?? [])].map((v) => v.toFixed(4))).toEqual([...(await w.data())].map((v) => v.toFixed(4)));
    compiled.dispose();
  });
});
