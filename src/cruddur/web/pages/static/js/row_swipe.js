// Swiping a conversation of the inbox to the left with a finger opens its menu, and swiping it far archives it.
// Swiping it to the right marks it as unread or read, and swiping it far pins it.

import { byId, closest, setAttribute } from "./dom.js";

const STARTS = 12; // pixels: less is a press, and more upwards than sideways is scrolling
/** From how far on a swipe does what, and its word on the way.
    @type {{ from: number; act: string; word: string }[]} */
const ACTS = [
  { from: 150, act: "archive", word: "Archive" },
  { from: 56, act: "open", word: "More" },
];
const TO_THE_RIGHT = [
  { from: 150, act: "pin", word: "Pin or unpin" },
  { from: 56, act: "unread", word: "Read or unread" },
];
const MOST = 190;

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
    else if (this.#wasSwipe || Math.abs(by) > STARTS)
      this.#show(Math.max(-MOST, Math.min(MOST, by)));
  }

  end() {
    const row = this.#press?.row;
    const act = actOf(this.#by)?.act;
    this.cancel();
    if (act) row?.dispatchEvent(new CustomEvent("row-swiped", { bubbles: true, detail: act }));
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
    if (row) setAttribute(row, "data-swiped-right", by > 0);
    if (row) setAttribute(row, "data-swipe", by ? wordOf(actOf(by)) : null);
  }
}

/** @param {{ act: string; word: string } | undefined} act */
function wordOf(act) {
  const isArchive = document.querySelector("#inbox-parts [data-part=archive][aria-pressed=true]");
  return isArchive && act?.act === "archive" ? "Inbox" : (act?.word ?? "");
}

/** @param {number} by */
const actOf = (by) =>
  by > 0 ? TO_THE_RIGHT.find(({ from }) => by >= from) : ACTS.find(({ from }) => -by >= from);
