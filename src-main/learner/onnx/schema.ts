import protobuf from 'protobufjs/light';

/**
 * The part of the ONNX file format that we write and read (onnx/onnx.proto, IR version 8). Field numbers are the format;
 * unknown fields are skipped when reading.
 */

/** `TensorProto.DataType`. */
export const TYPE = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;
export const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;

export interface AttributeProto {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
}
export interface NodeProto {
  readonly opType: string;
  readonly name: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeProto[];
}
export interface TensorProto {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  /** Little endian. */
  readonly rawData: Uint8Array;
}
export interface ValueInfoProto {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: { readonly dim: readonly { readonly dimValue: number }[] };
    };
  };
}
export interface GraphProto {
  readonly name: string;
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
}
export interface ModelProto {
  readonly irVersion: number;
  readonly producerName: string;
  readonly docString: string;
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[];
  readonly graph: GraphProto;
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
}

/** [name, number, type] or, where repeated, [name, number, type, 'repeated']. */
type FieldRow = readonly [string, number, string, 'repeated'?];

const MESSAGES: Readonly<Record<string, readonly FieldRow[]>> = {
  ModelProto: [
    ['irVersion', 1, 'int64'],
    ['producerName', 2, 'string'],
    ['docString', 6, 'string'],
    ['graph', 7, 'GraphProto'],
    ['opsetImport', 8, 'OperatorSetIdProto', 'repeated'],
    ['metadataProps', 14, 'StringStringEntryProto', 'repeated'],
  ],
  OperatorSetIdProto: [
    ['domain', 1, 'string'],
    ['version', 2, 'int64'],
  ],
  StringStringEntryProto: [
    ['key', 1, 'string'],
    ['value', 2, 'string'],
  ],
  GraphProto: [
    ['node', 1, 'NodeProto', 'repeated'],
    ['name', 2, 'string'],
    ['initializer', 5, 'TensorProto', 'repeated'],
    ['input', 11, 'ValueInfoProto', 'repeated'],
    ['output', 12, 'ValueInfoProto', 'repeated'],
  ],
  NodeProto: [
    ['input', 1, 'string', 'repeated'],
    ['output', 2, 'string', 'repeated'],
    ['name', 3, 'string'],
    ['opType', 4, 'string'],
    ['attribute', 5, 'AttributeProto', 'repeated'],
  ],
  AttributeProto: [
    ['name', 1, 'string'],
    ['f', 2, 'float'],
    ['i', 3, 'int64'],
    ['s', 4, 'bytes'],
    ['ints', 8, 'int64', 'repeated'],
    ['type', 20, 'int32'],
  ],
  TensorProto: [
    ['dims', 1, 'int64', 'repeated'],
    ['dataType', 2, 'int32'],
    ['name', 8, 'string'],
    ['rawData', 9, 'bytes'],
  ],
  ValueInfoProto: [
    ['name', 1, 'string'],
    ['type', 2, 'TypeProto'],
  ],
  TypeProto: [['tensorType', 1, 'TensorTypeProto']],
  TensorTypeProto: [
    ['elemType', 1, 'int32'],
    ['shape', 2, 'TensorShapeProto'],
  ],
  TensorShapeProto: [['dim', 1, 'DimensionProto', 'repeated']],
  DimensionProto: [
    ['dimValue', 1, 'int64'],
    ['dimParam', 2, 'string'],
  ],
};

function messages(): protobuf.Root {
  const root = new protobuf.Root();
  for (const [name, fields] of Object.entries(MESSAGES)) {
    const type = new protobuf.Type(name);
    for (const [field, id, kind, rule] of fields) type.add(new protobuf.Field(field, id, kind, rule));
    root.add(type);
  }
  return root;
}

const Model = messages().lookupType('ModelProto');

export const encodeModel = (model: ModelProto): Uint8Array => Model.encode(Model.fromObject(model)).finish();

/** As plain data, not yet checked: parse it. Throws when the bytes are no protobuf message. */
export const decodeModel = (bytes: Uint8Array): unknown =>
  Model.toObject(Model.decode(bytes), { longs: Number, defaults: true, arrays: true });

/** As plain data with nothing filled in, so that it can be written again as it was. */
export const sparseModel = (bytes: Uint8Array): unknown =>
  Model.toObject(Model.decode(bytes), { longs: Number, arrays: true });

/** Writes what `sparseModel` gave. */
export const encodeSparse = (model: Readonly<Record<string, unknown>>): Uint8Array =>
  Model.encode(Model.fromObject(model)).finish();
