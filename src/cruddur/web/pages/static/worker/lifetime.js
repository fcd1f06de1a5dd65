// From when to when this worker works: a new version takes over at once, and one that is not served any more removes
// itself.

import { scope } from "./scope.js";

const ASK_AGAIN_MS = 3_600_000;
const GONE = [404, 410];

let askedAt = 0;

export function install() {
  // Nothing waits in this worker: the pages hold what is not sent yet, in a storage that each version reads. So a new
  // version need not wait until all pages are closed.
  scope.addEventListener("install", () => scope.skipWaiting());
  scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
  scope.addEventListener("fetch", (event) => {
    if (event.request.mode === "navigate") event.waitUntil(leaveIfGone());
  });
}

/** Removes this worker if the service does not serve it any more, as after going back to an older version. Browsers
    keep a worker whose script is gone. */
async function leaveIfGone() {
  if (Date.now() - askedAt < ASK_AGAIN_MS) return;
  askedAt = Date.now();
  const script = scope.location.href;
  const answer = await fetch(script, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer === null) askedAt = 0;
  else if (GONE.includes(answer.status)) await scope.registration.unregister();
}
