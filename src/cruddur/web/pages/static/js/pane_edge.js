// Drags the edge between the panes, or moves it by keys. The width is kept in steps, which the style sheet knows.

import { onKey } from "./keyboard.js";
import { changeLook, lookOf } from "./look.js";

const FIRST = 240; // pixels; web/http/look.py has the same numbers
const STEP = 24;
const MOST = 12;
const USUAL = 5;

let isInstalled = false;

/** @param {HTMLElement} edge */
export function installEdge(edge) {
  if (isInstalled) return;
  isInstalled = true;
  const isRtl = () => getComputedStyle(edge).direction === "rtl";
  /** @param {number} step */
  const show = (step) => {
    const wanted = Math.max(0, Math.min(step, MOST));
    changeLook("pane", String(wanted));
    edge.setAttribute("aria-valuenow", String(FIRST + STEP * wanted));
  };
  edge.addEventListener("pointermove", (event) => {
    if (!(event.buttons & 1)) return;
    const width = isRtl() ? innerWidth - event.clientX : event.clientX;
    show(Math.round((width - FIRST) / STEP));
  });
  edge.addEventListener("dblclick", () => show(USUAL));
  onKey(edge, (event) => {
    const step = Number(lookOf("pane"));
    const wider = isRtl() ? "ArrowLeft" : "ArrowRight";
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: step - 1, ArrowRight: step - 1, Home: 0, End: MOST, Enter: USUAL };
    const wanted = event.key === wider ? step + 1 : steps[event.key];
    if (wanted === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(wanted);
  });
}
