// Shows the deletions that wait: those of this page, of an earlier one, and of other tabs.

import { prefixOf, storedDeletions } from "./pending_deletions.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install({ me, deletions, conversation, view }) {
  deletions.on("change", () => {
    conversation.render({ quiet: true });
    view.render();
  });
  deletions.newestSeen = (group) =>
    conversation.timelines
      .get(group)
      ?.visible()
      .findLast(({ seq }) => !deletions.covers(group, seq));
  const follow = () => deletions.set(storedDeletions(me.uuid));
  addEventListener("storage", ({ key }) => key?.startsWith(prefixOf(me.uuid)) && follow());
  if (storedDeletions(me.uuid).length > 0) follow();
}
