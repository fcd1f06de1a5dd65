// A finger that rests on an item of a list.

import { closest, setAttribute } from "./dom.js";
import { afterPress } from "./press.js";

const LONG_PRESS_MS = 500;
const MOVED = 10; // pixels: from then on the finger scrolls or swipes

/** Calls `act` after a finger has rested on one of the items. The press then is no click.
    @param {HTMLElement} list
    @param {string} items selects them
    @param {(item: HTMLElement) => void} act
    @param {AbortSignal} [signal] ends it, where the list is not there as long as the page */
export function onLongPress(list, items, act, signal) {
  /** @type {{ held: HTMLElement; x: number; y: number; timer: number } | null} */
  let press = null;
  let isLong = false;
  const end = () => {
    clearTimeout(press?.timer);
    if (press) setAttribute(press.held, "data-held", null);
    press = null;
  };
  list.addEventListener("pointerdown", ({ target, pointerType, clientX: x, clientY: y }) => {
    const item = closest(target, items);
    if (pointerType !== "touch" || !item) return;
    const row = item.querySelector("a.row"); // not a link in a message
    const held = row instanceof HTMLElement ? row : item;
    const timer = setTimeout(() => {
      isLong = true;
      setAttribute(held, "data-held", true); // the finger may be lifted
      afterPress(() => act(item));
    }, LONG_PRESS_MS);
    press = { held, x, y, timer };
  });
  list.addEventListener("pointermove", ({ clientX: x, clientY: y }) => {
    if (press && Math.hypot(x - press.x, y - press.y) > MOVED) end();
  });
  for (const type of ["pointerup", "pointercancel"]) list.addEventListener(type, end);
  // In the whole page: the click of this finger may come only when a menu lies under it already.
  const click = (/** @type {MouseEvent} */ event) => {
    if (!isLong || event.detail === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const everywhere = { capture: true, signal };
  document.addEventListener("click", click, everywhere);
  document.addEventListener("pointerdown", () => (isLong = false), everywhere);
}
