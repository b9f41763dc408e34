import type { PolicyKind } from '../../core/learning';
import { cnn } from './cnn';
import type { Method } from './method';
import { mlp } from './mlp';

/** Every way to learn, by the name people choose it with. */
export const METHODS: Readonly<Record<PolicyKind, Method>> = { mlp, cnn };
