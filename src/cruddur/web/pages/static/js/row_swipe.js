// Swiping a conversation of the inbox to the left with a finger opens its menu.

import { byId, closest, setAttribute } from "./dom.js";

const STARTS = 12; // pixels: less is a press, and more upwards than sideways is scrolling
const FAR = 56;
const MOST = 96;

export function install() {
  const swipes = new Swipes();
  const rows = byId("rows");
  rows.addEventListener("pointerdown", (event) => swipes.begin(event));
  rows.addEventListener("pointermove", (event) => swipes.move(event));
  rows.addEventListener("pointerup", () => swipes.end());
  rows.addEventListener("pointercancel", () => swipes.cancel());
  rows.addEventListener("click", (event) => swipes.click(event), true);
}

class Swipes {
  /** @type {{ row: HTMLElement; x: number; y: number } | null} */
  #press = null;
  #by = 0;
  #wasSwipe = false;

  /** @param {PointerEvent} event */
  begin({ target, pointerType, clientX: x, clientY: y }) {
    const row = closest(target, "li");
    this.#wasSwipe = false;
    this.#press = pointerType === "touch" && row ? { row, x, y } : null;
  }

  /** @param {PointerEvent} event */
  move({ clientX, clientY }) {
    if (!this.#press) return;
    const by = clientX - this.#press.x;
    if (!this.#wasSwipe && Math.abs(clientY - this.#press.y) > STARTS) this.#press = null;
    else if (this.#wasSwipe || by < -STARTS) this.#show(Math.max(-MOST, Math.min(0, by)));
  }

  end() {
    const row = this.#press?.row;
    const isFar = this.#by <= -FAR;
    this.cancel();
    if (isFar) row?.dispatchEvent(new CustomEvent("row-menu", { bubbles: true }));
  }

  cancel() {
    if (this.#press) this.#show(0);
    this.#press = null;
  }

  /** A swipe opens no conversation.
      @param {Event} event */
  click(event) {
    if (!this.#wasSwipe) return;
    event.preventDefault();
    event.stopPropagation();
    this.#wasSwipe = false;
  }

  /** @param {number} by */
  #show(by) {
    this.#by = by;
    if (by) this.#wasSwipe = true;
    const row = this.#press?.row;
    row?.style.setProperty("--swiped", `${by}px`);
    if (row) setAttribute(row, "data-swipe", by <= -FAR ? "More" : by ? "" : null);
  }
}
