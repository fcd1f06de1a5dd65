// The menu of a message of <cruddur-conversation>. There is one for all messages, over the page beside the button that
// opened it, or as a sheet at the foot of a phone's screen. It is fetched when somebody first touches the messages.

import { h, isTouch, setAttribute } from "./dom.js";
import { sheetOf } from "./element_root.js";

/** @import { Act } from "./element_rules.js" */

const EDGE = 8; // pixels between the menu and the edge of the window
const GAP = 4;

/** @type {Record<Act, string>} */
const WORDS = { reply: "Reply", edit: "Edit", copy: "Copy text", delete: "Delete…" };
const QUESTION = "Delete this message for everybody?";

const STYLE = `
.menu { position: fixed; margin: 0; min-width: 180px; max-width: min(320px, 100vw - 16px); padding: 6px; border: 1px solid var(--line);
  border-radius: var(--radius); background: var(--panel); color: var(--ink); font-size: 1rem; text-align: start;
  box-shadow: 0 6px 24px rgb(0 0 0 / 22%); }
.menu button { display: block; width: 100%; min-height: 40px; padding: 6px 14px; text-align: start; }
.menu button:focus-visible { background: color-mix(in srgb, var(--accent) 14%, var(--panel)); }
@media (hover: hover) { .menu button:hover { background: color-mix(in srgb, var(--accent) 14%, var(--panel)); } }
.menu .delete { color: var(--alert); }
.menu p { padding: 8px 14px; font-weight: 600; }
.menu.sheet { inset: auto 0 0; width: 100%; max-width: none; padding: 10px 10px max(10px, env(safe-area-inset-bottom)); border-width: 1px 0 0;
  border-end-start-radius: 0; border-end-end-radius: 0; }
.menu.sheet button { min-height: 52px; font-size: 1.0625rem; }
.menu.sheet::backdrop { background: rgb(0 0 0 / 35%); }
@media (forced-colors: active) { .menu button:focus-visible { outline-color: Highlight; } }
`;

export class MessageMenu {
  #element = h("div", { class: "menu", part: "menu", role: "menu", popover: "auto" });
  #root;
  #act;
  #closed;
  /** @type {{ seq: number; acts: Act[]; near: HTMLElement } | null} */
  #open = null;
  #hadFocus = false;
  /** @type {EventTarget | null} The button whose menu a press has just closed: its click opens no other. */
  #justClosed = null;

  /** @param {HTMLElement} place within the element's shadow tree, around the messages
      @param {(act: Act, seq: number) => void} act
      @param {(seq: number) => void} closed called when the focus is to go back to a message */
  constructor(place, act, closed) {
    const root = /** @type {ShadowRoot} */ (place.getRootNode());
    this.#root = root;
    this.#act = act;
    this.#closed = closed;
    root.adoptedStyleSheets.push(sheetOf(STYLE));
    place.append(this.#element);
    place.addEventListener("pointerdown", () => this.#remember(), true);
    place.addEventListener("scroll", () => this.close(), true);
    this.#element.addEventListener("keydown", (event) => this.#pressed(event));
    this.#element.addEventListener("beforetoggle", () => {
      this.#hadFocus = this.#element.contains(root.activeElement);
    });
    this.#element.addEventListener("toggle", (event) => this.#toggled(event));
  }

  /** The message that it is about; null while it is closed. */
  get seq() {
    return this.#open?.seq ?? null;
  }

  /** @param {number} seq
      @param {HTMLElement} near
      @param {Act[]} acts */
  toggle(seq, near, acts) {
    const isClosing = this.#justClosed === near;
    this.#justClosed = null;
    if (isClosing || !acts.length) return;
    this.#open = { seq, acts, near };
    setAttribute(near, "aria-expanded", near.localName === "button" && "true");
    const items = acts.map((act) => this.#item(WORDS[act], () => this.#chosen(act), act));
    this.#fill("Message actions", isTouch() ? [...items, this.#leaving()] : items);
    this.#place();
    addEventListener("scroll", () => this.close(), { once: true, passive: true });
  }

  /** Closes it where something else can be done by now: the message was deleted, or the conversation closed.
      @param {Act[]} acts */
  follow(acts) {
    if (this.#open && this.#open.acts.join() !== acts.join()) this.close();
  }

  close() {
    if (this.#open) this.#element.hidePopover();
  }

  #remember() {
    this.#justClosed = this.#open?.near ?? null;
  }

  /** @param {Act} act */
  #chosen(act) {
    if (act === "delete") return this.#ask();
    return this.#does(act);
  }

  /** @param {Act} act */
  #does(act) {
    const seq = this.#open?.seq ?? 0;
    this.close();
    this.#act(act, seq);
  }

  #ask() {
    /** @param {MouseEvent} event */
    const answer = ({ detail }) => {
      if (detail < 2) this.#does("delete"); // the second half of a double click answers no question
    };
    const yes = this.#item("Delete", answer, "delete");
    this.#fill(QUESTION, [yes, this.#leaving()]);
    this.#element.prepend(h("p", { "aria-hidden": "true" }, QUESTION));
    this.#place();
    this.#items().at(-1)?.focus();
  }

  #leaving() {
    return this.#item("Cancel", () => this.close());
  }

  /** @param {string} words
      @param {(event: MouseEvent) => void} pressed
      @param {string} [name] */
  #item(words, pressed, name) {
    const attributes = { type: "button", role: "menuitem", tabindex: -1, class: name };
    const item = h("button", attributes, words);
    item.addEventListener("click", pressed);
    return item;
  }

  /** @param {string} label
      @param {HTMLElement[]} items */
  #fill(label, items) {
    setAttribute(this.#element, "aria-label", label);
    this.#element.classList.toggle("sheet", isTouch());
    this.#element.replaceChildren(...items);
    this.#element.showPopover();
    items[0].focus();
  }

  #items() {
    return [...this.#element.querySelectorAll("button")];
  }

  /** Beside the button, within the window. */
  #place() {
    const { style, offsetWidth: width, offsetHeight: height } = this.#element;
    const { left, right, top, bottom } = this.#open?.near.getBoundingClientRect() ?? new DOMRect();
    const x = left + right > innerWidth ? right - width : left;
    const y = bottom + GAP + height + EDGE > innerHeight ? top - GAP - height : bottom + GAP;
    const within = (/** @type {number} */ at, /** @type {number} */ most) =>
      `${Math.max(EDGE, Math.min(at, most - EDGE))}px`;
    style.inset = isTouch()
      ? "" // the sheet says where it is
      : `${within(y, innerHeight - height)} auto auto ${within(x, innerWidth - width)}`;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const items = this.#items();
    const at = items.findIndex((one) => one.matches(":focus"));
    /** @type {Record<string, number>} */
    const goals = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (event.key === "Tab") this.close(); // and the focus goes on from the message
    if (!(event.key in goals)) return;
    event.preventDefault();
    items.at(goals[event.key] % items.length)?.focus();
  }

  /** @param {Event} event */
  #toggled(event) {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed" || !this.#open) return;
    const { seq, near } = this.#open;
    setAttribute(near, "aria-expanded", null);
    const { activeElement: focused } = this.#root;
    this.#open = null;
    if (this.#hadFocus && (!focused || this.#element.contains(focused))) this.#closed(seq);
  }
}
