// The scrolling list of <cruddur-conversation>. It is a reversed column, so that its scrollTop is 0 at its foot, and the
// newest message is in view from the first paint on.

import { arrange, h, setAttribute, setText } from "./dom.js";
import { note } from "./element_root.js";
import { plural } from "./text.js";

const NEAR_FOOT = 40; // pixels
const NEAR_TOP = 600; // from where older messages are loaded
const FOUND_MS = 2500;
const QUIET_MS = 300;

export class MessageLog {
  #older = h("button", { type: "button", part: "older", class: "text-button older" });
  #list = h("ol", { part: "messages" });
  #note = h("p", { part: "note", class: "note" });
  #log = h("div", { part: "log", class: "log", role: "log", tabindex: 0 });
  #count = h("span", {});
  #newest = h("button", { type: "button", part: "newest", class: "newest" }, "↓", this.#count);
  element = h("div", { class: "frame" }, this.#log, this.#newest);
  #wantsOlder;
  #hasOlder = false;
  #last = "";
  #quiet = 0;

  /** @param {(isPressed: boolean) => void} wantsOlder called when older messages are needed
      @param {() => void} moved */
  constructor(wantsOlder, moved) {
    this.#wantsOlder = wantsOlder;
    this.#log.append(h("div", {}, this.#older, this.#list, this.#note));
    this.#older.addEventListener("click", () => wantsOlder(true));
    this.#newest.addEventListener("click", () => this.#toNewest());
    this.#log.addEventListener("scroll", () => [moved(), this.#look()], { passive: true });
  }

  /** What has the messages, for listeners. */
  get list() {
    return this.#list;
  }

  get isAtFoot() {
    return this.#log.scrollTop > -NEAR_FOOT && this.#log.clientHeight > 0;
  }

  /** Shows these. A list that is at its foot stays there; otherwise the first message in view stays in place.
      @param {{ key: string; element: HTMLElement }[]} rows
      @param {{ name: string; empty: string; hasOlder: boolean; isLoading: boolean }} about */
  show(rows, { name, empty, hasOlder, isLoading }) {
    const isAtFoot = this.#log.scrollTop > -NEAR_FOOT;
    const anchor = isAtFoot ? null : this.#firstInView();
    const top = anchor?.getBoundingClientRect().top ?? 0;
    const isNews = this.#hush(rows.at(-1)?.key ?? "");
    arrange(
      this.#list,
      rows.map(({ element }) => element),
    );
    note(this.#note, rows.length ? "" : empty);
    setAttribute(this.#log, "aria-label", `Messages with ${name || "nobody"}`);
    setAttribute(this.#older, "hidden", !hasOlder);
    setText(this.#older, isLoading ? "Loading…" : "Show older messages");
    const now = anchor && this.find(Number(anchor.dataset.seq));
    if (now) this.#log.scrollTop += now.getBoundingClientRect().top - top;
    else if (isAtFoot && isNews) this.toFoot(); // otherwise nothing moves below a pointer
    this.#hasOlder = hasOlder && !isLoading;
    this.#look();
  }

  /** How many messages are new, on the button that leads to the newest one.
      @param {number} count */
  showNew(count) {
    const words = count ? `, ${plural(count, "new message", "new messages")}` : "";
    setText(this.#count, count ? ` ${count} new` : "");
    setAttribute(this.#newest, "aria-label", `Go to the newest${words}`);
    setAttribute(this.#newest, "hidden", this.isAtFoot || this.#log.clientHeight === 0);
  }

  /** To be called before another conversation is shown, which is not to be read out. */
  begin() {
    this.#last = "";
  }

  toFoot() {
    this.#log.scrollTop = 0;
  }

  /** Goes to the foot, or only so far that the line above the new messages stays in view. */
  toNew() {
    this.toFoot();
    const line = this.#list.querySelector(".new");
    const { top } = this.#log.getBoundingClientRect();
    const above = line ? top - line.getBoundingClientRect().top : 0;
    if (above > 0) this.#log.scrollTop -= above;
  }

  /** The message of this number, if it is shown.
      @param {number} seq */
  find(seq) {
    const found = this.#list.querySelector(`[data-seq="${seq}"]`);
    return found instanceof HTMLElement ? found : null;
  }

  /** Brings a message into view, gives it the focus, and marks it for a while.
      @param {number} seq */
  reveal(seq) {
    const message = this.find(seq);
    message?.scrollIntoView({ block: "center", behavior: "instant" });
    focusOn(message);
    message?.classList.add("found");
    setTimeout(() => message?.classList.remove("found"), FOUND_MS);
  }

  /** Brings the focus back to a message: to the button of its menu, if it has one.
      @param {number} seq */
  focus(seq) {
    const message = this.find(seq);
    const more = message?.querySelector(".more");
    focusOn(more instanceof HTMLElement ? more : message);
  }

  #toNewest() {
    this.toFoot();
    this.#log.focus({ preventScroll: true }); // the button is gone
  }

  #look() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    const isNear = clientHeight > 0 && scrollHeight - clientHeight + scrollTop < NEAR_TOP;
    if (isNear && this.#hasOlder) queueMicrotask(() => this.#wantsOlder(false));
  }

  /** A day's line is no anchor: it moves when older messages of its day come. */
  #firstInView() {
    const { top } = this.#log.getBoundingClientRect();
    const all = /** @type {NodeListOf<HTMLElement>} */ (this.#list.querySelectorAll("[data-seq]"));
    return [...all].find((one) => one.getBoundingClientRect().bottom > top) ?? null;
  }

  /** Only what comes at the end is read out by screen readers. Returns whether there is such.
      @param {string} last */
  #hush(last) {
    const isNews = this.#last !== "" && last !== this.#last;
    this.#last = last;
    if (isNews) return true;
    setAttribute(this.#log, "aria-live", "off");
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#log.removeAttribute("aria-live"), QUIET_MS);
    return false;
  }
}

/** @param {HTMLElement | null} element */
function focusOn(element) {
  if (element && element.localName !== "button") element.tabIndex = -1;
  element?.focus({ preventScroll: true });
}
