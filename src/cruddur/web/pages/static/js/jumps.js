// Leads from an answer to the message that it answers, and back.

import { byId, closest } from "./dom.js";
import { onKey } from "./keyboard.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export const install = ({ conversation }) => new Jumps(conversation);

class Jumps {
  #conversation;
  #back = byId("jump-back");
  /** @type {number[]} The answers from which one has come, the last one last. */
  #left = [];

  /** @param {import("./conversation.js").Conversation} conversation */
  constructor(conversation) {
    this.#conversation = conversation;
    const list = byId("messages");
    list.addEventListener("click", ({ target }) => {
      const quote = closest(target, "[data-act=quoted]");
      if (quote) this.#follow(quote);
    });
    onKey(list, (event) => this.#key(event));
    this.#back.addEventListener("click", () => this.#goBack());
    conversation.on("open", () => this.#keep([]));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const quote = closest(event.target, "article")?.querySelector(".quote:not([disabled])");
    if (event.key.toLowerCase() === "g" && quote instanceof HTMLElement) this.#follow(quote);
    if (event.key.toLowerCase() === "b" && this.#left.length) this.#goBack();
  }

  /** @param {HTMLElement} quote */
  async #follow(quote) {
    const from = Number(closest(quote, "article")?.dataset.seq);
    const left = this.#left;
    const isThere = await this.#conversation.goTo(Number(quote.dataset.quoted));
    if (isThere && from && left === this.#left) this.#keep([...left, from]);
  }

  async #goBack() {
    const seq = this.#left.at(-1) ?? 0;
    this.#keep(this.#left.slice(0, -1));
    await this.#conversation.goTo(seq);
  }

  /** @param {number[]} left */
  #keep(left) {
    this.#left = left;
    this.#back.hidden = left.length === 0;
  }
}
