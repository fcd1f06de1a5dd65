// The keyboard's short ways. They are listed in the dialog behind "?".

import { isDialogOpen } from "./dialogs.js";
import { byId } from "./dom.js";

export function listenToKeys({ search, view, router }) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") focusSearch(event, search);
    else if (isDialogOpen()) return;
    else if (event.key === "Escape") goBack(event, router);
    else if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) goOn(event, view, router);
    else if (event.key === "?" && !isWriting(event.target)) byId("shortcuts").showModal();
  });
}

function focusSearch(event, search) {
  event.preventDefault();
  if (isDialogOpen()) return;
  document.body.dataset.view = "inbox"; // on a phone the search is on the other side
  search.focus();
}

function goBack(event, router) {
  if (document.querySelector("[popover]:popover-open")) return;
  const open = document.querySelector("[data-act=toggle][aria-expanded=true]");
  if (open) {
    open.click();
    open.focus();
  } else if (location.pathname !== "/") router.go("/");
}

function goOn(event, view, router) {
  const path = view.neighbour(event.key === "ArrowUp" ? -1 : 1);
  event.preventDefault();
  if (path) router.go(path);
}

const isWriting = (target) => target.closest("input, textarea, [contenteditable]") !== null;
