// Brings a pinned conversation to another place among the pinned ones: by dragging its row with a mouse, or its pin
// with a finger.

import { byId, closest, parts, setAttribute } from "./dom.js";
import { afterPress } from "./press.js";

const STARTS = 6; // pixels: less is a press

/** @param {HTMLElement} rows
    @param {(row: HTMLElement, place: number) => void} move is called with the row and its new place */
export function onPinDragged(rows, move) {
  const drag = new Drag(move);
  rows.addEventListener("pointerdown", (event) => drag.begin(event));
  rows.addEventListener("pointermove", (event) => drag.follow(event));
  rows.addEventListener("pointerup", () => drag.drop());
  rows.addEventListener("pointercancel", () => drag.end());
  rows.addEventListener("dragstart", (event) => drag.isPressed && event.preventDefault());
  rows.addEventListener("click", (event) => drag.click(event), true);
}

class Drag {
  /** @type {{ row: HTMLElement; y: number; id: number } | null} */
  #press = null;
  #by = 0;
  #wasDrag = false;
  #move;

  /** @param {(row: HTMLElement, place: number) => void} move */
  constructor(move) {
    this.#move = move;
  }

  get isPressed() {
    return this.#press !== null;
  }

  /** @param {PointerEvent} event */
  begin({ target, pointerType, clientY: y, pointerId: id, button }) {
    const row = closest(target, "li:has([data-pinned])");
    const isHandle = pointerType === "mouse" ? button === 0 : closest(target, ".icon-pin") !== null;
    this.#wasDrag = false;
    this.#press = row && isHandle ? { row, y, id } : null;
  }

  /** @param {PointerEvent} event */
  follow({ clientY }) {
    if (!this.#press) return;
    const { row, y, id } = this.#press;
    this.#by = clientY - y;
    if (!this.#wasDrag && Math.abs(this.#by) < STARTS) return;
    if (!this.#wasDrag) byId("rows").setPointerCapture(id); // what follows comes here, wherever the pointer is
    this.#wasDrag = true;
    setAttribute(row, "data-dragged", true);
    row.style.setProperty("--dragged", `${this.#by}px`);
  }

  drop() {
    const row = this.#press?.row;
    const place = row && this.#wasDrag ? this.#place(row) : null;
    this.end();
    if (row && place !== null) afterPress(() => this.#move(row, place));
  }

  end() {
    this.#press?.row.style.removeProperty("--dragged");
    if (this.#press) setAttribute(this.#press.row, "data-dragged", null);
    this.#press = null;
    this.#by = 0;
  }

  /** A drag opens no conversation.
      @param {Event} event */
  click(event) {
    if (!this.#wasDrag) return;
    event.preventDefault();
    event.stopPropagation();
    this.#wasDrag = false;
  }

  /** How many of the other pinned rows end above the middle of the dragged one; null if that is where it was.
      @param {HTMLElement} row */
  #place(row) {
    const pinned = parts(byId("rows"), "li:has([data-pinned])");
    const { top, bottom } = row.getBoundingClientRect();
    const middle = (top + bottom) / 2;
    const others = pinned.filter((one) => one !== row);
    const place = others.filter((one) => middleOf(one) < middle).length;
    return place === pinned.indexOf(row) ? null : place;
  }
}

/** @param {HTMLElement} row */
function middleOf(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return (top + bottom) / 2;
}
