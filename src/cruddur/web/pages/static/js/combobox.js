// Search as you type (ARIA combobox with a listbox).

import { asFailure } from "./api.js";
import { avatar, closest, h, part, setAttribute, setText } from "./dom.js";
import { onKey } from "./keyboard.js";
import { afterPress } from "./press.js";

const DELAY_MS = 120;

/** @template Value what can be chosen */
export class Combobox {
  #input;
  #list;
  #note;
  #search;
  #pick;
  /** @type {Page.Option<Value>[]} */
  #options = [];
  #active = -1;
  #timer = 0;
  #query = "";

  /** `search(query)` resolves to the options; `pick(value)` is called with the value of the chosen one.
      @param {HTMLElement} root
      @param {{ search: (query: string) => Promise<Page.Option<Value>[]>; pick: (value: Value) => void }} options */
  constructor(root, { search, pick }) {
    this.#input = part(root, "[role=combobox]", HTMLInputElement);
    this.#list = part(root, "[role=listbox]");
    this.#note = part(root, ".combobox-note");
    this.#search = search;
    this.#pick = pick;
    this.#input.addEventListener("input", () => this.#typed());
    onKey(this.#input, (event) => this.#key(event));
    this.#input.addEventListener("focus", () => this.#typed());
    this.#input.addEventListener("blur", () => afterPress(() => this.#left()));
    this.#list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
    this.#list.addEventListener("click", (event) => this.#clicked(event));
  }

  get input() {
    return this.#input;
  }

  clear() {
    this.#input.value = "";
    this.close();
  }

  close() {
    clearTimeout(this.#timer);
    this.#query = "";
    this.#show([], "");
  }

  /** Closes the list, but only after a press has ended: the list pushes the buttons of a dialog down, so that
      closing it during a press would move the button away from under the pointer. */
  #left() {
    if (document.activeElement !== this.#input) this.close();
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#query = this.#input.value.trim();
    if (this.#query === "") this.close();
    else this.#timer = setTimeout(() => this.#ask(this.#query), DELAY_MS);
  }

  /** @param {string} query */
  async #ask(query) {
    /** @type {Page.Option<Value>[]} */
    let found = [];
    let note = "";
    try {
      found = await this.#search(query);
      if (found.length === 0)
        note =
          query.replace(/^@/, "").length < 2 ? "Type at least two characters." : "Nobody found.";
    } catch (error) {
      const { status, message } = asFailure(error);
      note = status === 0 ? "Searching needs a connection." : message;
    }
    if (query === this.#query) this.#show(found, note);
  }

  /** @param {Page.Option<Value>[]} options
      @param {string} note */
  #show(options, note) {
    this.#options = options;
    this.#list.replaceChildren(...options.map((option, at) => this.#option(option, at)));
    this.#list.hidden = options.length === 0;
    setText(this.#note, note);
    this.#note.hidden = note === "";
    setAttribute(this.#input, "aria-expanded", String(options.length > 0));
    this.#activate(options.length > 0 ? 0 : -1);
  }

  /** @param {Page.Option<Value>} options
      @param {number} at */
  #option({ face, name, detail }, at) {
    const words = h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-name", dir: "auto" }, name),
    );
    if (detail) words.append(h("span", { class: "option-detail" }, detail));
    const id = `${this.#list.id}-${at}`;
    return h(
      "li",
      { role: "option", id, "aria-selected": "false" },
      avatar(face, name, "small"),
      words,
    );
  }

  /** @param {number} at */
  #activate(at) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = at;
    const option = this.#list.children[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    setAttribute(this.#input, "aria-activedescendant", option?.id);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const count = this.#options.length;
    if (event.key === "Escape" && this.#input.value) {
      event.preventDefault();
      event.stopPropagation();
      this.clear();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (count) this.#choose(this.#active);
    } else if (count && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      this.#activate((this.#active + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    }
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const option = closest(event.target, "[role=option]");
    if (option) this.#choose([...this.#list.children].indexOf(option));
  }

  /** @param {number} at */
  #choose(at) {
    const { value } = this.#options[at];
    this.clear();
    this.#pick(value);
  }
}
