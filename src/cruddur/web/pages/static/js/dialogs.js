// What all dialogs and menus share, and the dialog for a question.

import { byId, closest, parts, setText } from "./dom.js";
import { isInputMethodsKey } from "./keyboard.js";
import { addLayer } from "./layers.js";
import { pressedOn } from "./press.js";

/** @import { Layer } from "./layers.js" */

/** @type {Map<HTMLElement, Layer>} */
const layers = new Map();

/** Closes a dialog on its close buttons and on a click beside it. The browser closes it on Escape. */
export function install() {
  for (const dialog of document.querySelectorAll("dialog")) {
    layers.set(dialog, { isOpen: () => dialog.open, close: () => dialog.close() });
    dialog.addEventListener("click", (event) => {
      // A selection of text that ends beside the dialog is no click beside it: its press began in the dialog.
      const isBeside = event.target === dialog && pressedOn() === dialog;
      if (isBeside || closest(event.target, "[data-close]")) dialog.close();
    });
    dialog.addEventListener("cancel", (event) => isInputMethodsKey() && event.preventDefault());
  }
  for (const menu of parts(document, "[popover]")) installMenu(menu);
}

/** The browser opens and closes it.
    @param {HTMLElement} menu */
function installMenu(menu) {
  const isOpen = () => menu.matches(":popover-open");
  const layer = { isOpen, close: () => menu.hidePopover() };
  menu.addEventListener("toggle", () => isOpen() && addLayer(layer));
}

/** @param {HTMLElement} menu */
export const openMenu = (menu) => menu.showPopover();

/** @param {HTMLDialogElement} dialog */
export function openDialog(dialog) {
  dialog.showModal();
  dialog.scrollTo(0, 0); // a browser keeps where it was scrolled to
  const layer = layers.get(dialog);
  if (layer) addLayer(layer);
}

export const isDialogOpen = () => document.querySelector("dialog[open]") !== null;

/** Asks a question. Resolves to whether the answer is yes.
    @param {Page.Question} options */
export function ask({ title, text, yes }) {
  const dialog = byId("ask", HTMLDialogElement);
  setText(byId("ask-title"), title);
  setText(byId("ask-text"), text);
  setText(byId("ask-yes"), yes);
  dialog.returnValue = "";
  openDialog(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
