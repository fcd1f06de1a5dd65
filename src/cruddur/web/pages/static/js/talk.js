// One conversation as a page of another product gets it: its messages in their order, each once, and what is sent to it.

import * as api from "./api.js";
import { addressOf, started } from "./conversation_ref.js";
import { Emitter } from "./emitter.js";
import { pendingOf, storedAs } from "./live.js";
import { Retries } from "./retries.js";
import { findTalk } from "./finding_talk.js";
import { Timeline } from "./timeline.js";
import { TypingSignal } from "./typing_signal.js";
import { uuidv7 } from "./uuid.js";

/** @import { Inbox } from "./inbox.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { LiveStream } from "./live_stream.js" */

/** @typedef {{ me: Api.User; stream: LiveStream; outbox: Outbox }} Begun */
/** @typedef {{ begun: () => Promise<Begun>; inbox: Inbox; closed: () => void }} Around */

const NEWEST = Number.MAX_SAFE_INTEGER;

/** @implements {Client.Conversation}
    @extends {Emitter<{ change: undefined }>} */
export class Talk extends Emitter {
  /** @type {Page.Failure | null} Why it cannot be shown. */
  error = null;
  /** @type {Page.ConversationRef | null} */
  #ref = null;
  /** @type {Timeline | null} */
  #timeline = null;
  /** @type {Begun | null} */
  #begun = null;
  #around;
  #typing = new TypingSignal();
  #reading = new Retries(async () => {
    await this.#read();
    return true;
  });
  #ended = new AbortController();

  /** `to`: the uuid of a conversation, `@` and a handle, or `ext:` and a host's own id.
      @param {string} to
      @param {Around} around */
  constructor(to, around) {
    super();
    this.to = to;
    this.#around = around;
    around.begun().then(
      (begun) => this.#begin(begun),
      (error) => this.#fail(error),
    );
  }

  get uuid() {
    return this.#ref?.uuid ?? null;
  }

  get row() {
    return this.uuid ? this.#around.inbox.row(this.uuid) : null;
  }

  get name() {
    return this.row?.display_name ?? this.#ref?.name ?? "";
  }

  get messages() {
    return this.#timeline?.visible() ?? [];
  }

  /** The greatest number that is held without a gap before it. */
  get last() {
    return this.#timeline?.last ?? 0;
  }

  get hasOlder() {
    return this.#timeline?.older ?? false;
  }

  get isLoaded() {
    return this.#timeline ? this.#timeline.loaded : this.#ref !== null;
  }

  get pending() {
    return this.#begun && this.#ref ? pendingOf(this, this.#ref, this.#begun) : [];
  }

  /** The message of this number, also if it is not held; null if there is none to be seen, undefined while it is asked
      for.
      @param {number} seq */
  quoted(seq) {
    const found = this.#timeline?.quotes
      ? this.#timeline.quotes.find(seq)
      : this.#timeline?.at(seq);
    if (found === undefined) this.#quote(seq).catch(() => {}); // the next call tries again
    return found;
  }

  /** @param {number} seq */
  async #quote(seq) {
    const timeline = this.#timeline;
    if (!timeline) return;
    const { Quotes } = await import("./quotes.js");
    timeline.quotes ??= new Quotes(timeline.uuid, timeline.held, () => this.emit("change"));
    timeline.quotes.look([seq]);
  }

  /** @param {string} text
      @param {{ reply_to_seq?: number | null }} [more] */
  async send(text, { reply_to_seq: reply = null } = {}) {
    const { outbox } = await this.#around.begun();
    if (!this.#ref) await this.#found();
    if (!this.#ref) throw this.error ?? new api.Unreachable();
    if (this.uuid) this.#typing.sent(this.uuid);
    const [uuid] = await outbox.add({ ...addressOf(this.#ref), reply_to_seq: reply }, text);
    return storedAs(uuid, this, outbox);
  }

  /** @param {number} seq
      @param {string} text */
  edit(seq, text) {
    const after = this.#timeline?.changes.last ?? null;
    return this.#change("PATCH", `${seq}`, { message: text, change_uuid: uuidv7(), after });
  }

  /** @param {number} seq */
  delete(seq) {
    return this.#change("DELETE", `${seq}`);
  }

  /** @param {number} seq
      @param {string} emoji
      @param {boolean} [wanted] */
  react(seq, emoji, wanted = true) {
    const path = `${seq}/reactions/${encodeURIComponent(emoji)}`;
    return this.#change(wanted ? "PUT" : "DELETE", path);
  }

  /** @param {string} method
      @param {string} path
      @param {unknown} [body]
      @returns {Promise<Api.Message>} */
  async #change(method, path, body) {
    const { data } = await api.call(method, `/api/messages/${this.uuid}/${path}`, body);
    this.onChanged(data);
    this.#around.inbox.onChanged(data);
    return data;
  }

  async markRead(seq = this.last) {
    const { row } = this;
    if (!row || seq <= row.read_seq) return;
    this.#around.inbox.onRead(row.uuid, seq); // at once, so that the next call does not ask again
    await api.markRead(row.uuid, seq);
  }

  typing() {
    if (this.uuid) this.#typing.say(this.uuid);
  }

  async loadOlder() {
    await this.#timeline?.loadOlder();
  }

  /** @param {string} uuid */
  async retry(uuid) {
    await this.#begun?.outbox.retry(uuid);
  }

  /** @param {string} uuid */
  async discard(uuid) {
    await this.#begun?.outbox.take(uuid);
  }

  close() {
    this.#ended.abort();
    this.#around.closed();
  }

  /** @param {Begun} begun */
  #begin(begun) {
    if (this.#ended.signal.aborted) return;
    this.#begun = begun;
    const { stream, outbox } = begun;
    const { signal } = this.#ended;
    const changed = () => this.emit("change");
    stream.on("message", (message) => this.#onMessage(message), signal);
    stream.on("message_changed", (message) => this.onChanged(message), signal);
    stream.on(
      "messages_hidden",
      (hidden) => this.#isOurs(hidden) && this.#timeline?.hidden.told(hidden),
      signal,
    );
    stream.on(
      "left",
      (left) =>
        this.#isOurs(left) && this.#fail(new Error("You are no longer in this conversation.")),
      signal,
    );
    stream.on("state", changed, signal);
    outbox.on("change", ({ conversation }) => conversation === this.#ref?.key && changed(), signal);
    outbox.on(
      "sent",
      ({ entry, message }) => entry.conversation === this.#ref?.key && this.#sent(message),
      signal,
    );
    this.refresh();
  }

  /** Reads what is missing, once more if it is being read. If that fails for good, the next connection tries again. */
  refresh() {
    if (this.#begun) this.#found().catch(() => {});
  }

  /** Resolves when it is known which conversation this is, and its messages are there. */
  async #found() {
    try {
      await this.#reading.runAnew();
      if (this.error) this.#set({ error: null });
    } catch (error) {
      this.#fail(error);
    }
  }

  async #read() {
    if (!this.#ref) this.#set({ ref: await findTalk(this.to, this.#around.inbox) });
    if (this.uuid && !this.#timeline) {
      this.#timeline = new Timeline(this.uuid);
      this.#timeline.on("change", () => this.emit("change"));
    }
    const timeline = this.#timeline;
    this.#followRow();
    await timeline?.refresh(NEWEST);
    if (timeline?.newer) await timeline.toNewest(); // after a long absence
    this.onRows();
  }

  /** @param {string} uuid of the conversation, which exists now */
  #adopt(uuid) {
    if (!this.#ref || this.uuid) return;
    this.#set({ ref: started(this.#ref, uuid) });
    this.refresh();
  }

  /** @param {Api.Message} message */
  #sent(message) {
    this.#adopt(message.message_group_uuid);
    this.#timeline?.add(message);
    this.#around.inbox.onMessage(message);
  }

  /** @param {Events.ByName["message"]} message */
  #onMessage(message) {
    if (!this.#isOurs(message)) return;
    this.#timeline?.add(message);
    this.#timeline?.changes.heard(message.last_change_seq);
  }

  /** @param {Api.Message} message */
  onChanged(message) {
    if (this.#isOurs(message)) this.#timeline?.change(message);
  }

  /** The rows of the inbox have changed: one of them may be that of this conversation. */
  onRows() {
    this.#followRow();
    const begun = !this.row && this.#around.inbox.withHandle(this.#ref?.handle ?? "");
    if (begun) this.#adopt(begun.uuid);
    this.emit("change");
  }

  /** What its user has cleared, or deleted for themselves, is gone. */
  #followRow() {
    if (!this.row) return;
    this.#timeline?.clear(this.row.cleared_seq ?? 0);
    this.#timeline?.hidden.follow(this.row.hidden_version);
  }

  /** Fetches new messages, where the stream does not get through. */
  async poll() {
    if (this.#timeline?.loaded) await this.#timeline.poll();
    else await this.#found();
  }

  /** @param {{ message_group_uuid: string }} event */
  #isOurs({ message_group_uuid: uuid }) {
    return uuid === this.uuid;
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#set({ error: api.asFailure(error) });
  }

  /** @param {{ ref?: Page.ConversationRef; error?: Page.Failure | null }} state */
  #set({ ref, error }) {
    if (ref) this.#ref = ref;
    if (error !== undefined) this.error = error;
    this.emit("change");
  }
}
