/** What test/interop/onnx.mjs needs of our code, in one bundle. */
export { loadPolicy } from '../../../src-main/learner/checkpoint';
export { openEngine } from '../../../src-main/learner/engine';
export { makeCheckpoint, observations, VARIANTS } from './checkpoints';
