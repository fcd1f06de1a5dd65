// Swiping an item of a list to the right with a finger. It follows the finger, and springs back.

import { closest } from "./dom.js";

const FAR = 56; // pixels after which letting go does it
const MOST = 72;
const BEGINS = 12;
const EDGE = 24; // a swipe from the edge of the screen is the browser's: it goes back

/** Calls `done` with the item that was swiped far enough.
    @param {HTMLElement} list
    @param {{ items: string }} options
    @param {(item: HTMLElement) => void} done */
export function onSwipe(list, { items }, done) {
  /** @type {{ item: HTMLElement; x: number; y: number; by: number | null } | null} */
  let swipe = null;

  const end = () => {
    if (!swipe) return;
    const { item, by } = swipe;
    swipe = null;
    item.style.removeProperty("transform");
    item.classList.remove("swiped");
    if ((by ?? 0) >= FAR) done(item);
  };

  list.addEventListener("pointerdown", (event) => {
    const item = closest(event.target, items);
    if (event.pointerType !== "touch" || !event.isPrimary || event.clientX < EDGE) return;
    swipe = item && { item, x: event.clientX, y: event.clientY, by: null };
  });
  list.addEventListener("pointermove", (event) => {
    if (!swipe || !event.isPrimary) return;
    const [right, down] = [event.clientX - swipe.x, Math.abs(event.clientY - swipe.y)];
    if (swipe.by === null && down > BEGINS) swipe = null;
    else if (swipe.by !== null || right > BEGINS) follow(swipe, right);
  });
  list.addEventListener("pointerup", end);
  list.addEventListener("pointercancel", () => {
    if (swipe) swipe.by = 0;
    end();
  });
}

/** @param {{ item: HTMLElement; by: number | null }} swipe
    @param {number} right */
function follow(swipe, right) {
  swipe.by = Math.max(0, Math.min(right, MOST));
  swipe.item.style.transform = `translateX(${swipe.by}px)`;
  swipe.item.classList.toggle("swiped", swipe.by >= FAR);
}
