// Asks for news every few seconds, while the window is visible and the live stream does not get through, for example
// because a proxy buffers it.

import { Emitter } from "./emitter.js";

/** @import { LiveStream } from "./live_stream.js" */

const EVERY_MS = 5000;

/** `poll` fetches everything that is shown, and rejects if there is no answer. `told` hears whether the last one came.
    @param {LiveStream} stream
    @param {() => Promise<unknown>} poll
    @param {{ signal?: AbortSignal; told?: (works: boolean) => void }} [options] */
export function pollWithout(stream, poll, { signal, told } = {}) {
  let timer = 0;
  const ask = async () => {
    clearTimeout(timer);
    if (stream.state !== "polling" || signal?.aborted) return told?.(false);
    if (document.visibilityState !== "visible") return undefined;
    const works = await poll().then(
      () => true,
      () => false,
    );
    told?.(works);
    clearTimeout(timer);
    timer = setTimeout(ask, EVERY_MS);
    return undefined;
  };
  stream.on("state", ask);
  document.addEventListener("visibilitychange", ask, { signal });
}

/** Events: "change", when `works` changes: whether the last poll succeeded.
    @extends {Emitter<{ change: undefined }>} */
export class Polling extends Emitter {
  works = false;

  /** @param {LiveStream} stream
      @param {() => Promise<unknown>} poll */
  constructor(stream, poll) {
    super();
    pollWithout(stream, poll, { told: (works) => this.#found(works) });
  }

  /** @param {boolean} works */
  #found(works) {
    if (this.works === works) return;
    this.works = works;
    this.emit("change");
  }
}
