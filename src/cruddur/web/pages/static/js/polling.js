// Asks for news every few seconds, while the window is visible and the live stream does not get through, for example
// because a proxy buffers it.

import { Emitter } from "./emitter.js";

/** @import { LiveStream } from "./live_stream.js" */

const EVERY_MS = 5000;

/** Events: "change", when `works` changes: whether the last poll succeeded.
    @extends {Emitter<{ change: undefined }>} */
export class Polling extends Emitter {
  works = false;
  #stream;
  #poll;
  #timer = 0;

  /** `poll` fetches everything that is shown, and rejects if there is no answer.
      @param {LiveStream} stream
      @param {() => Promise<unknown>} poll */
  constructor(stream, poll) {
    super();
    this.#stream = stream;
    this.#poll = poll;
    stream.on("state", () => this.#begin());
    document.addEventListener("visibilitychange", () => this.#begin());
  }

  #begin() {
    clearTimeout(this.#timer);
    if (this.#stream.state === "polling") this.#ask();
    else this.#found(false);
  }

  async #ask() {
    if (this.#stream.state !== "polling" || document.visibilityState !== "visible") return;
    this.#found(
      await this.#poll().then(
        () => true,
        () => false,
      ),
    );
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), EVERY_MS);
  }

  /** @param {boolean} works */
  #found(works) {
    if (this.works === works) return;
    this.works = works;
    this.emit("change");
  }
}
