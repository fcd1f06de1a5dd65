// The live stream. Read with fetch and not EventSource, which hides what matters: whether the answer
// was "signed out" or "come back in 5 s", and the heartbeat, without which a dead line looks alive.

import { retryAfter, session } from "./api.js";
import { holdingLine, isScarce } from "./lines.js";
import { eventsIn } from "./sse.js";
import { backoff, Pause } from "./wait.js";

const SILENCE_MS = 45_000; // three heartbeats
const MOST_WAIT_MS = 20_000;
const HIDDEN_MS = 10_000; // a tab that was only passed by keeps its stream

/** Events: each of the server's by its type, with the JSON as `detail`; and "state". */
export class Stream extends EventTarget {
  state = "connecting"; // "connecting", "open"
  connections = 0;
  #pause = new Pause();
  #abort = null;
  #lastId = null;
  #failures = 0;
  #notBefore = 0;
  #hiding = 0;

  async run() {
    document.addEventListener("visibilitychange", () => this.#seen());
    for (;;) {
      if (!(await isScarce(0))) await holdingLine(() => this.#connect()).catch(() => {});
      this.#setState("connecting");
      this.#failures += 1;
      const wait = backoff(this.#failures, { first: 500, most: MOST_WAIT_MS });
      await this.#pause.for(Math.max(wait, this.#notBefore - Date.now()));
    }
  }

  /** Tries again at once, because something has changed: the network, or somebody looks. */
  retryNow() {
    if (this.state === "open" || Date.now() < this.#notBefore) return;
    this.#failures = 0;
    this.#pause.wake();
  }

  /** Lets go of a connection that can no longer be trusted. */
  restart() {
    this.#abort?.abort();
    this.retryNow();
  }

  /** In the background it makes room for the tabs that are looked at. */
  #seen() {
    clearTimeout(this.#hiding);
    if (document.visibilityState === "visible") this.retryNow();
    else this.#hiding = setTimeout(async () => (await isScarce(1)) && this.restart(), HIDDEN_MS);
  }

  async #connect() {
    const abort = new AbortController();
    this.#abort = abort;
    const watchdog = new Watchdog(() => abort.abort());
    try {
      const response = await this.#open(abort.signal);
      for await (const event of eventsIn(response.body)) {
        watchdog.alive();
        this.#receive(event);
      }
    } finally {
      watchdog.stop();
      abort.abort();
    }
  }

  async #open(signal) {
    const headers = { Accept: "text/event-stream" };
    if (this.#lastId) headers["Last-Event-ID"] = this.#lastId;
    const response = await fetch("/api/events", { headers, signal, cache: "no-store" });
    if (response.ok) return response;
    if (response.status === 401) session.dispatchEvent(new Event("lost"));
    this.#notBefore = Date.now() + (retryAfter(response) ?? 0) * 1000;
    throw new Error(`The stream answered ${response.status}.`);
  }

  #receive({ type, id, data }) {
    if (type === "heartbeat") return;
    if (id) this.#lastId = id;
    if (type === "ready") {
      this.connections += 1;
      this.#failures = 0;
      this.#setState("open");
    }
    this.dispatchEvent(new CustomEvent(type, { detail: JSON.parse(data) }));
  }

  #setState(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}

class Watchdog {
  #bark;
  #timer;

  constructor(bark) {
    this.#bark = bark;
    this.alive();
  }

  alive() {
    this.stop();
    this.#timer = setTimeout(this.#bark, SILENCE_MS);
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
