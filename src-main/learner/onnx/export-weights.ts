import { writeFile } from 'node:fs/promises';
import { readCheckpoint } from '../checkpoint';
import { sizeOf } from '../parameters';
import { weightsToBytes } from '../policy-file';

/**
 * Writes the weights of a checkpoint as one safetensors file (`safetensors.numpy.load_file` reads it): tensors `000`, `001`,
 * … in the order of the network's parameters, float32, in tfjs' layout (dense in × out, filters h × w × in × out).
 * Throws as `readCheckpoint` does.
 */
export async function exportWeights(folder: string, outFile: string): Promise<void> {
  const { file, parts, weights } = await readCheckpoint(folder);
  const { kind, task } = file.spec;
  const header: Record<string, unknown> = { __metadata__: { format: 'np', producer: 'understudy', kind, task } };
  let at = 0;
  for (const [i, spec] of parts.network.parameters.entries()) {
    const end = at + sizeOf(spec) * 4;
    header[String(i).padStart(3, '0')] = { dtype: 'F32', shape: [...spec.shape], data_offsets: [at, end] };
    at = end;
  }
  const text = JSON.stringify(header);
  // The data begins at a multiple of eight bytes.
  const json = Buffer.from(text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(outFile, Buffer.concat([length, json, weightsToBytes(weights)]));
}
