// Speaks with the page that a frame of another product's page shows, by postMessage. embedded.js is the other side.
// Nothing is taken from, or told to, any window but the frame's, nor any origin but the service's.

/** @import { Frame } from "./frame_stub.js" */

const PREFIX = "cruddur:";
const HELLO_MS = 3_000; // a page that is loaded says hello at once

export class FrameTalk {
  #frame;
  #token;
  #height;
  #look;
  #origin;
  #ended = new AbortController();
  #isHeard = false;

  /** @param {Frame} frame
      @param {Client.FrameOptions & { url: string }} options */
  constructor(frame, { url, token, show = "both", to, theme, variables, height, title }) {
    this.#frame = frame;
    this.#token = token;
    this.#height = height;
    this.#look = { scheme: theme, variables };
    this.#origin = new URL(url).origin;
    const asked = new URLSearchParams({ show, ...(to && { to }), ...(theme && { theme }) });
    const { element } = frame;
    element.title = title ?? "Messages";
    element.allow = `clipboard-write ${this.#origin}`;
    Object.assign(element.style, { width: "100%", height: "100%", border: "0" });
    addEventListener("message", (event) => this.#hear(event), { signal: this.#ended.signal });
    element.addEventListener("load", () => this.#expect(), { signal: this.#ended.signal });
    element.src = `${url.replace(/\/+$/, "")}/embed?${asked}`;
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
  }

  /** @param {MessageEvent} event */
  #hear({ source, origin, data }) {
    if (source !== this.#frame.element.contentWindow || origin !== this.#origin) return;
    if (typeof data?.type !== "string" || !data.type.startsWith(PREFIX)) return;
    const { type, ...detail } = data;
    const name = type.slice(PREFIX.length);
    this.#isHeard = true;
    if (name === "hello") this.#say("theme", this.#look);
    else if (name === "token_wanted") this.#answer(detail.reason);
    else if (name === "height") this.#fit(detail.height);
    this.#frame.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** A browser that refuses to show the frame tells only the console, and in words of its own. */
  #expect() {
    setTimeout(() => {
      if (this.#isHeard || this.#ended.signal.aborted) return;
      const detail = `${this.#origin} shows nothing in a frame of ${location.origin}. CRUDDUR_FRAMES has to name this origin.`;
      // biome-ignore lint/suspicious/noConsole: it is for the developer of a page that shows no frame
      console.warn(`Cruddur Messages: ${detail}`);
      this.#frame.emit("error", { code: "frame_refused", detail });
    }, HELLO_MS);
  }

  /** @param {Page.WhyAToken} reason */
  async #answer(reason) {
    try {
      this.#say("token", { token: await this.#token(reason) });
    } catch (error) {
      // biome-ignore lint/suspicious/noConsole: it is for the developer of a page whose function fails
      console.warn("Cruddur Messages: `token` failed", error);
      this.#say("token", { token: null, again: true }); // the page asks once more, a little later
    }
  }

  /** @param {number} wanted */
  #fit(wanted) {
    if (!this.#height) return;
    const { min = 0, max = Infinity } = this.#height;
    this.#frame.element.style.height = `${Math.min(max, Math.max(min, wanted))}px`;
  }

  /** @param {string} name
      @param {object} more */
  #say(name, more) {
    this.#frame.element.contentWindow?.postMessage({ type: PREFIX + name, ...more }, this.#origin);
  }
}
