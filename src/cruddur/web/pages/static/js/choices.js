// Lists of numbers to choose from, in a form.

import { h } from "./dom.js";

const DAYS = [
  [1, "1 day"],
  [7, "7 days"],
  [30, "30 days"],
];

/** In how many days a link ends. */
export const endOfLink = () => choice("Ends in", DAYS, 1);

/** @param {string} label
    @param {(string | number)[][]} options each a number, and the words for it
    @param {number} chosen the place of the one that is chosen at first */
export function choice(label, options, chosen) {
  const select = h("select", {});
  for (const [index, [value, words]] of options.entries())
    select.append(h("option", { value: String(value), selected: index === chosen }, String(words)));
  return h("label", { class: "check" }, `${label} `, select);
}

/** The number that is chosen.
    @param {HTMLElement} label */
export const numberOf = (label) => Number(label.querySelector("select")?.value);
