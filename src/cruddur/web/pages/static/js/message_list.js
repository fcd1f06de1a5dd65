// The scrolling list of messages. The scroller is a reversed column, so that its scrollTop is 0 at the bottom, and
// the newest message is in view from the first paint on, even without scripts.

import { Emitter } from "./emitter.js";
import { arrange, h, setAttribute, setText } from "./dom.js";
import { viewOf } from "./event_line.js";
import { namesIn } from "./message_names.js";
import { messageRowsOf } from "./message_rows.js";
import { plural } from "./text.js";
import { dayLabel } from "./time.js";

const NEAR_BOTTOM = 48;
const NEAR_END = 600;
const BELOW_DAY = 56; // pixels that the line of a day covers at the top
const FOUND_MS = 2500;
const PAGE_STEP = 0.85; // a fraction of the visible height

/** @import { Names } from "./message_names.js" */

/** Events: "top" and "end" (older or newer messages are needed), "bottom" (the bottom was reached, left or shown
    again), "moved" (other messages are in view), "newest" (the button for the newest messages was pressed).
    @extends {Emitter<{ top: undefined, end: undefined, bottom: undefined, moved: undefined, newest: undefined }>} */
export class MessageList extends Emitter {
  /** The members of a group. Those whose names look alike are shown with their handles.
      @type {{ uuid: string; display_name: string; handle: string }[]} */
  people = [];
  #scroller;
  #list;
  #pill;
  #me;
  /** @type {Map<string, ReturnType<typeof viewOf>>} By the row's key. */
  #bubbles = new Map();
  /** @type {Map<string, HTMLElement>} By the row's key. */
  #lines = new Map();
  /** @type {Map<string, HTMLElement>} By the row's key. */
  #days = new Map();
  #atBottom = true;
  #isWhole = true; // whether the newest message is the last one in the list
  #isShown = true;
  #frame = 0;

  /** @param {{ scroller: HTMLElement; list: HTMLElement; pill: HTMLElement; me: Api.User }} options */
  constructor({ scroller, list, pill, me }) {
    super();
    Object.assign(this, { element: scroller });
    this.#scroller = scroller;
    this.#list = list;
    this.#pill = pill;
    this.#me = me;
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    pill.addEventListener("click", () => this.#pressed());
    new ResizeObserver(() => this.#resized()).observe(scroller);
  }

  /** Whether the newest message is in view. In a narrow window the list may be hidden. */
  get showsNewest() {
    return this.#atBottom && this.#isWhole && this.#scroller.clientHeight > 0;
  }

  /** The number of the lowest message whose end is in view; 0 if there is none. */
  get lastSeen() {
    const { top, bottom } = this.#scroller.getBoundingClientRect();
    if (top === bottom) return 0;
    /** @param {Element} message */
    const isSeen = (message) => {
      const box = message.getBoundingClientRect();
      return box.bottom <= bottom + 1 && box.bottom > top;
    };
    return Number(
      this.#articles().findLast((one) => one.dataset.seq && isSeen(one))?.dataset.seq ?? 0,
    );
  }

  /** Called with each message's element once it is up to date.
      @type {(element: HTMLElement, item: Page.Item) => void} */
  marks = () => {};

  /** Whether the focus or a selection is in the list. */
  get isHeld() {
    const selection = getSelection();
    const selected = selection?.isCollapsed ? null : selection?.anchorNode;
    return (
      this.#list.contains(document.activeElement) || (selected && this.#list.contains(selected))
    );
  }

  /** Empties the list, for another conversation. */
  clear() {
    this.people = [];
    this.#bubbles.clear();
    this.#lines.clear();
    this.#days.clear();
    this.#isWhole = true;
    this.#quietly(() => this.#list.replaceChildren());
    this.toBottom();
  }

  /** Shows these messages. `quiet` keeps screen readers from reading them out. `isWhole` says that there are no newer
      messages to load, and `holdsNew` that the first new message must stay in view.
      @param {Page.Item[]} items
      @param {{ newFrom: number | null; named: boolean; quiet: boolean; isWhole: boolean; holdsNew: boolean; loading: string | null }} options */
  show(items, { newFrom, named, quiet, isWhole, holdsNew, loading }) {
    const rows = messageRowsOf(items, newFrom, this.#me);
    const names = namesIn(items, this.people, named);
    const fill = () => arrange(this.#list, this.#elements(rows, names));
    const update = () => this.#keepingPlace(fill, { isWhole, holdsNew });
    if (quiet) this.#quietly(update);
    else update();
    setAttribute(this.#list, "data-loading", loading);
    setAttribute(this.#scroller, "aria-busy", loading ? "true" : null);
    this.#checkEnds();
  }

  /** Scrolls by pages: 1 down, -1 up.
      @param {number} direction */
  page(direction) {
    this.#scroller.scrollBy({ top: direction * PAGE_STEP * this.#scroller.clientHeight });
  }

  toBottom() {
    this.#scroller.scrollTo({ top: 0, behavior: "instant" });
    this.#atBottom = true;
  }

  /** Brings a message into view, gives it the focus, and marks it for a while.
      @param {number} seq */
  reveal(seq) {
    const message = this.#articles().find((one) => one.dataset.seq === String(seq));
    message?.scrollIntoView({ block: "center", behavior: "instant" });
    message?.setAttribute("tabindex", "-1");
    message?.focus({ preventScroll: true });
    message?.classList.add("found");
    setTimeout(() => message?.classList.remove("found"), FOUND_MS);
  }

  /** Scrolls to the newest message: smoothly if it is near and the user allows motion, otherwise at once. */
  #pressed() {
    if (!this.#isWhole) {
      this.emit("newest");
      return;
    }
    const isNear = -this.#scroller.scrollTop < 2 * this.#scroller.clientHeight;
    if (isNear && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.#scroller.scrollTo({ top: 0, behavior: "smooth" });
      return;
    }
    this.toBottom();
    this.emit("bottom");
  }

  /** Scrolls to the bottom, or only so far that the "New messages" line stays in view. */
  toNew() {
    const line = this.#lines.get("new");
    this.toBottom();
    if (!line?.isConnected) return;
    const hidden =
      this.#scroller.getBoundingClientRect().top + BELOW_DAY - line.getBoundingClientRect().top;
    if (hidden > 0) this.#scroller.scrollTop -= hidden;
    this.#atBottom = this.#isAtBottom();
  }

  /** Returns a section for each day, at whose top its line stays in view.
      @param {Page.ListRow[]} rows
      @param {Names} names */
  #elements(rows, names) {
    const keys = new Set(rows.map((row) => row.key));
    for (const kept of [this.#bubbles, this.#lines, this.#days]) {
      for (const key of kept.keys()) if (!keys.has(key)) kept.delete(key);
    }
    /** @type {{ section: HTMLElement; elements: HTMLElement[] }[]} */
    const days = [];
    for (const row of rows) {
      if (row.kind === "day") days.push({ section: this.#day(row), elements: [] });
      days
        .at(-1)
        ?.elements.push(row.kind === "message" ? this.#bubble(row, names) : this.#line(row));
    }
    for (const { section, elements } of days) arrange(section, elements);
    return days.map(({ section }) => section);
  }

  /** @param {Page.ListRow} options */
  #day({ key }) {
    const section = this.#days.get(key) ?? h("div", { class: "day" });
    this.#days.set(key, section);
    return section;
  }

  /** @param {Page.MessageRow} row
      @param {Names} options */
  #bubble(row, { named, alike, handles }) {
    const bubble = this.#bubbles.get(row.key) ?? viewOf(row.item);
    this.#bubbles.set(row.key, bubble);
    const { user_uuid: author } = row.item;
    const me = this.#me.uuid;
    bubble.update(row, { named, own: author === me, isAlike: alike.has(author), me, handles });
    this.marks(bubble.element, row.item);
    return bubble.element;
  }

  /** @param {Page.ListRow} row */
  #line(row) {
    const line = this.#lines.get(row.key) ?? newLine(row);
    this.#lines.set(row.key, line);
    if (row.kind === "day" && line.firstElementChild)
      setAttribute(line.firstElementChild, "datetime", row.at); // an earlier message of that day has come
    setText(line.firstChild, row.kind === "day" ? dayLabel(row.at) : "New messages");
    return line;
  }

  /** Makes a change. A list that is at the bottom stays there; otherwise the first message in view stays in place.
      @param {() => void} change
      @param {{ isWhole: boolean; holdsNew: boolean }} options */
  #keepingPlace(change, { isWhole, holdsNew }) {
    const follows = this.#isAtBottom() && this.#isWhole; // measured now, since the scroll event may come later
    const anchor = follows ? null : this.#firstInView();
    const before = anchor?.getBoundingClientRect().top ?? 0;
    change();
    this.#isWhole = isWhole;
    if (follows && holdsNew) this.toNew();
    else if (!anchor) this.toBottom();
    else if (anchor.isConnected) this.#moveBy(anchor.getBoundingClientRect().top - before);
    this.#atBottom = this.#isAtBottom();
  }

  /** @param {number} distance */
  #moveBy(distance) {
    if (distance !== 0) this.#scroller.scrollTop += distance; // writing it would stop a smooth scroll
  }

  /** The first message in view. A day's line is no anchor: it moves when older messages of its day come. */
  #firstInView() {
    const { top } = this.#scroller.getBoundingClientRect();
    return this.#articles().find((message) => message.getBoundingClientRect().bottom > top);
  }

  #articles() {
    return [...this.#list.querySelectorAll("article")];
  }

  /** @param {() => void} change */
  #quietly(change) {
    this.#scroller.setAttribute("aria-live", "off");
    change();
    clearTimeout(this.quietTimer);
    this.quietTimer = setTimeout(() => this.#scroller.setAttribute("aria-live", "polite"), 300);
  }

  /** Shows the number of unseen messages on the button that leads to the newest one.
      @param {number} unseen */
  showUnseen(unseen) {
    const label = unseen > 0 ? `${unseen} new` : "";
    setText(this.#pill.querySelector(".pill-text"), label);
    const isAtNewest = this.#atBottom && this.#isWhole;
    const wanted = isAtNewest
      ? null
      : `Go to the newest${unseen ? `, ${plural(unseen, "new message", "new messages")}` : ""}`;
    setAttribute(this.#pill, "aria-label", wanted);
    setAttribute(this.#pill, "hidden", isAtNewest);
  }

  #isAtBottom() {
    return this.#scroller.scrollTop > -NEAR_BOTTOM;
  }

  #scrolled() {
    const was = this.#atBottom;
    this.#atBottom = this.#isAtBottom();
    this.#checkEnds();
    this.#moved();
    if (was !== this.#atBottom) this.emit("bottom");
  }

  #moved() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.emit("moved"));
  }

  #resized() {
    const wasShown = this.#isShown;
    this.#isShown = this.#scroller.clientHeight > 0;
    if (this.#atBottom) this.toBottom();
    this.#checkEnds();
    this.#moved();
    if (this.#isShown && !wasShown) this.emit("bottom");
  }

  #checkEnds() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (!clientHeight) return;
    if (scrollHeight - clientHeight + scrollTop < NEAR_END) this.emit("top");
    if (!this.#isWhole && -scrollTop < NEAR_END) this.emit("end");
  }
}

/** @param {Page.ListRow} row */
const newLine = (row) =>
  h("p", { class: `line ${row.kind}-line` }, row.kind === "day" ? h("time") : h("span"));
