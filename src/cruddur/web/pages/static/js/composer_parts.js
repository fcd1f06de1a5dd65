// The elements of the composer, and what they show of a text's length.

import { part, setAttribute, setText } from "./dom.js";

const SHOW_COUNTER_FOR = 124; // the last characters that a message may have

/** Fits the field to its text, and allows sending or not. Returns by how many characters the text is too long.
    @param {ReturnType<typeof partsOf>} parts
    @param {number} count */
export function showLength({ text, send, counter, most }, count) {
  text.style.height = "auto"; // one line; measuring an empty field would lay out the whole page once more
  if (text.value) text.style.height = `${text.scrollHeight + 2}px`;
  const over = count - most;
  const isShort = count < most - SHOW_COUNTER_FOR;
  setAttribute(counter, "hidden", isShort);
  if (!isShort) setText(counter, `${grouped(count)} / ${grouped(most)}`);
  setAttribute(text, "aria-invalid", over > 0 ? "true" : null);
  send.disabled = count === 0 || over > 0;
  return over;
}

/** @param {number} number */
const grouped = (number) => number.toLocaleString("en");

/** @param {HTMLFormElement} form */
export function partsOf(form) {
  return {
    most: Number(form.dataset.maxChars), // the characters that a message may have
    text: part(form, "[data-part=text]", HTMLTextAreaElement),
    send: part(form, "[data-part=send]", HTMLButtonElement),
    counter: part(form, "[data-part=counter]"),
    problem: part(form, "[data-part=problem]"),
    kept: part(form, "[data-part=kept]"),
    split: part(form, "[data-part=split]"),
    banner: part(form, "[data-part=banner]"),
    cancel: part(form, "[data-part=cancel]"),
  };
}
