// A long message shows its beginning, and a button for the rest.

import { closest, h, setText } from "./dom.js";

const FOLDED_FROM_CHARS = 1024; // pages/formatted.py has the same numbers
const FOLDED_FROM_LINES = 20;

/** Whether only the beginning of a message is shown at first.
    @param {string} text */
export function isLong(text) {
  if (text.length <= FOLDED_FROM_CHARS && text.length < FOLDED_FROM_LINES) return false;
  return [...text].length > FOLDED_FROM_CHARS || text.split("\n").length > FOLDED_FROM_LINES;
}

/** The button behind a long text. The text unfolds also when the focus goes into its hidden part.
    @param {HTMLElement} text */
export function foldButton(text) {
  const button = h("button", { type: "button", class: "text-button fold" });
  const show = (/** @type {boolean} */ isFolded) => {
    text.classList.toggle("folded", isFolded);
    button.setAttribute("aria-expanded", String(!isFolded));
    setText(button, isFolded ? "Show more" : "Show less");
  };
  const toggle = () => keepingPlace(text, () => show(!text.classList.contains("folded")));
  button.addEventListener("click", toggle);
  text.addEventListener("focusin", () => text.classList.contains("folded") && toggle());
  show(true);
  return button;
}

/** Keeps the beginning of the text where it is, or brings it into view if it has left at the top. The log is a reversed
    column, so that otherwise the end of the text would stay.
    @param {HTMLElement} text
    @param {() => void} change */
function keepingPlace(text, change) {
  const before = text.getBoundingClientRect().top;
  change();
  const log = closest(text, ".log");
  if (!log) return;
  log.scrollTop += text.getBoundingClientRect().top - before;
  if (before < log.getBoundingClientRect().top) text.scrollIntoView({ block: "nearest" });
}
