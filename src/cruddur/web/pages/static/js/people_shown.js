// Watches which people this page shows, so that the server says who of them is online.

import { byId } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

const SETTLE_MS = 300;

/** @param {MessagesPage} page */
export function install({ stream, inbox, conversation }) {
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stream.source?.watch(peopleOnScreen(inbox, conversation)), SETTLE_MS);
  };
  inbox.on("change", later);
  conversation.on("change", later);
  byId("rows-scroller").addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  later();
}

/** The people of the direct conversations whose rows can be seen, and of the open one.
    @param {MessagesPage["inbox"]} inbox
    @param {MessagesPage["conversation"]} conversation */
function peopleOnScreen(inbox, { ref }) {
  const { top, bottom } = byId("rows-scroller").getBoundingClientRect();
  /** @type {Set<string>} */
  const people = new Set();
  // The server tells nothing of a person before the conversation has begun.
  if (ref?.kind === "direct" && ref.uuid && ref.userUuid) people.add(ref.userUuid);
  for (const link of byId("rows").querySelectorAll("a")) {
    const place = link.getBoundingClientRect();
    if (place.bottom < top || place.top > bottom) continue;
    const row = inbox.row(link.dataset.uuid ?? "");
    if (row?.kind === "direct" && row.user_uuid) people.add(row.user_uuid);
  }
  return [...people];
}
