// The reactions to a message of <cruddur-conversation>: a press gives one, or takes it back.

import { h, setAttribute } from "./dom.js";

const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const NAMES = ["Thumbs up", "Heart", "Laughing", "Surprised", "Sad", "Thanks"];

/** What the element does with a press.
    @typedef {object} Reacting
    @property {number | null} open the message whose choice of reactions is open
    @property {(seq: number | null) => void} choose opens that choice
    @property {(seq: number, emoji: string, wanted: boolean) => void} react */

/** What opens the choice of reactions; null for a message that takes none.
    @param {Page.Item} item
    @param {Reacting} reacting */
export function addingTo({ seq, deleted_at: deleted }, { open, choose }) {
  if (seq === null || deleted) return null;
  const add = pressed("☺+", "add", () => choose(open === seq ? null : seq));
  add.classList.add("add");
  setAttribute(add, "aria-expanded", String(open === seq));
  setAttribute(add, "aria-label", "React");
  return add;
}

/** The reactions of a message, and the choice of others if it is open.
    @param {Page.Item} item
    @param {Reacting} reacting */
export function reactionsOf({ seq, deleted_at: deleted, chips = [] }, reacting) {
  const isOpen = reacting.open === seq;
  if (seq === null || deleted || (!chips.length && !isOpen)) return null;
  const row = h("div", { class: "reactions", part: "reactions" });
  for (const { emoji, count, isOwn, names } of chips) {
    const chip = pressed(`${emoji} ${count}`, emoji, () => reacting.react(seq, emoji, !isOwn));
    chip.part.add("reaction");
    setAttribute(chip, "aria-pressed", String(isOwn));
    setAttribute(chip, "aria-label", `${emoji} ${count}: ${names}`);
    setAttribute(chip, "title", names);
    row.append(chip);
  }
  if (isOpen) row.append(choiceOf(seq, reacting));
  return row;
}

/** @param {number} seq
    @param {Reacting} reacting */
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
