import util from 'node:util';

/**
 * tfjs-node 4.22 calls `util.isNullOrUndefined` and friends, which Node 23 removed. Puts back what is missing, and only
 * that; to be called before tfjs-node is loaded.
 */
export function restoreRemovedUtil(target: object = util): void {
  const shims: Record<string, (value: unknown) => boolean> = {
    isNullOrUndefined: (value) => value === null || value === undefined,
    isArray: (value) => Array.isArray(value),
    isString: (value) => typeof value === 'string',
    isNumber: (value) => typeof value === 'number',
    isObject: (value) => typeof value === 'object' && value !== null,
  };
  for (const [name, shim] of Object.entries(shims)) {
    if (!(name in target)) Object.defineProperty(target, name, { value: shim, configurable: true, writable: true });
  }
}
