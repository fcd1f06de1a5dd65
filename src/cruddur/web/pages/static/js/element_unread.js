// <cruddur-unread>: how much is unread, as a number. Nothing is shown while there is nothing.

import { rootOf, unseen } from "./element_root.js";
import { h } from "./dom.js";

const STYLE = `
:host { display: inline-block; min-width: 1.6em; padding: 0 0.45em; border-radius: 1em; background: var(--accent); color: var(--accent-ink);
  font-size: 0.8125em; font-weight: 600; text-align: center; line-height: 1.6; overflow: visible; }
:host([data-none]) { display: none; }
`;
const MOST = 99;

export class UnreadElement {
  #element;
  #chat;
  #root;
  #end;

  /** @param {HTMLElement} element
      @param {Client.Chat} chat */
  constructor(element, chat) {
    this.#element = element;
    this.#chat = chat;
    this.#root = rootOf(element, STYLE);
    this.#end = chat.on("unread", () => this.update());
    this.update();
  }

  update() {
    const what =
      this.#element.getAttribute("count") === "conversations" ? "conversations" : "messages";
    const count = this.#chat.unread[what];
    const shown = count > MOST ? `${MOST}+` : String(count);
    this.#element.toggleAttribute("data-none", count === 0);
    this.#root.replaceChildren(h("span", { part: "count" }, shown), unseen(` unread ${what}`));
  }

  close() {
    this.#end();
  }
}
