// Shows the open conversation in the message list, and drops old messages of a long one.

import { confirmedItems, pendingItems } from "./list_items.js";
import { quoteOf } from "./quote_shown.js";

/** @import { Conversation, Parts } from "./conversation.js" */
/** @import { Unread } from "./unread.js" */

const LONG = 200; // messages; a list that is longer and is read at its end is cut …
const KEPT = 100; // … to so many

export class ConversationView {
  #conversation;
  #parts;
  #unread;
  #isFresh = true; // none of its messages was shown yet

  /** @param {Conversation} conversation
      @param {Parts} parts
      @param {Unread} unread */
  constructor(conversation, parts, unread) {
    this.#conversation = conversation;
    this.#parts = parts;
    this.#unread = unread;
  }

  /** To be called before another conversation is shown. */
  reset() {
    this.#isFresh = true;
  }

  /** Shows the conversation. With `quiet`, screen readers do not read the change out.
      @param {Page.ConversationRef} ref
      @param {boolean} quiet */
  render(ref, quiet) {
    this.#trim();
    const { timeline } = this.#conversation;
    const { messageList } = this.#parts;
    this.#unread.look(timeline);
    const wasFresh = this.#isFresh && (timeline?.loaded ?? false);
    messageList.show(this.#items(ref), {
      newFrom: this.#newInView(),
      named: ref.kind === "group",
      quiet: quiet || this.#isFresh,
      isWhole: !timeline?.newer,
      holdsNew: this.#unread.isAhead,
      loading: this.#loading(),
    });
    this.#quote(ref);
    if (!wasFresh) return;
    this.#isFresh = false;
    messageList.toNew();
  }

  /** Shows what the composer answers, and fetches the answered messages that are not held.
      @param {Page.ConversationRef} ref */
  #quote(ref) {
    const { me, outbox, composer } = this.#parts;
    const { timeline } = this.#conversation;
    const { seq } = composer.reply;
    composer.reply.show(quoteOf(seq, timeline, me));
    if (!timeline?.loaded) return;
    const answers = [...timeline.visible(), ...outbox.of(ref.key)];
    timeline.quotes.look([...answers.map((one) => one.reply_to_seq), seq]);
  }

  /** @param {Page.ConversationRef} ref
      @returns {Page.Item[]} */
  #items(ref) {
    const { me, outbox, stream } = this.#parts;
    const confirmed = this.confirmed();
    const isConnected = stream.state !== "connecting";
    const { timeline } = this.#conversation;
    const waiting = outbox.of(ref.key);
    return [...confirmed, ...pendingItems(waiting, confirmed, timeline, me, isConnected)];
  }

  /** The messages that the server has stored, as items of the message list. */
  confirmed() {
    const { timeline } = this.#conversation;
    const { me, waiting, deletions } = this.#parts;
    const items = confirmedItems(timeline, me, waiting, this.#names());
    return deletions.applied(timeline?.uuid, items);
  }

  /** Returns how the members are called. */
  #names() {
    const { ref } = this.#conversation;
    const names = new Map(
      this.#parts.messageList.people.map((one) => [one.uuid, one.display_name]),
    );
    if (ref?.userUuid) names.set(ref.userUuid, ref.name);
    return (/** @type {string} */ uuid) => names.get(uuid) ?? "somebody who left";
  }

  /** The lowest message on the screen; null if there is none. */
  lowestInView() {
    const { ref, timeline } = this.#conversation;
    if (!ref?.uuid || !timeline?.loaded || this.#isFresh) return null;
    const seq = this.#parts.messageList.lastSeen;
    return seq > 0 ? { uuid: ref.uuid, seq } : null;
  }

  #loading() {
    const { timeline, error } = this.#conversation;
    if (timeline && !timeline.loaded) return error ? null : "first";
    return timeline?.loading ?? null;
  }

  /** Drops old messages, which scrolling up loads again. It keeps unread ones and the one that is being edited, and
      drops none while the focus or a selection is in the list. */
  #trim() {
    const { timeline } = this.#conversation;
    const { messageList, composer } = this.#parts;
    const isLong = timeline && timeline.last - timeline.first >= LONG;
    if (!isLong || this.#isFresh || !messageList.showsNewest || messageList.isHeld) return;
    const needed = [this.#newInView(), composer.editing?.seq].map((seq) => seq ?? timeline.last);
    timeline.cut(Math.min(timeline.last - KEPT + 1, ...needed));
  }

  /** The number of the message below the line about new messages; null if that message is not held. */
  #newInView() {
    const { timeline } = this.#conversation;
    const { from } = this.#unread;
    if (from === null || !timeline || from > timeline.last) return null;
    return from >= timeline.first || !timeline.older ? from : null;
  }
}

/** Cuts a long timeline to what is shown first: its end, or everything from the first unread message on.
    @param {import("./paged_timeline.js").PagedTimeline} timeline
    @param {number | null} firstUnread */
export function cutToFirst(timeline, firstUnread) {
  timeline.cut(Math.min(timeline.last - KEPT + 1, firstUnread ?? Infinity));
}
