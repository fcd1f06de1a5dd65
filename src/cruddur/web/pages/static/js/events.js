// The live stream. It is read with fetch, since EventSource hides the status of the answer, Retry-After, and the
// heartbeats, by which a lost connection is recognized.

import { Emitter } from "./emitter.js";
import { retryAfter, session } from "./api.js";
import { send } from "./authorized.js";
import { eventsIn } from "./sse.js";
import { atMost, backoff, Pause } from "./backoff.js";

const READY_MS = 10_000; // if the first event takes longer, a proxy buffers the stream
const QUIET_MS = 45_000; // three heartbeats
const DOUBT_MS = 20_000; // more than one
const FIRST_WAIT_MS = 500;
const MOST_WAIT_MS = 20_000;
const MOST_SPREAD_MS = 120_000;
const BLOCKED_WAIT_MS = 30_000;
const MOST_SILENCES = 2;

/** Events: "event" for each event of the server, and "state".
    @extends {Emitter<{ event: Page.ServerEvent, state: Page.StreamState }>} */
export class Stream extends Emitter {
  /** @type {Page.StreamState} */
  state = "connecting";
  /** When it connects again, in milliseconds since 1970; 0 while it does. */
  nextTry = 0;
  #pause = new Pause();
  /** @type {AbortController | null} */
  #abort = null;
  /** The id of the last event, and when it came by this page's own clock. */
  #last;
  #page;
  /** Over which time the server lets its clients come back, in milliseconds. */
  #spreadMs = FIRST_WAIT_MS;
  #failures = 0;
  #silences = 0;
  #notBefore = 0;
  #aliveAt = 0;
  #aliveTick = 0; // by a clock that nobody sets
  #isStopped = false;

  /** `lastId` is the id of the last event that a tab of this browser has received, `page` the id of the page that the
      server has just made.
      @param {string | null} [lastId]
      @param {string | null} [page] */
  constructor(lastId = null, page = null) {
    super();
    this.#last = { id: lastId, at: Number.NaN };
    this.#page = page;
  }

  /** The id from which to go on: that of the last event, as much later as the stream was alive since. So an absence
      after a quiet day is a short one. */
  get lastId() {
    const { id, at } = this.#last;
    const moment = Date.parse(id ?? "") + Math.max(0, this.#aliveTick - at);
    return Number.isNaN(moment) ? id : new Date(moment).toISOString();
  }

  async run() {
    while (!this.#isStopped) {
      const isBlocked = await this.#connect().catch((reason) => reason === Blocked);
      if (this.#isStopped) return;
      this.#setState(isBlocked ? "polling" : "connecting");
      this.#failures += 1;
      const wait = isBlocked
        ? BLOCKED_WAIT_MS
        : this.#failures === 1
          ? atMost(this.#spreadMs)
          : backoff(this.#failures, { first: FIRST_WAIT_MS, most: MOST_WAIT_MS });
      const until = Math.max(wait, this.#notBefore - Date.now());
      this.nextTry = Date.now() + until;
      await this.#pause.for(until);
      this.nextTry = 0;
    }
  }

  stop() {
    this.#isStopped = true;
    this.#abort?.abort();
    this.#pause.wake();
  }

  /** Tries again at once. To be called when the network is back or the window is shown. */
  retryNow() {
    if (this.state !== "connecting" || Date.now() < this.#notBefore) return;
    this.#failures = 0;
    this.#pause.wake();
  }

  /** Closes a connection that may be broken, and connects again. */
  restart() {
    this.#abort?.abort();
    this.retryNow();
  }

  /** Tries again, or restarts the connection if nothing was received for longer than a heartbeat takes. */
  doubt() {
    this.retryNow();
    if (Date.now() - this.#aliveAt > DOUBT_MS) this.restart();
  }

  /** Reads events until the stream ends, and always throws: `Blocked` if a proxy seems to buffer the events. */
  async #connect() {
    const abort = new AbortController();
    this.#abort = abort;
    let reason = new Error();
    const blocked = () => {
      reason = Blocked;
      abort.abort();
    };
    const quiet = () => {
      this.#silences += 1;
      if (this.#silences < MOST_SILENCES) abort.abort();
      else blocked();
    };
    let timer = setTimeout(blocked, READY_MS);
    try {
      for await (const event of eventsIn(await this.#open(abort.signal))) {
        this.#aliveAt = Date.now();
        this.#aliveTick = performance.now();
        this.#receive(event);
        if (this.state !== "open") continue;
        clearTimeout(timer);
        timer = setTimeout(quiet, QUIET_MS);
      }
    } catch (error) {
      if (error === Blocked) reason = Blocked;
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
    throw reason;
  }

  /** @param {AbortSignal} signal */
  async #open(signal) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "text/event-stream" };
    if (this.lastId) headers["Last-Event-ID"] = this.lastId;
    const page = this.#page ? `&page=${encodeURIComponent(this.#page)}` : "";
    const path = `/api/events?group_rows=false${page}`;
    const response = await send(path, { headers, signal, cache: "no-store" });
    if (response.ok) return response;
    if (response.status === 401) session.ends("lost");
    this.#notBefore = Date.now() + (retryAfter(response) ?? 0) * 1000;
    if (response.status === 429) throw Blocked; // too many streams are open; other requests are answered
    throw new Error();
  }

  /** @param {import("./sse.js").SseEvent} event */
  #receive({ type, id, data }) {
    if (type === "heartbeat") this.#silences = 0;
    else if (type === "retry") this.#spreadMs = Math.min(Number(data), MOST_SPREAD_MS);
    else this.#heard(type, id, data);
  }

  /** @param {string} type
      @param {string | null} id
      @param {string} data */
  #heard(type, id, data) {
    if (id) this.#last = { id, at: type === "caught_up" ? performance.now() : Number.NaN };
    if (type === "ready") {
      this.#failures = 0;
      this.#page = null;
      this.#setState("open");
    }
    const event = /** @type {Page.ServerEvent} */ ({ type, id, detail: JSON.parse(data) });
    this.emit("event", event);
  }

  /** @param {Page.StreamState} state */
  #setState(state) {
    if (this.state === state) return;
    this.state = state;
    this.emit("state", state);
  }
}

/** The stream does not get through. */
const Blocked = new Error();
