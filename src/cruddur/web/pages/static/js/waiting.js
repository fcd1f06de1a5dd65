// What happens on the page when a change waits, is stored, or is refused.

import { refOfRow } from "./conversation_ref.js";

/** @import { MessagesPage } from "./page.js" */
/** @import { Refused, Stored } from "./waiting_changes.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const { conversation, inbox, outbox, waiting } = page;
  const show = () => {
    conversation.render({ quiet: true });
    inbox.emit("change");
  };
  waiting.on("change", show);
  waiting.on("stored", (stored) => take(page, stored));
  waiting.on("refused", (refused) => refuse(page, refused));
  addEventListener("online", show);
  addEventListener("offline", show);
  // What is done in a conversation goes in the order in which it was done, messages and changes alike.
  waiting.isHeld = ({ group, id }) =>
    outbox
      .all()
      .some((one) => one.message_group_uuid === group && !one.failed && one.message_uuid < id);
  outbox.on("change", () => waiting.wake()); // it was sent, or refused for good
  outbox.before = ({ message_group_uuid: group, message_uuid: uuid }) =>
    waiting.sendBefore(group, uuid);
}

/** @param {MessagesPage} page
    @param {Stored} stored */
function take({ conversation, inbox }, { change: { kind, group, seq = 0 }, answer }) {
  if (kind === "settings") return inbox.put(/** @type {Api.InboxRow} */ (answer));
  if (kind === "read") return inbox.onRead(group, seq);
  const message = /** @type {Api.Message} */ (answer);
  conversation.onChanged(message);
  return inbox.onChanged(message);
}

/** The text of an edit that was refused becomes a draft.
    @param {MessagesPage} page
    @param {Refused} refused */
async function refuse(page, { change, failure }) {
  const row = page.inbox.row(change.group);
  const key = row ? refOfRow(row).key : change.group;
  if (change.kind === "edit") page.composer.bringBack(key, change.text ?? "");
  try {
    const { complain } = await import("./refused.js");
    complain(page, { change, failure, key });
  } catch {
    // The page shows what is stored all the same.
  }
}
