// The whole page in a frame of a page of another product. What speaks with it is fetched when there is one.

import { Emitter } from "./emitter.js";

/** @implements {Client.Frame}
    @extends {Emitter<Client.FrameEvents>} */
export class Frame extends Emitter {
  element = document.createElement("iframe");
  #talk;

  /** @param {Element} place
      @param {Client.FrameOptions & { url: string }} options */
  constructor(place, options) {
    super();
    place.append(this.element);
    this.#talk = this.#begin(options);
  }

  /** @param {Client.FrameOptions & { url: string }} options */
  async #begin(options) {
    try {
      const { FrameTalk } = await import("./frame.js");
      return new FrameTalk(this, options);
    } catch {
      this.emit("error", { code: "unreachable", detail: "The server cannot be reached." });
      return null;
    }
  }

  /** @param {string} to */
  open(to) {
    this.#talk.then((talk) => talk?.open(to));
  }

  /** @param {Client.Look} look */
  theme(look) {
    this.#talk.then((talk) => talk?.theme(look));
  }

  close() {
    this.#talk.then((talk) => talk?.close());
    this.element.remove();
  }
}
