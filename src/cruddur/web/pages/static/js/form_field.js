// A field of a form that a sheet makes: its label, a hint, the box, and the place for what is wrong with it.

import { h } from "./dom.js";

/** @param {string} words
    @param {HTMLInputElement | HTMLTextAreaElement} box has an id
    @param {string} [hint] */
export function field(words, box, hint) {
  const error = `${box.id}-error`;
  if (!box.hasAttribute("aria-describedby")) box.setAttribute("aria-describedby", error);
  return h(
    "div",
    { class: "field" },
    h("label", { for: box.id }, words),
    hint ? h("p", { class: "hint" }, hint) : null,
    box,
    h("p", { class: "field-error", id: error, role: "alert", hidden: true }),
  );
}
