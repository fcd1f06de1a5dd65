// The scrolling list of messages. The scroller is a reversed column: its zero is the bottom, so the
// newest message is in view from the first paint on, also without scripts.

import { arrange, h, setAttribute, setText } from "./dom.js";
import { Bubble } from "./bubble.js";
import { rowsOf } from "./rows.js";
import { plural } from "./text.js";
import { dayLabel } from "./time.js";

const NEAR_BOTTOM = 48;
const NEAR_TOP = 600;

/** Events: "top" (older ones are wanted), "bottom" (it was reached, or left, or is shown again). */
export class Log extends EventTarget {
  #scroller;
  #list;
  #pill;
  #me;
  #bubbles = new Map();
  #lines = new Map();
  #atBottom = true;
  #isShown = true;

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

  /** Whether the newest message is before somebody's eyes: in a narrow window the list may be there. */
  get showsNewest() {
    return this.#atBottom && this.#scroller.clientHeight > 0;
  }

  /** Whether the focus or a selection is among the messages. */
  get isHeld() {
    const { anchorNode, isCollapsed } = getSelection();
    return this.#list.contains(document.activeElement) || (!isCollapsed && this.#list.contains(anchorNode));
  }

  /** Empties the log, for another conversation. */
  clear() {
    this.#bubbles.clear();
    this.#lines.clear();
    this.#quietly(() => this.#list.replaceChildren());
    this.toBottom();
  }

  /** Shows these messages; `quiet` for what is not news, so that it is not read out. */
  show(items, { newFrom, named, unseen, quiet }) {
    const rows = rowsOf(items, newFrom, this.#me);
    const place = () => this.#keepingPlace(() => arrange(this.#list, this.#elements(rows, named)));
    if (quiet) this.#quietly(place);
    else place();
    this.#showPill(unseen);
    this.#checkTop();
  }

  toBottom() {
    this.#scroller.scrollTo({ top: 0, behavior: "instant" });
    this.#atBottom = true;
  }

  /** Glides when that is near and welcome; jumps otherwise. */
  #pressed() {
    const isNear = -this.#scroller.scrollTop < 2 * this.#scroller.clientHeight;
    if (isNear && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.#scroller.scrollTo({ top: 0, behavior: "smooth" });
      return;
    }
    this.toBottom();
    this.dispatchEvent(new Event("bottom"));
  }

  /** Brings the "New messages" line into view when it would not be; otherwise the bottom. */
  toNew() {
    const line = this.#lines.get("new");
    this.toBottom();
    if (!line?.isConnected) return;
    const hidden = this.#scroller.getBoundingClientRect().top + 24 - line.getBoundingClientRect().top;
    if (hidden > 0) this.#scroller.scrollTop -= hidden;
    this.#atBottom = this.#isAtBottom();
  }

  #elements(rows, named) {
    const keys = new Set(rows.map((row) => row.key));
    for (const kept of [this.#bubbles, this.#lines]) {
      for (const key of kept.keys()) if (!keys.has(key)) kept.delete(key);
    }
    return rows.map((row) => (row.kind === "message" ? this.#bubble(row, named) : this.#line(row)));
  }

  #bubble(row, named) {
    const bubble = this.#bubbles.get(row.key) ?? new Bubble();
    this.#bubbles.set(row.key, bubble);
    bubble.update(row, { named, own: row.item.user_uuid === this.#me.uuid });
    return bubble.element;
  }

  #line(row) {
    const line = this.#lines.get(row.key) ?? h("p", { class: `line ${row.kind}-line` }, h("span"));
    this.#lines.set(row.key, line);
    setText(line.firstChild, row.kind === "day" ? dayLabel(row.at) : "New messages");
    return line;
  }

  /** At the bottom it stays there; elsewhere, what is being read stays where it is. */
  #keepingPlace(change) {
    const anchor = this.#atBottom ? null : this.#firstInView();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (!anchor) this.toBottom();
    else if (anchor.isConnected) this.#moveBy(anchor.getBoundingClientRect().top - before);
  }

  #moveBy(distance) {
    if (distance !== 0) this.#scroller.scrollTop += distance; // writing it would stop a glide
  }

  /** A message: the line above a day moves away from what is being read when more of that day comes. */
  #firstInView() {
    const { top } = this.#scroller.getBoundingClientRect();
    const messages = [...this.#list.querySelectorAll("article")];
    return messages.find((message) => message.getBoundingClientRect().bottom > top);
  }

  #quietly(change) {
    this.#scroller.setAttribute("aria-live", "off");
    change();
    clearTimeout(this.quietTimer);
    this.quietTimer = setTimeout(() => this.#scroller.setAttribute("aria-live", "polite"), 300);
  }

  #showPill(unseen) {
    const label = unseen > 0 ? `${unseen} new` : "";
    setText(this.#pill.querySelector(".pill-text"), label);
    const wanted = this.#atBottom ? null : `Go to the newest${unseen ? `, ${plural(unseen, "new message", "new messages")}` : ""}`;
    setAttribute(this.#pill, "aria-label", wanted);
    setAttribute(this.#pill, "hidden", this.#atBottom);
  }

  #isAtBottom() {
    return this.#scroller.scrollTop > -NEAR_BOTTOM;
  }

  #scrolled() {
    const was = this.#atBottom;
    this.#atBottom = this.#isAtBottom();
    this.#checkTop();
    if (was !== this.#atBottom) this.dispatchEvent(new Event("bottom"));
  }

  #resized() {
    const wasShown = this.#isShown;
    this.#isShown = this.#scroller.clientHeight > 0;
    if (this.#atBottom) this.toBottom();
    this.#checkTop();
    if (this.#isShown && !wasShown) this.dispatchEvent(new Event("bottom"));
  }

  #checkTop() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    if (!clientHeight) return;
    if (scrollHeight - clientHeight + scrollTop < NEAR_TOP) this.dispatchEvent(new Event("top"));
  }
}
