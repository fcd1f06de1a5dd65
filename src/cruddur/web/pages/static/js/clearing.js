// Takes away what its user has cleared, on this device or on another one: as soon as the row of a conversation says so.

import { byId, setText } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install({ inbox, conversation }) {
  const clear = () => {
    for (const { uuid, cleared_seq: seq } of inbox.cleared())
      conversation.timelines.get(uuid)?.clear(seq ?? 0);
    const isCleared = Boolean(inbox.row(conversation.ref?.uuid ?? "")?.cleared_seq);
    setText(
      byId("empty-line"),
      isCleared ? "All messages here were cleared." : "Nobody has written here yet.",
    );
    byId("say-hello").hidden = isCleared;
  };
  inbox.on("change", clear);
  conversation.on("open", clear);
}
