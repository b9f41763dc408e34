import { type FaultError, fault } from '../../core/fault';
import { type ForeignSpec, namesOf, outputJoints } from './foreign-spec';
import type { OnnxSession, OnnxShape } from './session';

/** One input of a model, what it is fed from, and in which shape. */
export interface Feed {
  readonly input: ForeignSpec['inputs'][number];
  readonly shape: readonly number[];
}

/** Compares a spec with the model it is for. Throws `incompatible`, naming the input or output that does not fit. */
export function checkFit(spec: ForeignSpec, session: OnnxSession): Feed[] {
  const fed = new Map(spec.inputs.map((input) => [input.input, input]));
  for (const name of fed.keys()) {
    if (session.inputs.some((input) => input.name === name)) continue;
    throw misfit(`the model has no input "${name}"`, `Its inputs: ${list(session.inputs)}.`);
  }
  checkOutput(spec, session);
  return session.inputs.map((declared) => {
    const input = fed.get(declared.name);
    if (!input) throw misfit(`nothing feeds the model's input ${told(declared)}`, 'Add it to "inputs" of the spec.');
    if (declared.type !== 'float32')
      throw misfit(`the input ${told(declared)} is not float32`, 'Export it with float32 inputs.');
    return { input, shape: shapeOf(spec, input, declared) };
  });
}

function shapeOf(spec: ForeignSpec, input: Feed['input'], declared: OnnxShape): number[] {
  const { shape } = declared;
  if ('value' in input) return shape.map((size) => (typeof size === 'number' && size > 0 ? size : 1));
  const candidates =
    'camera' in input
      ? [input.layout === 'NCHW' ? [1, 3, input.height, input.width] : [1, input.height, input.width, 3]]
      : vectors(spec.history, namesOf(spec, input).length);
  const fitting = candidates.find((one) => fits(shape, one));
  if (fitting) return fitting;
  const offered = candidates.map((one) => `[${one}]`).join(' or ');
  throw misfit(`the input ${told(declared)} does not take ${offered}`, 'Correct names, sizes or history in the spec.');
}

/** With a history 1 × H × N; else the batch and the time may be left out. */
const vectors = (history: number, width: number): number[][] =>
  history > 1 ? [[1, history, width]] : [[1, width], [1, 1, width], [width]];

/** Names stand for sizes that are free. */
const fits = (shape: OnnxShape['shape'], wanted: readonly number[]): boolean =>
  shape.length === wanted.length &&
  shape.every((size, i) => typeof size !== 'number' || size < 1 || size === wanted[i]);

function checkOutput(spec: ForeignSpec, session: OnnxSession): void {
  const { output } = spec.output;
  const declared = session.outputs.find((one) => one.name === output);
  if (!declared) throw misfit(`the model has no output "${output}"`, `Its outputs: ${list(session.outputs)}.`);
  if (declared.type !== 'float32')
    throw misfit(`the output ${told(declared)} is not float32`, 'Export it with float32 outputs.');
  const width = outputJoints(spec).length;
  const wanted = [
    [1, spec.chunk, width],
    [spec.chunk, width],
    [1, spec.chunk * width],
    ...(spec.chunk === 1 ? [[width]] : []),
  ];
  if (wanted.some((one) => fits(declared.shape, one))) return;
  throw misfit(
    `the output ${told(declared)} is not ${spec.chunk} actions of ${width} joints`,
    'Correct "chunk" and the output\'s "joints" in the spec.',
  );
}

const told = ({ name, shape }: OnnxShape): string => `"${name}" [${shape.join(', ')}]`;
const list = (shapes: readonly OnnxShape[]): string => shapes.map(told).join(', ');

const misfit = (what: string, tip: string): FaultError =>
  fault('incompatible', `The policy and its policy-spec.json do not fit: ${what}`, tip);
