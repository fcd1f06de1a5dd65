// The reactions in a bubble: a chip for each emoji, with how many people have it. A press gives it or takes it back.

import { arrange, h, setAttribute, setText } from "./dom.js";

const MOST_NAMED = 10;

/** What a chip shows of each emoji; web/pages/reactions.py does the same.
    @param {Record<string, string[]>} reactions
    @param {(uuid: string) => string} nameOf
    @param {Api.User} me
    @returns {Page.Chip[]} */
export const chipsOf = (reactions, nameOf, me) =>
  Object.entries(reactions).map(([emoji, people]) => ({
    emoji,
    count: people.length,
    isOwn: people.includes(me.uuid),
    names: namesIn(people, nameOf, me),
  }));

/** The names of these people as one text, the user's own first.
    @param {string[]} people
    @param {(uuid: string) => string} nameOf
    @param {Api.User} me */
function namesIn(people, nameOf, me) {
  const others = people.filter((uuid) => uuid !== me.uuid).map(nameOf);
  let names = people.includes(me.uuid) ? ["You", ...others] : others;
  if (names.length > MOST_NAMED)
    names = [...names.slice(0, MOST_NAMED - 1), `${names.length - MOST_NAMED + 1} others`];
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export class ReactionChips {
  /** @type {Map<string, HTMLElement>} By emoji. */
  #chips = new Map();
  element = h("div", {
    class: "reactions",
    role: "group",
    "aria-label": "Reactions",
    "aria-live": "off",
  });

  /** @param {Page.Chip[]} chips */
  update(chips) {
    const shown = chips.map((chip) => this.#chip(chip));
    this.#chips = new Map(chips.map(({ emoji }, at) => [emoji, shown[at]]));
    arrange(this.element, shown);
  }

  /** @param {Page.Chip} options */
  #chip({ emoji, count, isOwn, names }) {
    const chip = this.#chips.get(emoji) ?? newChip(emoji);
    setAttribute(chip, "aria-pressed", String(isOwn));
    setAttribute(chip, "aria-label", `${emoji} ${count}: ${names}`);
    setAttribute(chip, "title", names);
    setText(chip.lastChild, String(count));
    return chip;
  }
}

/** @param {string} emoji */
const newChip = (emoji) =>
  h(
    "button",
    { type: "button", class: "reaction", "data-act": "react", "data-emoji": emoji },
    h("span", { class: "reaction-emoji" }, emoji),
    h("span", { class: "reaction-count" }),
  );
