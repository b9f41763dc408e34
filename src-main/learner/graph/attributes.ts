import type { TensorInfo } from '@tensorflow/tfjs-core';
import { fault } from '../../core/fault';
import type { NativeAttribute, NativeBackend } from './native';
import { type Attribute, type Attributes, typeAttribute } from './nodes';

/** Dtypes that an eager operation takes from its inputs and a graph wants written: attribute → number of the input. */
const FROM_INPUT: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ExpandDims: { T: 0, Tdim: 1 },
};

/** tfjs-node's attributes of an operation as a graph wants them. */
export function attributesOf(
  backend: NativeBackend,
  op: string,
  given: readonly NativeAttribute[],
  inputs: readonly TensorInfo[],
): Attributes {
  const out: Record<string, Attribute> = {};
  for (const [name, from] of Object.entries(FROM_INPUT[op] ?? {})) {
    const input = inputs[from];
    if (input) out[name] = typeAttribute(backend.getDTypeInteger(input.dtype));
  }
  for (const attribute of given) out[attribute.name] = convert(backend, op, attribute);
  return out;
}

function convert({ binding }: NativeBackend, op: string, { name, type, value }: NativeAttribute): Attribute {
  switch (type) {
    case binding.TF_ATTR_INT:
      if (isNumber(value) || isNumbers(value)) return { kind: 'int', value };
      break;
    case binding.TF_ATTR_FLOAT:
      if (isNumber(value) || isNumbers(value)) return { kind: 'float', value };
      break;
    case binding.TF_ATTR_BOOL:
      if (typeof value === 'boolean') return { kind: 'bool', value };
      break;
    case binding.TF_ATTR_STRING:
      if (typeof value === 'string') return { kind: 'string', value };
      break;
    case binding.TF_ATTR_TYPE:
      if (isNumber(value)) return typeAttribute(value);
      break;
    case binding.TF_ATTR_SHAPE:
      if (isNumbers(value)) return { kind: 'shape', value };
      break;
  }
  throw fault(
    'incompatible',
    `This function cannot be compiled: the attribute ${name} of the operation ${op} is of a kind that is not known.`,
    'Training goes on uncompiled; please report the operation.',
  );
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(isNumber);
