// The messages that mention this user. A press leads to the message.

import * as api from "./api.js";
import { outside } from "./base_path.js";
import { avatar, h, hiddenText } from "./dom.js";
import { closeListing, openListing } from "./listing.js";
import { preview } from "./preview.js";
import { fullTime, shortTime } from "./time.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function openMentions(page) {
  const rows = new Map();
  /** @param {string} uuid */
  const rowOf = (uuid) => {
    const row = page.inbox.row(uuid) ?? rows.get(uuid) ?? api.messageGroup(uuid).catch(() => null);
    rows.set(uuid, row);
    return row;
  };
  return openListing({
    title: "Mentions",
    path: "/api/mentions?limit=20",
    none: "Nobody has mentioned you yet.",
    item: async (/** @type {Api.Message} */ message) =>
      item(page, message, await rowOf(message.message_group_uuid)),
  });
}

/** @param {MessagesPage} page
    @param {Api.Message} message
    @param {Api.InboxRow | null} row */
function item(page, message, row) {
  const isUnread = row !== null && message.seq > row.read_seq;
  const where = row?.kind === "group" ? ` in ${row.display_name}` : "";
  const link = h(
    "a",
    { href: outside(`/c/${message.message_group_uuid}`), "data-unread": isUnread },
    avatar(message.user_uuid, message.display_name, "small"),
    h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-name", dir: "auto" }, message.display_name + where),
      h("span", { class: "listing-text", dir: "auto" }, preview(message.message)),
    ),
    h(
      "time",
      { datetime: message.created_at, title: fullTime(message.created_at) },
      shortTime(message.created_at),
    ),
    isUnread ? h("span", { class: "badge" }, hiddenText("unread")) : null,
  );
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    closeListing();
    goTo(page, message);
  });
  return h("li", {}, link);
}

/** @param {MessagesPage} page
    @param {Api.Message} message */
async function goTo({ router, conversation, composer }, { message_group_uuid: uuid, seq }) {
  await router.go(`/c/${uuid}`);
  if (conversation.ref?.uuid !== uuid) return;
  if (!conversation.timeline?.loaded) await conversation.refresh();
  if (!(await conversation.goTo(seq)))
    composer.complain("The message did not load, or it is not there any more.");
}
