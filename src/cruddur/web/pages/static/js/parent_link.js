// Speaks with the page of another product that shows this one in a frame. frame.js is the other side.
//
// Only the window that holds this frame is heeded, and only while its page is of an origin that the service allows: any
// other page could pretend to be the host, give this page a token of its own person, and read what is written here.

const PREFIX = "cruddur:";
const ASK_AGAIN_MS = 2000; // the host's page may not listen yet

/** @typedef {{ token: { token: string | null; again?: boolean }; theme: Client.Look; open: { to: string } }} FromParent */

export class ParentLink {
  #origins;
  /** @type {Partial<{ [Name in keyof FromParent]: (detail: FromParent[Name]) => void }>} */
  #heard = {};

  /** @param {string[]} origins that may show this page */
  constructor(origins) {
    this.#origins = origins;
    addEventListener("message", (event) => this.#hear(event));
  }

  /** Calls `listener` with each message of this name, in place of the one before.
      @template {keyof FromParent} Name
      @param {Name} name
      @param {(detail: FromParent[Name]) => void} listener */
  on(name, listener) {
    Object.assign(this.#heard, { [name]: listener });
  }

  /** Tells the host. The browser delivers it only if the host's page is of one of the allowed origins.
      @param {keyof Client.FrameEvents} name
      @param {object} detail */
  tell(name, detail) {
    for (const origin of this.#addressed())
      parent.postMessage({ type: PREFIX + name, ...detail }, origin);
  }

  /** Asks the host for a token until it answers. Rejects if it has none now, and may have one later.
      @param {Page.WhyAToken} reason
      @returns {Promise<string | null>} */
  async token(reason) {
    const ask = () => this.tell("token_wanted", { reason });
    const asking = setInterval(ask, ASK_AGAIN_MS);
    ask();
    const { token, again } = await new Promise((resolve) => this.on("token", resolve));
    clearInterval(asking);
    if (again) throw new Error("The host has no token now.");
    return token;
  }

  /** The origin of the host's page, where the browser says it; a message to another one is an error on the console. */
  #addressed() {
    const referrer = URL.canParse(document.referrer) ? new URL(document.referrer).origin : "";
    const known = location.ancestorOrigins?.[0] ?? referrer;
    return this.#origins.includes(known) ? [known] : this.#origins;
  }

  /** @param {MessageEvent} event */
  #hear({ source, origin, data }) {
    if (source !== parent || !this.#origins.includes(origin)) return;
    const { type, ...detail } = Object(data);
    if (typeof type !== "string" || !type.startsWith(PREFIX)) return;
    const listener = this.#heard[/** @type {keyof FromParent} */ (type.slice(PREFIX.length))];
    listener?.(/** @type {never} */ (detail));
  }
}
