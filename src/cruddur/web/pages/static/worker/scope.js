// The scope in which the modules of this folder run. The "webworker" library of TypeScript has it under the name of
// every worker's scope, which knows less.

export const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
