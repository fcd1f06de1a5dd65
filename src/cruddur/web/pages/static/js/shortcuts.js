// Keyboard shortcuts. The dialog that "?" opens lists them.

import { isDialogOpen, openDialog } from "./dialogs.js";
import { byId, closest, part } from "./dom.js";
import { onKey } from "./keyboard.js";

/** @import { InboxView } from "./inbox_view.js" */
/** @import { MessagesPage } from "./page.js" */
/** @import { Router } from "./router.js" */

/** @param {MessagesPage} page */
export function install({ view, router }) {
  const search = part(byId("search"), "[role=combobox]", HTMLInputElement);
  byId("shortcuts-button").addEventListener("click", showShortcuts);
  onKey(document, (event) => {
    if (event.defaultPrevented) return;
    if (isSearchKey(event)) focusSearch(event, search);
    else if (isDialogOpen()) return;
    else if (event.key === "Escape") goBack(router);
    else if (event.altKey && !event.shiftKey && ["ArrowUp", "ArrowDown"].includes(event.key))
      goOn(event, view, router);
    else if (event.key === "?" && !isWriting(event.target)) showShortcuts();
  });
}

const showShortcuts = () => openDialog(byId("shortcuts", HTMLDialogElement));

/** @param {KeyboardEvent} event */
const isSearchKey = (event) => (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";

/** @param {KeyboardEvent} event
    @param {HTMLInputElement} search */
function focusSearch(event, search) {
  event.preventDefault();
  if (isDialogOpen()) return;
  document.body.dataset.view = "inbox"; // a narrow window shows either the inbox or the conversation
  search.focus();
}

/** @param {Router} router */
function goBack(router) {
  if (!document.querySelector("[popover]:popover-open")) router.back();
}

/** @param {KeyboardEvent} event
    @param {InboxView} view
    @param {Router} router */
function goOn(event, view, router) {
  const path = view.neighbour(event.key === "ArrowUp" ? -1 : 1);
  event.preventDefault();
  if (path) router.go(path);
}

/** @param {EventTarget | null} target */
const isWriting = (target) => closest(target, "input, textarea, [contenteditable]") !== null;
