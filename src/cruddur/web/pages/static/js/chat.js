// The connection of a page of another product: whose it is, the inbox, the stream of events, and the outbox.

import * as api from "./api.js";
import { authorizeBy } from "./authorized.js";
import { reachAt } from "./base_path.js";
import { Emitter } from "./emitter.js";
import { Inbox } from "./inbox.js";
import { InboxList } from "./inbox_list.js";
import { goLive } from "./live.js";
import { LiveStream } from "./live_stream.js";
import { notePictures } from "./pictures.js";
import { Retries } from "./retries.js";
import { Talk } from "./talk.js";
import { Tokens } from "./tokens.js";
import { UnreadCount } from "./unread_count.js";

/** Events of the stream that a page is not told: a chat has its own of these names. */
const OWN = ["ready", "unread", "group_changed"];

/** @implements {Client.Chat}
    @extends {Emitter<Client.ChatEvents>} */
export class Chat extends Emitter {
  /** @type {Api.Me | null} */
  me = null;
  /** @type {Client.State} */
  state = "connecting";
  /** @type {Api.User} Filled as soon as the service says whose token it is. */
  #user = { uuid: "", handle: "", display_name: "" };
  #rows = new Inbox(this.#user, [], null);
  inbox = new InboxList(this.#rows);
  #unread = new UnreadCount(this.#rows, (unread) => this.emit("unread", unread));
  /** @type {Omit<import("./talk.js").Begun, "me"> | null} */
  #parts = null;
  /** @type {Set<Talk>} */
  #talks = new Set();
  #ended = new AbortController();

  /** @param {Client.Options & { url: string }} options */
  constructor({ url, token }) {
    super();
    reachAt(url.replace(/\/+$/, ""));
    authorizeBy(new Tokens(token));
    api.actAs(null);
    const { signal } = this.#ended;
    api.session.on("lost", () => this.#end("signed_out"), signal);
    api.session.on("changed", () => this.#end("signed_out"), signal);
    this.#rows.on("change", () => this.#rowsChanged());
    this.ready = this.#begin();
    this.ready.catch(() => {}); // `state` says it as well
  }

  get unread() {
    return this.#unread.value;
  }

  /** @param {string} to */
  conversation(to) {
    const talk = new Talk(to, {
      begun: () => this.#begun(),
      inbox: this.#rows,
      closed: () => this.#talks.delete(talk),
    });
    this.#talks.add(talk);
    return talk;
  }

  /** @param {string} method
      @param {string} path
      @param {unknown} [body] */
  async call(method, path, body) {
    return (await api.call(method, path, body)).data;
  }

  close() {
    this.#end("closed");
  }

  /** What conversations need, once it is known whose page this is. */
  async #begun() {
    await this.ready;
    if (!this.#parts) throw this.#ended.signal.reason;
    return { me: this.#user, ...this.#parts };
  }

  async #begin() {
    const me = await this.#whose();
    api.actAs(me.uuid);
    Object.assign(this.#user, me);
    this.me = me;
    const stream = new LiveStream();
    this.#follow(stream);
    const outbox = await goLive({
      me,
      stream,
      lastSeqOf: (entry) => this.#lastSeqOf(entry),
      poll: () => Promise.all([this.#rows.poll(), ...this.#each((talk) => talk.poll())]),
      signal: this.#ended.signal,
    });
    this.#parts = { stream, outbox };
    return me;
  }

  /** Asks whose token it is until there is an answer.
      @returns {Promise<Api.Me>} */
  async #whose() {
    const { signal } = this.#ended;
    /** @type {Api.Me | undefined} */
    let me;
    const asking = new Retries(
      async () => {
        signal.throwIfAborted();
        const answer = await api.get("/api/me").catch((error) => {
          tellTrouble(error);
          throw error;
        });
        me = answer.data;
        return true;
      },
      { tries: Infinity, most: 20_000 },
    );
    signal.addEventListener("abort", () => asking.wake());
    await asking.run();
    signal.throwIfAborted();
    return /** @type {Api.Me} */ (/** @type {unknown} */ (me));
  }

  /** @param {LiveStream} stream */
  #follow(stream) {
    stream.on("ready", (ready) => this.#open(ready));
    stream.on("state", (state) => this.#setState(state));
    stream.on("message", (message) => this.#rows.onMessage(message));
    stream.on("message_changed", (message) => this.#rows.onChanged(message));
    stream.on("read", (read) => this.#rows.onRead(read.message_group_uuid, read.seq));
    stream.on("row_settings", (settings) => this.#rows.onSettings(settings));
    stream.on("messages_hidden", (hidden) => this.#rows.onHidden(hidden));
    stream.on("person", (person) => {
      notePictures(person);
      this.#rows.rename(person.user_uuid, person.display_name);
    });
    stream.on("group", (group) => this.#rows.put(group));
    stream.on("group_changed", (changed) => {
      const row = this.#rows.onGroup(changed);
      if (row) this.dispatchEvent(new CustomEvent("group", { detail: { ...row, ...changed } }));
    });
    stream.on("left", (left) => this.#rows.forget(left.message_group_uuid));
    stream.on("event", ({ type, detail }) => {
      if (!OWN.includes(type)) this.dispatchEvent(new CustomEvent(type, { detail }));
    });
  }

  /** The stream is open: from now on it misses nothing, and what was missed before is read by its numbers.
      @param {Events.Ready} ready */
  #open({ user_uuid: uuid }) {
    if (uuid !== this.#user.uuid) return this.#end("signed_out");
    this.inbox.refresh();
    for (const talk of this.#talks) talk.refresh();
    return undefined;
  }

  #rowsChanged() {
    for (const talk of this.#talks) talk.onRows();
    this.emit("inbox");
  }

  /** @template Result
      @param {(talk: Talk) => Result} work */
  #each(work) {
    return [...this.#talks].map(work);
  }

  /** The greatest known number of the conversation of an outbox entry; 0 if it has not been started.
      @param {Page.Address} entry */
  #lastSeqOf({ message_group_uuid: uuid, handle }) {
    const row = uuid ? this.#rows.row(uuid) : this.#rows.withHandle(handle ?? "");
    const known = this.#each((talk) => (talk.uuid && talk.uuid === row?.uuid ? talk.last : 0));
    return Math.max(0, row?.last_seq ?? 0, ...known);
  }

  /** @param {"signed_out" | "closed"} state */
  #end(state) {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort(new Error("The chat was closed."));
    this.#unread.close();
    for (const talk of this.#talks) talk.close();
    this.#setState(state);
  }

  /** @param {Client.State} state */
  #setState(state) {
    if (this.state === state || this.state === "closed") return;
    this.state = state;
    this.emit("state", state);
  }
}

/** @param {unknown} error */
async function tellTrouble(error) {
  try {
    const { tell } = await import("./trouble.js");
    tell(error);
  } catch {} // the service cannot be reached, as the browser itself says
}
