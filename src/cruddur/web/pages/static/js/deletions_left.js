// Sends the deletions that an earlier page or another tab has left.

import { prefixOf, storedDeletions } from "./pending_deletions.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const { uuid } = page.me;
  addEventListener("storage", ({ key }) => key?.startsWith(prefixOf(uuid)) && send(page));
  if (storedDeletions(uuid).length > 0) send(page);
}

/** @param {MessagesPage} page */
async function send(page) {
  try {
    const { loadDeletions } = await import("./handling.js");
    loadDeletions(page);
  } catch {
    // The next page tries again.
  }
}
