// The line below a conversation's name in the inbox: what could not be sent, who is typing, a draft, what waits to be
// sent, or the last message and its author.

import { refOfRow } from "./conversation_ref.js";
import { stateOf } from "./sending_state.js";
import { preview } from "./preview.js";

/** @import { Outbox } from "./outbox.js" */
/** @import { PendingDeletions } from "./pending_deletions.js" */

/** @typedef {{ text: string; mood: string | null }} Line */

/** `draft` is what its user has begun to write, if the conversation is not the open one.
    @param {Api.InboxRow} row
    @param {{ me: Api.User; outbox: Outbox; deletions: PendingDeletions; typing: string | null; draft: string | undefined }} options
    @returns {Line} */
export function lineOf(row, { me, outbox, deletions, typing, draft }) {
  const entries = outbox.of(refOfRow(row).key);
  const failed = entries.find((entry) => entry.failed);
  if (failed) return { text: `Not sent: ${preview(failed.message)}`, mood: "failed" };
  if (typing) return { text: typing, mood: "typing" };
  if (draft) return { text: `Draft: ${preview(draft)}`, mood: "draft" };
  const last = entries.at(-1);
  return last ? unsent(last) : { text: lastMessage(deletions.rowShown(row), me), mood: null };
}

/** @param {Page.Entry} entry
    @returns {Line} */
function unsent(entry) {
  const isWaiting = stateOf(entry, navigator.onLine).state === "waiting";
  const text = preview(entry.message);
  return isWaiting
    ? { text: `Waiting: ${text}`, mood: "waiting" }
    : { text: `You: ${text}`, mood: null };
}

/** @param {Api.InboxRow} row
    @param {Api.User} me */
function lastMessage(row, me) {
  if (row.last_user_uuid === null) return row.cleared_seq ? "Cleared" : "No messages yet"; // or joined after the last
  if (row.last_kind === "event") return row.message;
  const text = row.message || "Message deleted";
  if (row.last_user_uuid === me.uuid) return `You: ${text}`;
  return row.kind === "group" && row.last_display_name ? `${row.last_display_name}: ${text}` : text;
}
