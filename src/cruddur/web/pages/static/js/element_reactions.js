// The reactions to a message of <cruddur-conversation>: a press gives one, or takes it back.

import { h, setAttribute } from "./dom.js";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const NAMES = ["Thumbs up", "Heart", "Laughing", "Surprised", "Sad", "Thanks"];

/** @import { Acting } from "./element_message.js" */

/** What opens the choice of reactions; null for a message that takes none.
    @param {Page.Item} item
    @param {number | null} open the message whose choice is open
    @param {Acting} acting */
export function addingTo({ seq, deleted_at: deleted }, open, { choose }) {
  if (seq === null || deleted) return null;
  const add = pressed("☺+", "add", () => choose(open === seq ? null : seq));
  add.classList.add("add");
  setAttribute(add, "aria-expanded", String(open === seq));
  setAttribute(add, "aria-label", "React");
  return add;
}

/** The reactions of a message, and the choice of others if it is open.
    @param {Page.Item} item
    @param {number | null} open
    @param {Acting} acting */
export function reactionsOf({ seq, deleted_at: deleted, chips = [] }, open, acting) {
  const isOpen = open === seq;
  if (seq === null || deleted || (!chips.length && !isOpen)) return null;
  const row = h("div", { class: "reactions", part: "reactions" });
  for (const { emoji, count, isOwn, names } of chips) {
    const chip = pressed(`${emoji} ${count}`, emoji, () => acting.react(seq, emoji, !isOwn));
    chip.part.add("reaction");
    setAttribute(chip, "aria-pressed", String(isOwn));
    setAttribute(chip, "aria-label", `${emoji} ${count}: ${names}`);
    setAttribute(chip, "title", names);
    row.append(chip);
  }
  if (isOpen) row.append(choiceOf(seq, acting));
  return row;
}

/** @param {number} seq
    @param {Acting} acting */
function choiceOf(seq, { react, choose }) {
  const choice = h("div", { class: "choice", role: "group", "aria-label": "Reactions" });
  QUICK.forEach((emoji, at) => {
    const one = pressed(emoji, `quick ${emoji}`, () => react(seq, emoji, true));
    setAttribute(one, "aria-label", NAMES[at]);
    choice.append(one);
  });
  choice.addEventListener("keydown", ({ key }) => key === "Escape" && choose(null));
  return choice;
}

/** A button that is found again by its key when the message is made anew.
    @param {string} text
    @param {string} key
    @param {() => void} act */
function pressed(text, key, act) {
  const button = h("button", { type: "button", class: "chip", "data-key": key }, text);
  button.addEventListener("click", act);
  return button;
}
