// The open conversation: its reference, its timeline, and the messages that are sent to it. conversation_view.js
// shows it.

import { asFailure } from "./api.js";
import { ConversationView, cutToFirst } from "./conversation_view.js";
import { Emitter } from "./emitter.js";
import { addressOf, started } from "./conversation_ref.js";
import { quotedIn } from "./quotes.js";
import { ReadMarker } from "./read_marker.js";
import { Timelines } from "./timelines.js";
import { Unread } from "./unread.js";
import { backoff } from "./backoff.js";

/** @import { Composer } from "./composer.js" */
/** @import { Inbox } from "./inbox.js" */
/** @import { MessageList } from "./message_list.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { PendingDeletions } from "./pending_deletions.js" */
/** @import { TypingSignal } from "./typing_signal.js" */
/** @import { LiveStream } from "./live_stream.js" */
/** @import { PagedTimeline } from "./paged_timeline.js" */
/** @import { WaitingChanges } from "./waiting_changes.js" */

/** @typedef {object} Parts
    @property {Api.User} me
    @property {Inbox} inbox
    @property {Outbox} outbox
    @property {LiveStream} stream
    @property {MessageList} messageList
    @property {WaitingChanges} waiting
    @property {Composer} composer
    @property {TypingSignal} typing
    @property {PendingDeletions} deletions */

/** `change` is of a copy: up to which change its messages are.
    @typedef {{ messages: Api.Message[]; quoted: Api.Message[]; older: boolean; newer: boolean; change?: number }} FirstPage */

/** Events: "change" (another conversation is open, or it has got its uuid), "gone" (this user is no longer a member),
    "open".
    @extends {Emitter<{ change: undefined, gone: string, open: Page.ConversationRef }>} */
export class Conversation extends Emitter {
  /** @type {Page.ConversationRef | null} */
  ref = null;
  /** @type {PagedTimeline | null} */
  timeline = null;
  /** @type {Page.Failure | null} Why the conversation cannot be shown. */
  error = null;
  #parts;
  timelines = new Timelines((timeline) => timeline === this.timeline && this.#timelineChanged());
  #unread;
  #view;
  #isLeading = false; // to a message that may be far away
  #failures = 0;
  #retry = 0;

  /** `parts`: me, inbox, outbox, stream, messageList, composer, typing.
      @param {Parts} parts */
  constructor(parts) {
    super();
    this.#parts = parts;
    const { me, messageList, inbox, outbox, composer, waiting } = parts;
    this.readMarker = new ReadMarker({ inbox, waiting }, () => this.#view.lowestInView());
    this.#unread = new Unread({ me, inbox, messageList, readMarker: this.readMarker });
    this.#view = new ConversationView(this, parts, this.#unread);
    messageList.on("top", () => this.#load((timeline) => timeline.loadOlder()));
    messageList.on("end", () => this.#load((timeline) => timeline.loadNewer()));
    messageList.on("newest", () => this.#toNewest());
    messageList.on("moved", () => this.look());
    messageList.on("bottom", () => this.render({ quiet: true }));
    outbox.on("change", (detail) => this.#outboxChanged(detail));
    outbox.on("sent", (detail) => this.#sent(detail));
    composer.on("send", (detail) => this.#send(detail));
    composer.on("reply", () => this.render({ quiet: true }));
    parts.stream.on("caught_up", () => this.look());
    composer.on("typing", () => this.ref?.uuid && parts.typing.say(this.ref.uuid));
  }

  /** Opens a conversation. `first` holds the messages that the server has rendered into the page, if it has.
      @param {Page.ConversationRef} ref
      @param {FirstPage | null} [first] */
  async open(ref, first = null) {
    this.#show(ref);
    const firstUnread = this.#unread.open(ref.uuid);
    const timeline = ref.uuid ? this.timelines.openAt(ref.uuid, firstUnread) : null;
    if (first) timeline?.start(first.messages, { ...first, isRendered: true });
    if (first) timeline?.quotes.keep(quotedIn(first.messages), first.quoted);
    if (timeline && !timeline.newer) cutToFirst(timeline, firstUnread);
    this.timeline = timeline;
    this.#parts.messageList.clear();
    this.emit("change");
    this.#parts.composer.open(ref.key);
    this.#checkEdited();
    this.render({ quiet: true });
    this.emit("open", ref);
    if (first) return;
    if (this.#parts.stream.state === "connecting") await this.timelines.startByCopy(timeline);
    await this.refresh();
  }

  close() {
    this.#show(null);
    this.#parts.messageList.clear();
    this.emit("change");
  }

  /** @param {Page.ConversationRef | null} ref */
  #show(ref) {
    this.ref = ref;
    this.timeline = null;
    this.error = null;
    this.#view.reset();
    this.#failures = 0;
    clearTimeout(this.#retry);
  }

  /** Fetches the messages that are missing. If that fails, the messages that are held can still be used. The stream of a
      page that was just made `tells` those that came meanwhile.
      @param {{ tells?: boolean }} [options] */
  async refresh({ tells = false } = {}) {
    const { timeline } = this;
    if (!timeline) return;
    clearTimeout(this.#retry);
    if (timeline.loaded && !timeline.newer) this.#unread.expect(timeline.last);
    try {
      await timeline.refresh(this.#unread.readSeq, tells);
      if (timeline === this.timeline) this.#loaded();
    } catch (error) {
      if (timeline !== this.timeline) return;
      const failure = asFailure(error);
      if (failure.status === 404) this.emit("gone", timeline.uuid);
      else if (!timeline.loaded) this.#failed(failure);
    }
  }

  #timelineChanged() {
    this.#checkEdited();
    this.render();
  }

  /** Tells the composer if the message that is being edited was deleted. The page may learn that from any answer of
      the server, not only from the event of the deletion. */
  #checkEdited() {
    const { composer } = this.#parts;
    const edited = this.timeline?.at(composer.editing?.seq ?? 0);
    if (edited) composer.onDeleted(edited);
  }

  /** The key of the open conversation in the outbox and among the drafts; empty if none is open. */
  get key() {
    return this.ref?.key ?? "";
  }

  /** Fetches new messages, where the stream does not get through. */
  async poll() {
    const { timeline } = this;
    if (!timeline?.loaded) return this.refresh();
    if (timeline.newer) return undefined;
    this.#unread.expect(timeline.last);
    await timeline.poll();
    if (timeline === this.timeline) this.#loaded();
    return undefined;
  }

  #loaded() {
    this.#failures = 0;
    this.#unread.settle();
    if (this.error) this.#setError(null);
  }

  /** Shows the error and tries again later, so that nobody has to press a button when the server is back.
      @param {Page.Failure} error */
  #failed(error) {
    this.#failures += 1;
    this.#setError(error);
    const wait = Math.max(backoff(this.#failures, { first: 2000 }), (error.retryAfter ?? 0) * 1000);
    this.#retry = setTimeout(() => this.refresh(), wait);
  }

  async #toNewest() {
    const { timeline } = this;
    if (!timeline) return;
    try {
      await timeline.toNewest();
    } catch {
      return; // the button stays, and can be pressed again
    }
    if (timeline !== this.timeline) return;
    this.#parts.messageList.toBottom();
    this.render({ quiet: true });
  }

  /** Shows the message of this number, also if it is not held. Resolves to whether there is one.
      @param {number} seq */
  async goTo(seq) {
    const { timeline } = this;
    this.#isLeading = true;
    const isThere = (await timeline?.goTo(seq).catch(() => false)) ?? false;
    const isShown = isThere && timeline === this.timeline;
    if (isShown) {
      this.render({ quiet: true });
      this.#parts.messageList.reveal(seq);
    }
    this.#isLeading = false;
    return isShown;
  }

  /** Loads what lies beyond an end of the list. If that fails, scrolling asks again. Not on the way to a message: the
      end that is in view then is not where one goes.
      @param {(timeline: PagedTimeline) => Promise<void> | null} work */
  #load(work) {
    if (this.timeline && !this.#isLeading) work(this.timeline)?.catch(() => {});
  }

  /** Takes a message from the stream, which says also which change was the last.
      @param {Api.Message & { last_change_seq?: number }} message */
  onMessage(message) {
    const timeline = this.timelines.get(message.message_group_uuid);
    if (!timeline) return;
    if (timeline === this.timeline && timeline.loaded)
      this.#unread.onMessage(message, timeline.last, !this.#parts.stream.isCatchingUp);
    timeline.add(message);
    timeline.changes.heard(message.last_change_seq);
  }

  /** @param {Api.Message} message */
  onChanged(message) {
    this.timelines.get(message.message_group_uuid)?.change(message);
  }

  /** @param {string} uuid */
  forget(uuid) {
    this.timelines.forget(uuid);
  }

  /** The conversation that this page was about to start exists now. The other person may have started it.
      @param {string} uuid */
  adopt(uuid) {
    if (!this.ref || this.ref.uuid) return;
    this.ref = started(this.ref, uuid);
    this.timeline = this.timelines.open(uuid);
    this.emit("change");
    this.refresh();
  }

  /** @param {{ quiet?: boolean }} [options] */
  render({ quiet = false } = {}) {
    if (!this.ref) return;
    this.#view.render(this.ref, quiet);
    this.look();
  }

  /** Counts the messages in view as seen, if the window is visible and has the focus. While the stream tells what
      happened during an absence, one message after the other passes through the window, and nobody has seen them. */
  look() {
    if (!this.ref || this.#parts.stream.isCatchingUp) return;
    this.readMarker.check();
    this.#parts.messageList.showUnseen(this.#unread.count(this.timeline));
  }

  /** The messages that the server has stored, as items of the message list. */
  confirmed() {
    return this.#view.confirmed();
  }

  /** @param {{ conversation: string }} options */
  #outboxChanged({ conversation }) {
    if (conversation === this.ref?.key) this.render();
  }

  /** @param {{ entry: Page.Entry; message: Api.Message }} options */
  #sent({ entry, message }) {
    const uuid = message.message_group_uuid;
    const isHere = entry.conversation === this.ref?.key;
    const timeline = isHere ? this.timelines.open(uuid) : this.timelines.get(uuid);
    timeline?.add(message);
    if (isHere) this.adopt(uuid);
    this.#parts.inbox.onMessage(message);
  }

  /** @param {{ texts: string[]; replyTo: number | null }} options */
  async #send({ texts, replyTo }) {
    const { ref } = this;
    if (!ref) return;
    const { outbox, messageList, composer, typing } = this.#parts;
    this.#unread.end();
    if (this.timeline?.newer) this.#toNewest();
    messageList.toBottom();
    if (ref.uuid) typing.sent(ref.uuid);
    await outbox.add({ ...addressOf(ref), reply_to_seq: replyTo }, ...texts);
    composer.handedOver(ref.key, texts);
  }

  /** @param {Page.Failure | null} error */
  #setError(error) {
    this.error = error;
    this.emit("change");
  }
}
