// What can be done with a conversation, as buttons in a sheet: what the menu of its row in the inbox offers.

import { h, parts } from "./dom.js";
import { RowActions } from "./row_actions.js";

/** @import { MessagesPage } from "./page.js" */
/** @import { Choice } from "./row_actions.js" */

/** @param {string} words
    @param {() => unknown} act
    @param {string} more classes */
export function actButton(words, act, more = "") {
  const button = h("button", { type: "button", class: `sheet-act ${more}`.trim() }, words);
  button.addEventListener("click", act);
  return button;
}

export class SheetActions {
  element = h("div", { class: "sheet-acts", role: "group", "aria-label": "Conversation" });
  #actions;
  #uuid = "";
  /** @type {Choice[] | null} What a choice has led to; null as long as none has. */
  #further = null;

  /** @param {MessagesPage} page */
  constructor(page) {
    this.#actions = new RowActions(page);
    page.inbox.on("change", () => this.element.isConnected && this.#render());
  }

  /** @param {string} uuid of the conversation; empty if there is none */
  show(uuid) {
    this.#uuid = uuid;
    this.#further = null;
    this.#render();
  }

  /** @returns {Choice[]} */
  #choices() {
    if (this.#further) return this.#further;
    const actions = this.#actions;
    const all = [actions.mute, actions.pin, actions.archive, actions.clear];
    return all.map((one) => one.call(actions, this.#uuid)).filter((one) => one !== null);
  }

  /** Keeps the focus at its place: a choice may have other words by then. */
  #render() {
    const had = [...this.element.children].indexOf(document.activeElement ?? document.body);
    const choices = this.#choices();
    this.element.hidden = choices.length === 0;
    this.element.replaceChildren(
      ...choices.map((choice) => actButton(choice.words, () => this.#pressed(choice))),
    );
    if (had >= 0)
      parts(this.element, "button")
        .at(Math.min(had, choices.length - 1))
        ?.focus();
  }

  /** @param {Choice} choice */
  async #pressed({ act, more }) {
    this.#further = more?.() ?? null;
    this.#render();
    await act?.();
  }
}
