// The menus of a user's own messages. At most one is open, and a click elsewhere closes it.

import { ask } from "./dialogs.js";
import { byId, closest, part, parts, setAttribute } from "./dom.js";
import { addLayer } from "./layers.js";
import { MessageActions } from "./message_actions.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  const actions = new MessageActions(page.conversation, { ...page, ask });
  byId("messages").addEventListener("click", (event) => {
    const button = closest(event.target, "[data-act]");
    const message = closest(button, "[data-uuid]");
    if (!button || !message) return;
    event.stopPropagation();
    const { act = "" } = button.dataset;
    if (act === "toggle") toggle(button);
    else {
      closeAll();
      actions.act(act, message.dataset.uuid ?? "");
    }
  });
  document.addEventListener("click", closeAll);
}

/** @param {HTMLElement} button */
function toggle(button) {
  const opens = button.getAttribute("aria-expanded") === "false";
  closeAll();
  if (!opens) return;
  show(button, true);
  addLayer(layer);
}

const openButtons = () => parts(document, "[data-act=toggle][aria-expanded=true]");

function closeAll() {
  for (const button of openButtons()) show(button, false);
}

const layer = { isOpen: () => openButtons().length > 0, close: closeAll };

/** @param {HTMLElement} button
    @param {boolean} isOpen */
function show(button, isOpen) {
  button.setAttribute("aria-expanded", String(isOpen));
  const actions = closest(button, ".actions");
  if (actions) setAttribute(part(actions, ".choices"), "hidden", !isOpen);
}
