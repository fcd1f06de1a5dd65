// Copies to the clipboard.

import { h } from "./dom.js";

/** Copies a text. Without TLS there is no clipboard API, so it uses execCommand. Resolves to whether it succeeded.
    @param {string} text */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = h("textarea", { class: "visually-hidden" });
    field.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    return isDone;
  }
}
