// What is said about the connection, over a corner of the page, so that nothing moves when it comes or goes.

import { byId, setText } from "./dom.js";
import { fullTime } from "./time.js";

/** @import { LiveStream } from "./live_stream.js" */
/** @import { Polling } from "./polling.js" */

const SHOW_AFTER_MS = 1500;
const POLLING =
  "Live updates do not get through here. New messages are checked for every few seconds.";

/** Shows the state of the connection, but no interruption shorter than SHOW_AFTER_MS. */
export class StatusBar {
  #stream;
  #polling;
  #timer = 0;
  #at;
  #isCopy;
  #wasOpen = false;

  /** `at` is from when the page's copy is, if the device has made the page of it (milliseconds since 1970).
      @param {LiveStream} stream
      @param {Polling} polling
      @param {number} [at] */
  constructor(stream, polling, at) {
    this.#at = at ?? Date.now();
    this.#isCopy = at !== undefined;
    this.#stream = stream;
    this.#polling = polling;
    polling.on("change", () => this.update());
    stream.on("state", () => this.update());
    addEventListener("online", () => this.update());
    addEventListener("offline", () => this.update());
    byId("status-now").addEventListener("click", () => stream.source?.retryNow());
    this.update();
  }

  update() {
    clearTimeout(this.#timer);
    const isOpen = this.#stream.state === "open";
    if (this.#wasOpen) this.#at = Date.now();
    this.#wasOpen = isOpen;
    if (isOpen) this.#isCopy = false;
    if (isOpen) this.#show("");
    else if (!navigator.onLine)
      this.#show(`You are offline. What you write is sent when you are back. ${this.#from()}`);
    else if (this.#isCopy)
      this.#tryAgain(`The service cannot be reached. ${this.#from()} Trying again`);
    else if (this.#polling.works) this.#show(POLLING);
    else this.#timer = setTimeout(() => this.#tryAgain(this.#connecting()), SHOW_AFTER_MS);
  }

  #connecting() {
    return this.#stream.connections ? "Reconnecting" : "Connecting";
  }

  /** From when that is what the page shows. */
  #from() {
    return `This is from ${fullTime(new Date(this.#at).toISOString())}.`;
  }

  /** Counts the seconds until the next try, and offers it now. Screen readers are not told each second.
      @param {string} text */
  #tryAgain(text) {
    const seconds = Math.ceil(((this.#stream.source?.nextTry ?? 0) - Date.now()) / 1000);
    this.#show(text, seconds > 0 ? ` in ${seconds} s` : "…");
    this.#timer = setTimeout(() => this.#tryAgain(text), 1000);
  }

  /** @param {string} text
      @param {string} [when] */
  #show(text, when = "") {
    setText(byId("status-text"), text);
    setText(byId("status-when"), when);
    byId("status-now").hidden = !when.startsWith(" ");
    byId("status-bar").classList.toggle("shown", text !== "");
  }
}
