// Shows what waits as it will be when the server has stored it.

import { settled, shownSeq } from "./inbox_rows.js";
import { preview } from "./preview.js";

/** A message with the changes that wait, of which each is of its conversation.
    @param {Api.Message} message
    @param {Page.WaitingChange[]} changes
    @param {Api.User} me
    @returns {Api.Message} */
export function messageShown(message, changes, me) {
  if (message.deleted_at) return message;
  let shown = message;
  for (const change of changes) {
    if (change.seq !== message.seq) continue;
    if (change.kind === "edit") shown = edited(shown, change);
    if (change.kind === "reaction") shown = reacted(shown, change, me.uuid);
  }
  return shown;
}

/** @param {Api.Message} message
    @param {Page.WaitingChange} change
    @returns {Api.Message} */
const edited = (message, { text = message.message }) => ({
  ...message,
  message: text,
  edited_at: message.edited_at ?? new Date().toISOString(),
});

/** @param {Api.Message} message
    @param {Page.WaitingChange} change
    @param {string} me
    @returns {Api.Message} */
function reacted(message, { emoji = "", wanted }, me) {
  const before = message.reactions?.[emoji] ?? [];
  if (before.includes(me) === wanted) return message;
  const people = wanted ? [...before, me] : before.filter((uuid) => uuid !== me);
  const { [emoji]: _, ...others } = message.reactions ?? {};
  if (people.length === 0) return { ...message, reactions: others };
  return { ...message, reactions: { ...message.reactions, [emoji]: people } };
}

/** A row of the inbox with the changes that wait in its conversation.
    @param {Api.InboxRow} row
    @param {Page.WaitingChange[]} changes */
export function rowShown(row, changes) {
  let shown = row;
  for (const { kind, seq = 0, text = "", shown: settings } of changes) {
    if (kind === "read") shown = settled(shown, seq);
    if (kind === "settings") shown = settled({ ...shown, ...settings });
    if (kind === "edit" && seq === shownSeq(row)) shown = { ...shown, message: preview(text) };
  }
  return shown;
}
