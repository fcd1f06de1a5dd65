// The elements, before one of them is on the page. What shows them is fetched then.

/** @import { Chat } from "./chat.js" */
/** @import { Emitter } from "./emitter.js" */

/** @typedef {{ update: () => void; close: () => void }} View */

let isThere = false;
const ELEMENTS = ["inbox", "conversation", "unread"];

/** @param {Emitter<{ change: undefined }>} page emits "change" when it has another chat
    @param {() => Chat | null} current */
export function defineElements(page, current) {
  for (const name of ELEMENTS) {
    const tag = `cruddur-${name}`;
    if (!customElements.get(tag)) customElements.define(tag, elementOf(page, current));
  }
}

/** @param {Emitter<{ change: undefined }>} page
    @param {() => Chat | null} current */
function elementOf(page, current) {
  return class extends HTMLElement {
    static observedAttributes = ["to", "for", "count"];
    /** @type {Chat | null} */
    #client = null;
    /** @type {View | null} */
    #view = null;
    /** @type {Chat | null} */
    #shown = null;
    /** @type {(() => void) | null} */
    #end = null;

    get client() {
      return this.#client ?? current();
    }

    set client(chat) {
      this.#client = chat;
      this.#show();
    }

    get to() {
      return this.getAttribute("to");
    }

    set to(to) {
      if (to === null) this.removeAttribute("to");
      else this.setAttribute("to", to);
    }

    connectedCallback() {
      this.#end = page.on("change", () => this.#show());
      this.#show();
    }

    disconnectedCallback() {
      this.#end?.();
      this.#drop();
    }

    attributeChangedCallback() {
      this.#view?.update();
    }

    #drop() {
      this.#view?.close();
      this.#view = this.#shown = null;
    }

    async #show() {
      const chat = this.client;
      if (!chat || chat === this.#shown || !this.isConnected) return;
      this.#drop();
      this.#shown = chat;
      const { viewOf } = await import("./elements.js");
      // With them came what reads marks such as *bold*. Lines of the inbox from before may have them still.
      if (!isThere && chat.inbox.isLoaded) chat.inbox.refresh();
      isThere = true;
      if (chat === this.#shown) this.#view = viewOf(this, chat);
    }
  };
}
