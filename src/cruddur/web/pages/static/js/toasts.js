// Short notices at the foot of the page: what was done, and perhaps a button that undoes it.

import { byId, h, setText } from "./dom.js";

const SHOWN_MS = 4000;

/** @typedef {object} Undo
    @property {string} words what screen readers are told beside the text
    @property {() => void} undo
    @property {(isHeld: boolean) => void} hold called when the pointer or the focus comes to the notice, or goes */

/** Says it to those who do not see the page.
    @param {string} text */
export const say = (text) => setText(byId("said"), text);

/** Shows a notice, for a while or until the returned function is called.
    @param {string} text
    @param {Undo} [offer]
    @returns {() => void} */
export function showToast(text, offer) {
  const toast = h("div", { class: "toast" }, h("p", { dir: "auto" }, text));
  const close = () => toast.remove();
  if (offer) offerUndo(toast, offer);
  else setTimeout(close, SHOWN_MS);
  say(offer ? `${text}. ${offer.words}` : text);
  byId("toasts").append(toast);
  return close;
}

/** @param {HTMLElement} toast
    @param {Undo} offer */
function offerUndo(toast, { undo, hold }) {
  const button = h("button", { type: "button", class: "toast-button" }, "Undo");
  button.addEventListener("click", undo);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => hold(true));
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, () => hold(false));
  toast.append(button);
}
