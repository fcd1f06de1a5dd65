// Shows the whole page in a frame of a page of another product, and speaks with it by postMessage. embedded.js is the
// other side. Nothing is taken from, or told to, any window but the frame's, nor any origin but the service's.

import { Emitter } from "./emitter.js";

const PREFIX = "cruddur:";

/** @implements {Client.Frame}
    @extends {Emitter<Client.FrameEvents>} */
export class Frame extends Emitter {
  #token;
  #height;
  #look;
  #origin;
  #ended = new AbortController();
  element = document.createElement("iframe");

  /** @param {Element} place
      @param {Client.FrameOptions & { url: string }} options */
  constructor(
    place,
    { url, token, show = "both", to, theme, variables, height, title = "Messages" },
  ) {
    super();
    this.#token = token;
    this.#height = height;
    this.#look = { scheme: theme, variables };
    this.#origin = new URL(url).origin;
    const asked = new URLSearchParams({ show, ...(to && { to }), ...(theme && { theme }) });
    this.element.src = `${url.replace(/\/+$/, "")}/embed?${asked}`;
    this.element.title = title;
    this.element.allow = `clipboard-write ${this.#origin}`;
    Object.assign(this.element.style, { width: "100%", height: "100%", border: "0" });
    addEventListener("message", (event) => this.#hear(event), { signal: this.#ended.signal });
    place.append(this.element);
  }

  /** @param {string} to */
  open(to) {
    this.#say("open", { to });
  }

  /** @param {Client.Look} look */
  theme(look) {
    this.#look = { ...this.#look, ...look };
    this.#say("theme", this.#look);
  }

  close() {
    this.#ended.abort();
    this.element.remove();
  }

  /** @param {MessageEvent} event */
  #hear({ source, origin, data }) {
    if (source !== this.element.contentWindow || origin !== this.#origin) return;
    if (typeof data?.type !== "string" || !data.type.startsWith(PREFIX)) return;
    const { type, ...detail } = data;
    const name = type.slice(PREFIX.length);
    if (name === "hello") this.#say("theme", this.#look);
    else if (name === "token_wanted") this.#answer(detail.reason);
    else if (name === "height") this.#fit(detail.height);
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {Page.WhyAToken} reason */
  async #answer(reason) {
    try {
      this.#say("token", { token: await this.#token(reason) });
    } catch {
      this.#say("token", { token: null, again: true }); // the page asks once more, a little later
    }
  }

  /** @param {number} wanted */
  #fit(wanted) {
    if (!this.#height) return;
    const { min = 0, max = Infinity } = this.#height;
    this.element.style.height = `${Math.min(max, Math.max(min, wanted))}px`;
  }

  /** @param {string} name
      @param {object} more */
  #say(name, more) {
    this.element.contentWindow?.postMessage({ type: PREFIX + name, ...more }, this.#origin);
  }
}
