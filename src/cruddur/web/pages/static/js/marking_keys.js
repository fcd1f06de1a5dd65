// Ctrl or ⌘ with B, I, E, or Shift and X: puts marks around what is selected in the composer.

import { byId } from "./dom.js";
import { onKey } from "./keyboard.js";
import { wrapped } from "./wrapping.js";

/** @type {Record<string, string>} */
const MARKS = { b: "*", i: "_", e: "`" };
/** @type {Record<string, string>} */
const WITH_SHIFT = { x: "~" };

export function install() {
  const text = byId("composer-text", HTMLTextAreaElement);
  onKey(text, (event) => {
    const mark = markOf(event);
    if (!mark) return;
    event.preventDefault();
    apply(text, wrapped(text.value, text.selectionStart, text.selectionEnd, mark));
  });
}

/** @param {KeyboardEvent} event */
function markOf({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (ctrlKey === metaKey || altKey) return undefined;
  return (shiftKey ? WITH_SHIFT : MARKS)[key.toLowerCase()];
}

/** The browser's own command is used, since it can be undone and tells of the change.
    @param {HTMLTextAreaElement} field
    @param {import("./wrapping.js").Wrapped} change */
function apply(field, { from, to, text, start, end }) {
  field.setSelectionRange(from, to);
  const isDone = text
    ? document.execCommand("insertText", false, text)
    : document.execCommand("delete");
  if (!isDone) {
    field.setRangeText(text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.setSelectionRange(start, end);
}
