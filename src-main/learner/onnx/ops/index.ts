import type { Emitter } from '../emission';
import { ELEMENTWISE } from './elementwise';
import { LINEAR } from './linear';
import { PICK } from './pick';
import { REDUCE } from './reduce';
import { SHAPE } from './shape';

/** How each tfjs kernel is written in ONNX, by its tfjs name. */
export const EMITTERS: Readonly<Record<string, Emitter>> = { ...ELEMENTWISE, ...SHAPE, ...REDUCE, ...PICK, ...LINEAR };
