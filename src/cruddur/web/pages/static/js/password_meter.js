// The meters beside fields for new passwords: they show the length, which matters most.

import { part, parts, setText } from "./dom.js";
import { countChars, plural } from "./text.js";

export const MIN_CHARS = 12;
const GOOD_CHARS = 16;

/** Keeps the meters of a form up to date, also when it is reset. A form may say that fewer characters are
    enough: `data-min-chars`.
    @param {HTMLFormElement} form */
export function installMeters(form) {
  for (const line of parts(form, "[data-meter]")) {
    const input = part(form, `[name=${line.dataset.meter}]`, HTMLInputElement);
    const meter = part(line, "meter", HTMLMeterElement);
    const show = () => {
      const length = countChars(input.value.normalize("NFC"));
      meter.value = length;
      meter.low = Number(form.dataset.minChars ?? MIN_CHARS);
      setText(line.querySelector("span"), wordsFor(length, meter.low));
    };
    form.addEventListener("input", show);
    form.addEventListener("reset", () => setTimeout(show)); // the fields are emptied after the event
    show();
  }
}

/** @param {number} length
    @param {number} least */
function wordsFor(length, least) {
  if (!length) return "";
  if (length < least) return `${plural(least - length, "character", "characters")} more`;
  return length < GOOD_CHARS ? "Long enough" : "Good and long";
}
