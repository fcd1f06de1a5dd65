// The choices of looks in the settings sheet. Each counts at once.

import { byId, parts } from "./dom.js";
import { changeLook, lookOf } from "./look.js";

/** @import { Trait } from "./look.js" */

/** @returns {() => void} to be called when the sheet opens: shows what is in force */
export function installLookForm() {
  const form = byId("look-form", HTMLFormElement);
  const choices = parts(form, "input").filter((one) => one instanceof HTMLInputElement);
  form.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement) changeLook(traitOf(target), chosen(target));
  });
  return () => {
    for (const one of choices)
      one.checked = lookOf(traitOf(one)) === (one.type === "checkbox" ? "sends" : one.value);
  };
}

/** @param {HTMLInputElement} choice */
const traitOf = ({ name }) => /** @type {Trait} */ (name);

/** @param {HTMLInputElement} choice */
const chosen = ({ type, checked, value }) =>
  type === "checkbox" ? (checked ? "sends" : "breaks") : value;
