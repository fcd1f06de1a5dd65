// What all dialogs share, and the one that asks "are you sure?".

import { byId, setText } from "./dom.js";

/** Closes on its close buttons and on a click beside it; Escape is the browser's own. */
export function prepareDialogs() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
  }
}

export const isDialogOpen = () => document.querySelector("dialog[open]") !== null;

/** Resolves to whether they said yes. */
export function ask({ title, text, yes }) {
  const dialog = byId("ask");
  setText(byId("ask-title"), title);
  setText(byId("ask-text"), text);
  setText(byId("ask-yes"), yes);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
