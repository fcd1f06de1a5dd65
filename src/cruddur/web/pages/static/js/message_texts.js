// Messages as text, for the clipboard.

import { fullTime } from "./time.js";

/** The text of one message, or of several with their times and authors, in the order of their numbers.
    @param {Page.Item[]} messages */
export function textOf(messages) {
  if (messages.length === 1) return messages[0].message;
  const inOrder = [...messages].sort((one, other) => (one.seq ?? 0) - (other.seq ?? 0));
  return inOrder.map(lineOf).join("\n");
}

/** @param {Page.Item} item */
const lineOf = ({ created_at: at, display_name: name, message }) =>
  `[${fullTime(at)}] ${name}: ${message}`;
