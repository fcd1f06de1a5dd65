// Search as you type (ARIA combobox with a listbox).

import { avatar, h, setAttribute, setText } from "./dom.js";

const DELAY_MS = 120;

export class Combobox {
  #input;
  #list;
  #note;
  #search;
  #pick;
  #options = [];
  #active = -1;
  #timer = 0;
  #query = "";

  /** `search(query)` → [{id, name, detail, face, value}] ; `pick(value)` is called with the chosen one. */
  constructor(root, { search, pick }) {
    this.#input = root.querySelector("[role=combobox]");
    this.#list = root.querySelector("[role=listbox]");
    this.#note = root.querySelector(".combobox-note");
    this.#search = search;
    this.#pick = pick;
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => this.close());
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

  #typed() {
    clearTimeout(this.#timer);
    this.#query = this.#input.value.trim();
    if (this.#query === "") this.close();
    else this.#timer = setTimeout(() => this.#ask(this.#query), DELAY_MS);
  }

  async #ask(query) {
    let found = [];
    let note = "";
    try {
      found = await this.#search(query);
      if (found.length === 0) note = query.replace(/^@/, "").length < 2 ? "Type at least two characters." : "Nobody found.";
    } catch (error) {
      note = error.status === 0 ? "Searching needs a connection." : error.message;
    }
    if (query === this.#query) this.#show(found, note);
  }

  #show(options, note) {
    this.#options = options;
    this.#list.replaceChildren(...options.map((option, at) => this.#option(option, at)));
    this.#list.hidden = options.length === 0;
    setText(this.#note, note);
    this.#note.hidden = note === "";
    setAttribute(this.#input, "aria-expanded", String(options.length > 0));
    this.#activate(options.length > 0 ? 0 : -1);
  }

  #option({ face, name, detail }, at) {
    const words = h("span", { class: "option-words" }, h("span", { class: "option-name", dir: "auto" }, name));
    if (detail) words.append(h("span", { class: "option-detail" }, detail));
    const id = `${this.#list.id}-${at}`;
    return h("li", { role: "option", id, "aria-selected": "false" }, avatar(face, name, "small"), words);
  }

  #activate(at) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = at;
    const option = this.#list.children[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    setAttribute(this.#input, "aria-activedescendant", option?.id);
  }

  #key(event) {
    const count = this.#options.length;
    if (event.isComposing) return;
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

  #clicked(event) {
    const option = event.target.closest("[role=option]");
    if (option) this.#choose([...this.#list.children].indexOf(option));
  }

  #choose(at) {
    const { value } = this.#options[at];
    this.clear();
    this.#pick(value);
  }
}
