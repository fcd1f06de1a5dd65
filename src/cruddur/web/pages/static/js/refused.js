// Says why a change was refused. It is fetched when that first happens.

import { byId, setText } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */
/** @import { Refused } from "./waiting_changes.js" */

/** `key` names the conversation among the drafts.
    @param {MessagesPage} page
    @param {Refused & { key: string }} refused */
export function complain(page, { change, failure, key }) {
  const { conversation, composer, inbox } = page;
  if (change.kind === "edit") return ofEdit(page, change, key, failure);
  if (change.kind === "reaction" && conversation.ref?.uuid === change.group)
    composer.complain(`Your reaction ${change.emoji} was not stored. ${failure.message}`);
  // A mute that has ended while it waited is no loss.
  if (change.kind === "settings" && failure.code !== "mute_invalid")
    sayInInbox(inbox.row(change.group), failure);
  return undefined;
}

/** @param {MessagesPage} page
    @param {Page.WaitingChange} change
    @param {string} key
    @param {Page.Failure} failure */
function ofEdit({ conversation, composer }, { group, seq = 0 }, key, failure) {
  const isGone = failure.code === "message_not_found";
  const message = conversation.timelines.get(group)?.at(seq);
  if (isGone && message)
    conversation.onChanged({ ...message, deleted_at: new Date().toISOString(), message: "" });
  const why = isGone ? "The message that you were changing was deleted." : failure.message;
  composer.complain(`${why} Your text is still here.`, key);
}

/** @param {Api.InboxRow | null} row
    @param {Page.Failure} failure */
function sayInInbox(row, { message }) {
  setText(byId("rows-problem"), `${row?.display_name ?? "A conversation"}: ${message}`);
  byId("rows-problem").hidden = false;
}
