// Keys that work wherever the focus is: PageUp and PageDown scroll the messages, letters go into the composer.

import { isDialogOpen } from "./dialogs.js";
import { closest, isTouch } from "./dom.js";
import { onKey } from "./keyboard.js";

/** @import { MessageList } from "./message_list.js" */
/** @import { MessagesPage } from "./page.js" */

/** @type {Record<string, number>} */
const PAGES = { PageUp: -1, PageDown: 1 };

/** @param {MessagesPage} page */
export function install({ messageList, composer }) {
  onKey(document, (event) => {
    if (event.defaultPrevented || isDialogOpen()) return;
    if (PAGES[event.key] && isPlain(event)) turnPage(event, messageList);
    else if (isText(event) && !isForAnother(event.target)) composer.focus(); // and the key goes there
  });
}

/** @param {KeyboardEvent} event
    @param {MessageList} messageList */
function turnPage(event, messageList) {
  if (closest(event.target, ".inbox, select")) return; // these scroll by themselves
  event.preventDefault();
  messageList.page(PAGES[event.key]);
}

/** @param {KeyboardEvent} event */
const isPlain = (event) => !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;

/** Whether the key types a character. A blank scrolls or presses the focused control; "?" shows the shortcuts.
    @param {KeyboardEvent} event */
const isText = (event) =>
  event.key.length === 1 &&
  !" ?".includes(event.key) &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.altKey;

/** @param {EventTarget | null} target */
const isForAnother = (target) =>
  isTouch() || closest(target, "input, textarea, select, [contenteditable], [popover]") !== null;
