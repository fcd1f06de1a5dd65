// Shows deletions that wait, and takes up those that an earlier page or another tab has left.

import { prefixOf, storedDeletions } from "./pending_deletions.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const { me, deletions, conversation, view } = page;
  deletions.on("change", () => {
    conversation.render({ quiet: true });
    view.render();
  });
  deletions.newestSeen = (group) =>
    conversation.timelines
      .get(group)
      ?.visible()
      .findLast(({ seq }) => !deletions.covers(group, seq));
  addEventListener("storage", ({ key }) => key?.startsWith(prefixOf(me.uuid)) && follow(page));
  if (storedDeletions(me.uuid).length > 0) follow(page);
}

/** @param {MessagesPage} page */
async function follow(page) {
  page.deletions.set(storedDeletions(page.me.uuid));
  try {
    const { loadDeletions } = await import("./handling.js");
    loadDeletions(page);
  } catch {
    // The next page tries again.
  }
}
