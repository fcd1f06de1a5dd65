// One live stream for all tabs of a browser: the leader, one of the tabs, holds it and passes its events on to the
// others. Over HTTP/1.1 a browser opens at most six connections to a site, in all its tabs together; a stream for each
// tab would leave none to load a page or to send. Unlike locks and workers, this needs no secure context.

import { spread } from "./backoff.js";
import { Stream } from "./events.js";
import { isLater, longestSilence } from "./tab_leaders.js";
import { uuidv7 } from "./uuid.js";

/** @import { LiveStream } from "./live_stream.js" */

const ASKING_MS = 150; // the leader answers much sooner, unless it is frozen
const LOOK_MS = 1500;
const HANDOVER_MS = 500; // hidden tabs wait, so that a visible one becomes the leader

export class SharedStream {
  #live;
  #memory;
  #id = uuidv7();
  #channel;
  /** @type {Stream | null} The stream, while this tab is the leader. */
  #own = null;
  #since = 0;
  /** @type {Page.Leader | null} */
  #leader = null;
  #heardAt = 0;
  #asked = false;
  /** @type {string | null} */
  #lastId;
  /** @type {string | null} */
  #user = null;
  #nextTry = 0;
  #ended = new AbortController();

  /** @param {LiveStream} live where the events are emitted
      @param {Api.User} me
      @param {string | null} [lastId] the id of the last event that this page knows
      @param {Page.StreamMemory} [memory] what a page of ours remembers for tabs to come */
  constructor(live, me, lastId = null, memory) {
    this.#live = live;
    this.#memory = memory;
    this.#lastId = lastId;
    // A page of ours has more to tell, so that it shares no stream with another product's page of the same origin.
    const name = `cruddur-${memory ? "stream" : "client"}/${me.uuid}`;
    this.#channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
  }

  run() {
    const { signal } = this.#ended;
    this.#channel?.addEventListener("message", ({ data }) => this.#hear(data), { signal });
    document.addEventListener("visibilitychange", () => this.#looked(), { signal });
    addEventListener("pagehide", () => this.#leave(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#begin(), { signal });
    const looking = setInterval(() => this.#look(), LOOK_MS);
    signal.addEventListener("abort", () => clearInterval(looking));
    this.#begin();
  }

  /** Ends it for good. Another tab takes the stream over, if there is one. */
  close() {
    this.#leave();
    this.#ended.abort();
    this.#channel?.close();
  }

  /** Whether this tab holds the stream, so that it does for all tabs what is to be done once. */
  get isLeader() {
    return this.#own !== null;
  }

  /** When the stream connects again, in milliseconds since 1970; 0 while it does. */
  get nextTry() {
    return this.#own?.nextTry ?? this.#nextTry;
  }

  /** Tries again at once. */
  retryNow() {
    if (this.#own) this.#own.retryNow();
    else this.#say({ type: "doubt" });
  }

  /** Closes a connection that may be broken, and connects again. */
  restart() {
    if (this.#own) this.#own.restart();
    else this.#say({ type: "doubt" });
  }

  /** Asks to hear who of these people, whom this tab shows, is online.
      @param {string[]} people */
  watch(people) {
    if (!this.#memory) return;
    this.#memory.shown = people;
    this.#memory.shows(this.#id, people);
    if (!this.#own) this.#say({ type: "shows", people });
  }

  #begin() {
    this.#heardAt = Date.now();
    this.#say({ type: "who", isNew: true });
    this.#leadAfter(this.#channel ? ASKING_MS : 0);
  }

  /** Makes this tab the leader, unless another one is by then.
      @param {number} milliseconds */
  #leadAfter(milliseconds) {
    this.#leader = null;
    setTimeout(() => this.#leader || this.#lead(), milliseconds);
  }

  /** Makes this tab the leader. If two tabs do so at the same moment, they hear each other, and one resigns. */
  #lead() {
    if (this.#own || this.#ended.signal.aborted) return;
    this.#since = Date.now();
    this.#leader = null;
    const own = new Stream(this.#lastId, this.#memory?.leads());
    this.#own = own;
    own.on("event", (event) => {
      this.#say({ type: "event", event });
      this.#take(event);
    });
    own.on("state", (state) => {
      this.#setState(state);
      this.#announce();
    });
    this.#announce();
    own.run();
  }

  #resign() {
    this.#own?.stop();
    this.#own = null;
  }

  #leave() {
    this.#say({ type: "shows", people: [] });
    if (this.#own) this.#say({ type: "bye" });
    this.#resign();
  }

  #announce() {
    this.#say({
      type: "lead",
      state: this.#live.state,
      user: this.#user,
      since: this.#since,
      coveredMs: this.#memory?.coveredMs,
      lastId: this.#own?.lastId,
      nextTry: this.nextTry,
    });
  }

  /** @param {Page.TabSaying} message */
  #say(message) {
    if (!this.#ended.signal.aborted) this.#channel?.postMessage({ from: this.#id, ...message });
  }

  /** @param {Page.TabMessage} message */
  #hear(message) {
    const { type, from } = message;
    if (type === "who" && this.#own) this.#answer(message.isNew);
    else if (type === "doubt") this.#own?.doubt();
    else if (type === "lead") this.#heardOfLeader(message);
    else if (type === "bye" && from === this.#leader?.from) this.#takeOver();
    else if (type === "event" && !this.#own) this.#heardEvent(message);
    else if (type === "shows") this.#memory?.shows(from, message.people);
  }

  /** Tells a tab who leads, and of what it has not heard.
      @param {boolean} [isNew] */
  #answer(isNew) {
    this.#announce();
    for (const event of this.#memory?.told(isNew) ?? []) this.#say({ type: "event", event });
  }

  /** @param {Page.TabMessage & { type: "lead" }} options */
  #heardOfLeader({ from, since, state, user, coveredMs, lastId, nextTry = 0 }) {
    if (this.#own && !isLater({ from, since }, { from: this.#id, since: this.#since }))
      return this.#announce();
    this.#resign();
    const isNew = from !== this.#leader?.from;
    this.#heard({ from, since });
    this.#lastId = lastId ?? this.#lastId;
    this.#nextTry = nextTry;
    this.#memory?.follows();
    this.#setState(state);
    if (!isNew) return undefined;
    this.#say({ type: "shows", people: this.#memory?.shown ?? [] });
    if (state === "open" && user) this.#join(user, coveredMs);
    return undefined;
  }

  /** Begins to hear a stream that is open.
      @param {string} user
      @param {number} [coveredMs] */
  #join(user, coveredMs) {
    const detail = { is_complete: this.#memory?.isCovered(coveredMs) ?? false, at: "" };
    this.#take({ type: "ready", id: null, detail: { user_uuid: user, stream_id: "" } });
    this.#take({ type: "caught_up", id: null, detail });
  }

  /** @param {{ from: string; event: Page.ServerEvent }} options */
  #heardEvent({ from, event }) {
    if (this.#leader && from !== this.#leader.from) return;
    this.#heard(this.#leader ?? { from, since: 0 });
    this.#take(event);
  }

  /** @param {Page.Leader} leader */
  #heard(leader) {
    this.#leader = leader;
    this.#heardAt = Date.now();
    this.#asked = false;
  }

  /** @param {Page.ServerEvent} event */
  #take(event) {
    const { type, id, detail } = event;
    if (id) this.#lastId = id;
    this.#memory?.take(event, this.isLeader);
    if (type === "ready") {
      this.#user = detail.user_uuid;
      this.#live.connections += 1;
      this.#setState("open");
    }
    this.#live.emit(type, detail);
    this.#live.emit("event", event);
  }

  /** Announces this leader, or asks a leader that was silent for long. A closed leader says so, but one that crashed
      or was frozen does not, and does not answer either. */
  #look() {
    if (this.#own) this.#announce();
    else if (this.#leader && Date.now() - this.#heardAt > longestSilence()) this.#ask();
  }

  #ask() {
    if (this.#asked) this.#lead();
    else this.#say({ type: "who" });
    this.#asked = !this.#asked;
  }

  #looked() {
    if (document.visibilityState !== "visible") return;
    if (this.#own) this.#own.retryNow();
    else this.#heardAt = 0; // so that the next look asks the leader
  }

  #takeOver() {
    const wait = document.visibilityState === "visible" ? 0 : HANDOVER_MS;
    this.#leadAfter(spread(wait));
  }

  /** @param {Page.StreamState} state */
  #setState(state) {
    if (this.#live.state === state) return;
    this.#live.state = state;
    this.#live.emit("state", state);
  }
}
