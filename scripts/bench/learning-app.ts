// The parts of the app that the learning bench runs in its own process; training and scoring run through the CLI.
export { POLICY_KINDS } from '../../src-main/core/learning';
export { wilson } from '../../src-main/core/statistics';
export { TASK_IDS } from '../../src-main/core/task';
export { METHODS } from '../../src-main/learner/policies';
export { recordDemonstrations } from '../../src-main/station/laboratory';
