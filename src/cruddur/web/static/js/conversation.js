// The open conversation: its messages from the timeline, those on their way from the outbox, and what
// one does to them.

import * as api from "./api.js";
import { addressOf, started } from "./place.js";
import { Reader } from "./reader.js";
import { Timelines } from "./timelines.js";

const LONG = 200; // messages, of which a log that is read at its end …
const KEPT = 100; // … keeps so many

/** Events: "place" (another one is open, or it has got its uuid), "gone" (we are no longer in it). */
export class Conversation extends EventTarget {
  place = null;
  timeline = null;
  error = null;
  #parts;
  #timelines = new Timelines((timeline) => timeline === this.timeline && this.render());
  #newFrom = null;
  #fresh = true; // nothing of it was shown yet

  /** `parts`: me, inbox, outbox, stream, log, composer, ask, typing. */
  constructor(parts) {
    super();
    this.#parts = parts;
    const { log, inbox, outbox, composer } = parts;
    this.reader = new Reader(inbox, () => this.#newestInView());
    log.addEventListener("top", () => this.#older());
    log.addEventListener("bottom", () => this.render({ quiet: true }));
    outbox.addEventListener("change", ({ detail }) => this.#outboxChanged(detail));
    outbox.addEventListener("sent", ({ detail }) => this.#sent(detail));
    composer.addEventListener("send", ({ detail }) => this.#send(detail.text));
    composer.addEventListener("edit", ({ detail }) => this.#edit(detail));
    composer.addEventListener("edit-last", () => this.#editLast());
    composer.addEventListener("typing", () => this.place?.uuid && parts.typing.say(this.place.uuid));
  }

  /** `first` is {messages, older} when the server has rendered them into the page. */
  async open(place, first = null) {
    this.place = place;
    this.error = null;
    this.#fresh = true;
    this.#newFrom = this.#firstUnread();
    this.timeline = place.uuid ? this.#timelines.open(place.uuid) : null;
    if (first && this.timeline) this.timeline.start(first.messages, first.older);
    this.#parts.log.clear();
    this.dispatchEvent(new Event("place"));
    this.#parts.composer.open(place.key);
    this.render({ quiet: true });
    if (!first) await this.refresh();
  }

  close() {
    this.place = null;
    this.timeline = null;
    this.#parts.log.clear();
    this.dispatchEvent(new Event("place"));
  }

  /** Fetches what is missing; the conversation stays usable when that fails. */
  async refresh() {
    const { timeline } = this;
    if (!timeline) return;
    try {
      await timeline.refresh();
      if (timeline === this.timeline) this.#setError(null);
    } catch (error) {
      if (timeline !== this.timeline) return;
      if (error.status === 404) this.dispatchEvent(new CustomEvent("gone", { detail: timeline.uuid }));
      else if (!timeline.loaded) this.#setError(error);
    }
  }

  /** From the stream. */
  onMessage(message) {
    const timeline = this.#timelines.get(message.message_group_uuid);
    if (!timeline) return;
    if (timeline === this.timeline) this.#notice(message);
    timeline.add(message);
  }

  onChanged(message) {
    this.#timelines.get(message.message_group_uuid)?.change(message);
  }

  forget(uuid) {
    this.#timelines.forget(uuid);
  }

  /** The conversation that was about to be started exists now, perhaps because they wrote first. */
  adopt(uuid) {
    if (!this.place || this.place.uuid) return;
    this.place = started(this.place, uuid);
    this.timeline = this.#timelines.open(uuid);
    this.dispatchEvent(new Event("place"));
    this.refresh();
  }

  /** Acts on a message: edit, delete, retry, take (back into the composer), discard. */
  async act(name, uuid) {
    const message = this.#confirmed().find((one) => one.uuid === uuid);
    if (name === "edit" && message) this.#parts.composer.startEditing(message);
    if (name === "delete" && message) await this.#delete(message);
    if (name === "retry") await this.#parts.outbox.retry(uuid);
    if (name === "take") await this.#takeBack(uuid);
    if (name === "discard") await this.#discard(uuid);
  }

  render({ quiet = false } = {}) {
    if (!this.place) return;
    this.#trim();
    const { log, me } = this.#parts;
    const confirmed = this.#confirmed();
    const items = [...confirmed, ...this.#pending(confirmed)];
    const wasFresh = this.#fresh && this.timeline?.loaded;
    log.show(items, {
      newFrom: this.#newFrom,
      named: this.place.kind === "group",
      unseen: this.#unseen(me),
      quiet: quiet || this.#fresh,
    });
    if (wasFresh) {
      this.#fresh = false;
      log.toNew();
    }
    this.reader.check();
  }

  /** What lies further up comes again on scrolling; but nothing goes that somebody has to do with. */
  #trim() {
    const { timeline } = this;
    const { log, composer } = this.#parts;
    const isLong = timeline && timeline.last - timeline.first >= LONG;
    if (!isLong || this.#fresh || !log.showsNewest || log.isHeld) return;
    const needed = [this.#newFrom, composer.editing?.seq].map((seq) => seq ?? timeline.last);
    timeline.cut(Math.min(timeline.last - KEPT + 1, ...needed));
  }

  /** What was read without a gap, and one's own behind a gap: those must not vanish while it is filled. */
  #confirmed() {
    if (!this.timeline) return [];
    const isMine = ({ user_uuid: sender }) => sender === this.#parts.me.uuid;
    const shown = [...this.timeline.visible(), ...this.timeline.early().filter(isMine)];
    return shown.map((message) => ({ ...message, state: "sent" }));
  }

  #pending(confirmed) {
    const { outbox, me } = this.#parts;
    const shown = new Set(confirmed.map(({ uuid }) => uuid));
    const waiting = outbox.of(this.place.key).filter((entry) => !shown.has(entry.message_uuid));
    return waiting.map((entry) => ({
      uuid: entry.message_uuid,
      seq: null,
      user_uuid: me.uuid,
      display_name: me.display_name,
      message: entry.message,
      created_at: entry.created_at,
      ...this.#stateOf(entry),
    }));
  }

  #stateOf(entry) {
    if (entry.failed) return { state: "failed", trouble: `Not sent: ${entry.failed.detail}` };
    if (entry.attempts === 0 && this.#parts.stream.state === "open") return { state: "sending" };
    const trouble = entry.attempts > 0 ? "Not sent yet – trying again." : null;
    return { state: "waiting", trouble };
  }

  #readSeq() {
    return this.#parts.inbox.row(this.place.uuid)?.read_seq ?? 0;
  }

  #firstUnread() {
    const row = this.place.uuid ? this.#parts.inbox.row(this.place.uuid) : null;
    return row && row.unread > 0 ? row.read_seq + 1 : null;
  }

  #unseen(me) {
    const read = this.#readSeq();
    const isUnseen = ({ seq, user_uuid: sender }) => seq > read && sender !== me.uuid;
    return this.timeline?.visible().filter(isUnseen).length ?? 0;
  }

  #newestInView() {
    const { place, timeline } = this;
    if (!place?.uuid || !timeline?.loaded || this.#fresh || !this.#parts.log.showsNewest) return null;
    return timeline.last > 0 ? { uuid: place.uuid, seq: timeline.last } : null;
  }

  /** Where the unread ones begin is decided when one comes that nobody looks at. */
  #notice(message) {
    if (message.user_uuid === this.#parts.me.uuid) return;
    const isWatched = Reader.isSomebodyThere() && this.#parts.log.showsNewest;
    const isOver = this.#newFrom === null || this.#newFrom <= this.#readSeq();
    if (!isWatched && isOver) this.#newFrom = message.seq;
  }

  #older() {
    this.timeline?.loadOlder().catch(() => {}); // scrolling asks again
  }

  #outboxChanged({ conversation }) {
    if (conversation === this.place?.key) this.render();
  }

  #sent({ entry, message }) {
    const uuid = message.message_group_uuid;
    const isHere = entry.conversation === this.place?.key;
    const timeline = isHere ? this.#timelines.open(uuid) : this.#timelines.get(uuid);
    timeline?.add(message);
    if (isHere) this.adopt(uuid);
    this.#parts.inbox.onMessage(message);
  }

  async #send(text) {
    const { outbox, log, composer, typing } = this.#parts;
    this.#newFrom = null;
    log.toBottom();
    if (this.place.uuid) typing.sent(this.place.uuid);
    const { key } = this.place;
    try {
      await outbox.add(addressOf(this.place), text);
      composer.handedOver(key, text);
    } catch {
      composer.bringBack(key, text);
      composer.complain("This browser could not keep the message. Is its storage full?", key);
    }
  }

  async #edit({ conversation, message, text }) {
    const { composer } = this.#parts;
    try {
      if (text !== message.message) {
        this.#changed(await api.editMessage(message.message_group_uuid, message.seq, text));
      }
      composer.stopEditing(conversation, message);
    } catch (error) {
      composer.complain(error.message, conversation);
    }
  }

  #editLast() {
    const { me, composer } = this.#parts;
    const isMine = ({ user_uuid: sender, deleted_at: deleted }) => sender === me.uuid && !deleted;
    const last = this.timeline?.visible().findLast(isMine);
    if (last) composer.startEditing(last);
  }

  async #delete(message) {
    const sure = await this.#parts.ask({
      title: "Delete this message?",
      text: "It is deleted for everybody in the conversation.",
      yes: "Delete",
    });
    if (!sure) return;
    const { composer } = this.#parts;
    const { key } = this.place;
    try {
      this.#changed(await api.deleteMessage(message.message_group_uuid, message.seq));
      composer.stopEditing(key, message);
    } catch (error) {
      composer.complain(error.message, key);
    }
  }

  #changed(message) {
    this.onChanged(message);
    this.#parts.inbox.onChanged(message);
  }

  /** It may have to wait for another message's answer; by then another conversation may be open. */
  async #takeBack(uuid) {
    const { key } = this.place;
    const text = await this.#parts.outbox.take(uuid);
    if (text !== null) this.#parts.composer.bringBack(key, text);
  }

  async #discard(uuid) {
    const sure = await this.#parts.ask({
      title: "Discard this message?",
      text: "It was not sent, and its text will be gone.",
      yes: "Discard",
    });
    if (sure) await this.#parts.outbox.take(uuid);
  }

  #setError(error) {
    this.error = error;
    this.dispatchEvent(new Event("place"));
  }
}
