// Runs the network that peers/few_mlp.py has trained: plain loops, so that its success is measured in the same simulation.
import { readFile } from 'node:fs/promises';

/** → state → chunk of actions. */
export async function openMlp(file) {
  const { mean, std, targetMean, targetStd, layers, chunk } = JSON.parse(await readFile(file, 'utf8'));
  const channels = targetMean.length;
  return (state) => {
    let x = state.map((v, i) => (v - mean[i]) / std[i]);
    for (const [n, { weight, bias }] of layers.entries()) {
      x = bias.map((b, o) => {
        let sum = b;
        const row = weight[o];
        for (let i = 0; i < x.length; i++) sum += row[i] * x[i];
        return n < layers.length - 1 ? Math.max(0, sum) : sum;
      });
    }
    return Array.from({ length: chunk }, (_, k) => targetMean.map((m, c) => m + x[k * channels + c] * targetStd[c]));
  };
}
