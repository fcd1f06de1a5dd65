// The quote in a bubble: who and what is answered, as it is now. A press leads there.

import { h, hiddenText, setAttribute, setText } from "./dom.js";

const UNSEEN = { loading: "…", hidden: "A message that you cannot see", shown: "", deleted: "" };

export class QuoteBlock {
  #name = h("bdi", { class: "quote-name" });
  #text = h("span", { class: "quote-text", dir: "auto" });
  element = h(
    "button",
    { type: "button", class: "quote", "data-act": "quoted" },
    hiddenText("Answers "),
    this.#name,
    this.#text,
  );

  /** @param {Page.Quote} quote */
  update({ seq, state, name, text }) {
    setAttribute(this.element, "data-quoted", seq);
    setAttribute(this.element, "data-state", state);
    setAttribute(this.element, "disabled", state === "hidden");
    setAttribute(this.#name, "hidden", name === "");
    setText(this.#name, name);
    setText(this.#text, text || UNSEEN[state]);
  }
}
