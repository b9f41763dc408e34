import type { Emission, Emitter } from '../emission';
import type { GraphBuilder, Value } from '../graph';
import type { Dtype } from '../trace';
import { binary, cast, elementwise, unary } from './arithmetic';

/** Operations on each number by itself, and on pairs of numbers. */

/** tfjs kernel → ONNX operator of the same meaning. */
const UNARY: Readonly<Record<string, string>> = {
  Abs: 'Abs',
  Acos: 'Acos',
  Acosh: 'Acosh',
  Asin: 'Asin',
  Asinh: 'Asinh',
  Atan: 'Atan',
  Atanh: 'Atanh',
  Ceil: 'Ceil',
  Cos: 'Cos',
  Cosh: 'Cosh',
  Elu: 'Elu',
  Erf: 'Erf',
  Exp: 'Exp',
  Floor: 'Floor',
  IsInf: 'IsInf',
  IsNan: 'IsNaN',
  Log: 'Log',
  LogicalNot: 'Not',
  Neg: 'Neg',
  Reciprocal: 'Reciprocal',
  Relu: 'Relu',
  Round: 'Round',
  Selu: 'Selu',
  Sigmoid: 'Sigmoid',
  Sign: 'Sign',
  Sin: 'Sin',
  Sinh: 'Sinh',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Tan: 'Tan',
  Tanh: 'Tanh',
};

const BINARY: Readonly<Record<string, string>> = {
  Add: 'Add',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
  LogicalXor: 'Xor',
  Maximum: 'Max',
  Minimum: 'Min',
  Multiply: 'Mul',
  Pow: 'Pow',
  Prelu: 'PRelu',
  RealDiv: 'Div',
  Sub: 'Sub',
};

const COMPARE: Readonly<Record<string, string>> = {
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
};

/** The runtime orders numbers, not truths. */
function compare(g: GraphBuilder, op: string, a: Value, b: Value): Value {
  const number = (value: Value): Value => (value.dtype === 'bool' ? cast(g, value, 'int32') : value);
  return binary(g, op, number(a), number(b), 'bool');
}

/** a / b, rounded down. */
function floorDivide(g: GraphBuilder, a: Value, b: Value, dtype: Dtype): Value {
  const quotient = binary(g, 'Div', cast(g, a, 'float32'), cast(g, b, 'float32'));
  return cast(g, unary(g, 'Floor', quotient), dtype);
}

const clip = ({ g }: Emission, x: Value, low: number, high: number): Value => {
  const limits = [low, high].map((limit) => g.plain(g.scalar(limit, x.dtype)));
  return { ...x, name: g.node('Clip', [g.as(x, x.layout), ...limits]) };
};

const COMPOSED: Readonly<Record<string, Emitter>> = {
  AddN: (e) => elementwise(e.g, 'Sum', e.list(), e.out.dtype),
  Cast: (e) => cast(e.g, e.at('x'), e.out.dtype),
  ClipByValue: (e) => clip(e, e.at('x'), e.number('clipValueMin'), e.number('clipValueMax')),
  Expm1: (e) => binary(e.g, 'Sub', unary(e.g, 'Exp', e.at('x')), e.g.scalar(1)),
  FloorDiv: (e) => floorDivide(e.g, e.at('a'), e.at('b'), e.out.dtype),
  Identity: (e) => e.at('x'),
  IsFinite: (e) => {
    const wrong = ['IsNaN', 'IsInf'].map((op) => unary(e.g, op, e.at('x'), {}, 'bool'));
    return unary(e.g, 'Not', elementwise(e.g, 'Or', wrong, 'bool'));
  },
  LeakyRelu: (e) => unary(e.g, 'LeakyRelu', e.at('x'), { alpha: { float: e.number('alpha', 0.2) } }),
  Log1p: (e) => unary(e.g, 'Log', binary(e.g, 'Add', e.at('x'), e.g.scalar(1))),
  /** The remainder has the sign of the divisor. */
  Mod: (e) => {
    const [a, b] = [e.at('a'), e.at('b')];
    return binary(e.g, 'Sub', a, binary(e.g, 'Mul', b, floorDivide(e.g, a, b, e.out.dtype)));
  },
  NotEqual: (e) => unary(e.g, 'Not', compare(e.g, 'Equal', e.at('a'), e.at('b'))),
  Relu6: (e) => clip(e, e.at('x'), 0, 6),
  Rsqrt: (e) => unary(e.g, 'Reciprocal', unary(e.g, 'Sqrt', e.at('x'))),
  Select: (e) => {
    const [condition, yes, no] = [e.at('condition'), e.at('t'), e.at('e')];
    if (e.out.dtype !== 'bool') return elementwise(e.g, 'Where', [condition, yes, no], e.out.dtype);
    const [a, b] = [cast(e.g, yes, 'int32'), cast(e.g, no, 'int32')];
    return cast(e.g, elementwise(e.g, 'Where', [condition, a, b], 'int32'), 'bool');
  },
  Square: (e) => binary(e.g, 'Mul', e.at('x'), e.at('x')),
  SquaredDifference: (e) => {
    const difference = binary(e.g, 'Sub', e.at('a'), e.at('b'));
    return binary(e.g, 'Mul', difference, difference);
  },
  Step: (e) => {
    const positive = binary(e.g, 'Greater', e.at('x'), e.g.scalar(0, e.at('x').dtype), 'bool');
    const [one, other] = [1, e.number('alpha', 0)].map((value) => e.g.scalar(value, e.out.dtype));
    return elementwise(e.g, 'Where', [positive, one as Value, other as Value], e.out.dtype);
  },
  FusedBatchNorm: (e) => {
    const spread = binary(e.g, 'Add', e.at('variance'), e.g.scalar(e.number('varianceEpsilon', 1e-3)));
    const centred = binary(e.g, 'Sub', e.at('x'), e.at('mean'));
    const even = binary(e.g, 'Div', centred, unary(e.g, 'Sqrt', spread));
    const scale = e.optional('scale');
    const offset = e.optional('offset');
    const scaled = scale ? binary(e.g, 'Mul', even, scale) : even;
    return offset ? binary(e.g, 'Add', scaled, offset) : scaled;
  },
};

export const ELEMENTWISE: Readonly<Record<string, Emitter>> = {
  ...Object.fromEntries(
    Object.entries(UNARY).map(([kernel, op]): [string, Emitter] => [
      kernel,
      (e) => unary(e.g, op, e.at('x'), {}, e.out.dtype),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(BINARY).map(([kernel, op]): [string, Emitter] => [
      kernel,
      (e) =>
        binary(e.g, op, e.at(kernel === 'Prelu' ? 'x' : 'a'), e.at(kernel === 'Prelu' ? 'alpha' : 'b'), e.out.dtype),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(COMPARE).map(([kernel, op]): [string, Emitter] => [
      kernel,
      (e) => compare(e.g, op, e.at('a'), e.at('b')),
    ]),
  ),
  ...COMPOSED,
};

/** What fused kernels apply after they have computed. */
export function activation(e: Emission, x: Value): Value {
  const name = e.attr('activation') ?? 'linear';
  const { g } = e;
  if (name === 'linear') return x;
  if (name === 'relu6') return clip(e, x, 0, 6);
  if (name === 'leakyrelu') return unary(g, 'LeakyRelu', x, { alpha: { float: e.number('leakyreluAlpha', 0.2) } });
  if (name === 'prelu') return binary(g, 'PRelu', x, e.at('preluActivationWeights'));
  const op = { relu: 'Relu', elu: 'Elu', sigmoid: 'Sigmoid' }[String(name)];
  if (!op) throw e.unsupported(`with the activation ${String(name)}`);
  return unary(g, op, x);
}
