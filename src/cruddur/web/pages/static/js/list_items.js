// The items of the message list: the messages of the timeline, and after them the unsent ones of the outbox.

import { quoteOf } from "./quote_shown.js";
import { chipsOf } from "./reaction_chips.js";
import { stateOf } from "./sending_state.js";
import { messageShown } from "./waiting_shown.js";

/** @import { PagedTimeline } from "./paged_timeline.js" */
/** @import { WaitingChanges } from "./waiting_changes.js" */

/** The messages without a gap, and this user's own after a gap: those must not vanish while the gap is filled.
    @param {PagedTimeline | null} timeline
    @param {Api.User} me
    @param {WaitingChanges} waiting
    @param {(uuid: string) => string} nameOf
    @returns {(Api.Message & { state: "sent"; quote: Page.Quote | null; read: boolean; waits: boolean; chips: Page.Chip[] })[]} */
export function confirmedItems(timeline, me, waiting, nameOf) {
  if (!timeline) return [];
  /** @param {Api.Message} options */
  const isMine = ({ user_uuid: sender }) => sender === me.uuid;
  const shown = [...timeline.visible(), ...timeline.early().filter(isMine)];
  const changes = waiting.of(timeline.uuid);
  const isWaiting = waiting.isWaiting(timeline.uuid);
  return shown
    .map((stored) => messageShown(stored, changes, me))
    .map((message, at) => ({
      ...message,
      state: "sent",
      waits: isWaiting && message !== shown[at],
      read: message.seq <= timeline.readTo,
      quote: message.deleted_at ? null : quoteOf(message.reply_to_seq, timeline, me),
      chips: chipsOf(message.reactions ?? {}, nameOf, me),
    }));
}

/** The entries of the outbox that are not among the confirmed messages.
    @param {Page.Entry[]} entries
    @param {Page.Item[]} confirmed
    @param {PagedTimeline | null} timeline
    @param {Api.User} me
    @param {boolean} isOnline
    @returns {Page.Item[]} */
export function pendingItems(entries, confirmed, timeline, me, isOnline) {
  const shown = new Set(confirmed.map(({ uuid }) => uuid));
  const waiting = entries.filter((entry) => !shown.has(entry.message_uuid));
  return waiting.map((entry) => ({
    uuid: entry.message_uuid,
    seq: null,
    user_uuid: me.uuid,
    display_name: me.display_name,
    message: entry.message,
    created_at: entry.created_at,
    quote: quoteOf(entry.reply_to_seq, timeline, me),
    ...stateOf(entry, isOnline),
  }));
}
