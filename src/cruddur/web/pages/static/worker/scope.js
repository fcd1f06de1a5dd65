// The scope in which the modules of this folder run. The "webworker" library of TypeScript has it under the name of
// every worker's scope, which knows less.

/** What web/pages/service_worker.py writes before the script: the page without anybody's messages, and the addresses
    of the files that it needs. `version` changes with any of them; `policy` is the page's Content-Security-Policy.
    @typedef {{ version: string; html: string; files: string[]; policy: string }} Shell */

export const scope = /** @type {ServiceWorkerGlobalScope & { cruddurShell: Shell }} */ (
  /** @type {unknown} */ (self)
);
