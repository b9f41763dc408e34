import type { PolicyKind } from '../../core/learning';
import { act } from './act';
import { cnn } from './cnn';
import { diffusion } from './diffusion';
import { gmm } from './gmm';
import { gru } from './gru';
import { knn } from './knn';
import { lstm } from './lstm';
import type { Method } from './method';
import { mlp } from './mlp';

/** Every way to learn, by the name people choose it with. */
export const METHODS: Readonly<Record<PolicyKind, Method>> = { mlp, cnn, lstm, gru, gmm, act, diffusion, knn };
