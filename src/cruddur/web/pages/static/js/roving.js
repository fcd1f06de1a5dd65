// Lists with one stop for the Tab key (ARIA's roving tabindex): the arrow keys, Home and End move between their items,
// and Tab reaches the controls of the current item only.

import { byId, closest, parts, setAttribute } from "./dom.js";
import { onKey } from "./keyboard.js";

const CONTROLS = "a[href], button";

/** Makes the inbox and the message list such lists. */
export function install() {
  new Roving(byId("rows"), { items: "a.row" });
  new Roving(byId("messages"), { items: "article", isNewestLast: true, scroller: byId("log") });
}

export class Roving {
  #list;
  #items;
  #isNewestLast;
  #scroller;
  #isAcross;
  /** @type {HTMLElement | null} */
  #current = null;
  #isChosen = false; // the focus was on the current item; otherwise the first or newest item is current

  /** `items` selects the items of `list`. The first is current at the beginning, or the last if `isNewestLast`. The
      Tab key stops at `scroller` only while there is no item. The items stand side by side if `isAcross`.
      @param {HTMLElement} list
      @param {{ items: string; isNewestLast?: boolean; scroller?: HTMLElement | null; isAcross?: boolean }} options */
  constructor(list, { items, isNewestLast = false, scroller = null, isAcross = false }) {
    this.#list = list;
    this.#items = items;
    this.#isNewestLast = isNewestLast;
    this.#scroller = scroller;
    this.#isAcross = isAcross;
    list.addEventListener("focusin", ({ target }) => this.#choose(closest(target, items)));
    onKey(list, (event) => this.#key(event));
    new MutationObserver(() => this.#settle()).observe(list, { childList: true, subtree: true });
    this.#settle();
  }

  #all() {
    return parts(this.#list, this.#items);
  }

  /** @param {HTMLElement | null} item */
  #choose(item) {
    if (item === this.#current && this.#isChosen) return;
    this.#current = item;
    this.#isChosen = true;
    this.#settle();
  }

  #settle() {
    const all = this.#all();
    const isHere = this.#list.contains(document.activeElement);
    const isThere = this.#current?.isConnected ?? false;
    this.#isChosen &&= isThere && (isHere || !this.#isNewestLast);
    if (!this.#isChosen) this.#current = (this.#isNewestLast ? all.at(-1) : all[0]) ?? null;
    for (const item of all) this.#mark(item, item === this.#current);
    if (this.#scroller) setAttribute(this.#scroller, "tabindex", all.length > 0 ? -1 : 0);
  }

  /** @param {HTMLElement} item
      @param {boolean} isCurrent */
  #mark(item, isCurrent) {
    setAttribute(item, "tabindex", isCurrent ? 0 : -1);
    for (const control of item.querySelectorAll(CONTROLS))
      setAttribute(control, "tabindex", isCurrent ? null : -1);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = this.#all();
    const at = this.#current ? all.indexOf(this.#current) : -1;
    const next = target(this.#isAcross ? (ACROSS[event.key] ?? event.key) : event.key, all, at);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

/** @type {Record<string, string>} */
const ACROSS = { ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp" };

/** @param {string} key
    @param {HTMLElement[]} all
    @param {number} at */
function target(key, all, at) {
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  if (key === "ArrowDown") return all[at + 1];
  return key === "ArrowUp" ? all[at - 1] : undefined;
}
