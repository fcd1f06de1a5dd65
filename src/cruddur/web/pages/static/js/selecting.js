// Selecting several messages: a bar with what can be done with them takes the place of the composer. A press, the
// space bar or X selects a message, or no longer. With Shift it selects all from the last one on. Escape leaves.

import { openMenu } from "./dialogs.js";
import { byId, closest, part, parts, setAttribute, setText } from "./dom.js";
import { onKey } from "./keyboard.js";
import { addLayer } from "./layers.js";
import { say } from "./toasts.js";

/** @import { MessagesPage } from "./page.js" */

const MOST = 100;

/** @typedef {(page: MessagesPage, name: string, messages: Page.Item[], done?: () => void) => Promise<void>} Handle */

class Selecting {
  #page;
  #handle;
  #list = byId("messages");
  #bar = byId("selection");
  #menu = byId("selection-menu");
  /** @type {Set<number>} */
  #seqs = new Set();
  #last = 0;
  isOn = false;

  /** @param {MessagesPage} page
      @param {Handle} handle */
  constructor(page, handle) {
    this.#page = page;
    this.#handle = handle;
    this.#list.addEventListener("click", (event) => this.#clicked(event), true);
    onKey(document, (event) => this.#key(event), true);
    this.#bar.addEventListener("click", ({ target }) => this.#pressed(closest(target, "button")));
    this.#menu.addEventListener("click", ({ target }) => this.#pressed(closest(target, "button")));
    page.conversation.on("open", () => this.leave());
    new MutationObserver(() => this.isOn && this.#show()).observe(this.#list, {
      childList: true,
      subtree: true,
    });
  }

  /** @param {number} seq */
  enter(seq) {
    this.isOn = true;
    addLayer({ isOpen: () => this.isOn, close: () => this.leave() });
    this.#toggle(seq, false);
  }

  leave() {
    if (!this.isOn) return;
    this.isOn = false;
    this.#seqs.clear();
    this.#show();
  }

  /** @param {number} seq
      @param {boolean} isRange */
  #toggle(seq, isRange) {
    const known = this.#chooseable();
    const isChosen = this.#seqs.has(seq);
    const [from, to] = [Math.min(this.#last, seq), Math.max(this.#last, seq)];
    const range = known.map((one) => one.seq).filter((one) => from <= one && one <= to);
    if (isRange && this.#last) for (const one of range) this.#seqs.add(one);
    else if (isChosen) this.#seqs.delete(seq);
    else if (known.some((one) => one.seq === seq)) this.#seqs.add(seq);
    if (this.#seqs.size > MOST) this.#seqs = new Set([...this.#seqs].slice(0, MOST));
    this.#last = seq;
    if (this.#seqs.size === 0) this.leave();
    else this.#show();
    say(this.isOn ? this.#count() : "Nothing is selected.");
  }

  #chooseable() {
    return this.#page.conversation.confirmed().filter(({ deleted_at: deleted }) => !deleted);
  }

  #chosen() {
    return this.#chooseable().filter(({ seq }) => this.#seqs.has(seq));
  }

  #count() {
    const most = this.#seqs.size >= MOST ? ", the most at once" : "";
    return `${this.#seqs.size} selected${most}`;
  }

  #show() {
    const chosen = this.#chosen();
    if (this.isOn && chosen.length === 0) {
      this.leave(); // they were deleted meanwhile
      return;
    }
    this.#seqs = new Set(chosen.map(({ seq }) => seq));
    setAttribute(this.#list, "data-selecting", this.isOn);
    setAttribute(this.#bar, "hidden", !this.isOn);
    setText(part(this.#bar, "[data-part=count]"), this.#count());
    for (const one of parts(this.#list, "article")) {
      const isChosen = this.#seqs.has(Number(one.dataset.seq));
      one.classList.toggle("selected", isChosen);
      setAttribute(one, "aria-description", isChosen ? "Selected" : null);
    }
    const isOwn = chosen.every(({ user_uuid: author }) => author === this.#page.me.uuid);
    setAttribute(part(this.#menu, "[data-act=delete-all]"), "hidden", !isOwn);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    if (!this.isOn) return;
    event.preventDefault();
    event.stopPropagation();
    const seq = Number(closest(event.target, "article[data-state=sent]")?.dataset.seq);
    if (seq) this.#toggle(seq, event.shiftKey);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.isOn || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const article = event.target instanceof Element && event.target.matches("article");
    const seq = article ? Number(closest(event.target, "article")?.dataset.seq) : 0;
    const isMenu = document.querySelector("[popover]:popover-open");
    if (event.key === "Escape" && !isMenu) this.leave();
    else if (seq && [" ", "Enter", "x", "X"].includes(event.key)) this.#toggle(seq, event.shiftKey);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {HTMLElement | null} button */
  async #pressed(button) {
    const chosen = this.#chosen();
    const act = button?.dataset.act;
    if (act === "delete-menu" && button) this.#openMenu(button);
    if (!act || act === "delete-menu") return;
    if (this.#menu.matches(":popover-open")) this.#menu.hidePopover();
    if (act !== "forward") this.leave();
    await this.#handle(this.#page, act, chosen, () => this.leave());
  }

  /** @param {HTMLElement} button */
  #openMenu(button) {
    openMenu(this.#menu);
    const { right, top } = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height, style } = this.#menu;
    style.left = `${Math.max(8, right - width)}px`;
    style.top = `${Math.max(8, top - height - 4)}px`;
    if (button.matches(":focus-visible")) part(this.#menu, "button:not([hidden])").focus();
  }
}

/** @type {Selecting | null} */
let made = null;

/** Begins to select, with the message of this number.
    @param {MessagesPage} page
    @param {Handle} handle
    @param {number} seq */
export function startSelecting(page, handle, seq) {
  made ??= new Selecting(page, handle);
  made.enter(seq);
}
