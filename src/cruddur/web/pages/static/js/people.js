// Choosing people: a search field, and the chosen ones beside it.

import * as api from "./api.js";
import { Combobox } from "./combobox.js";
import { avatar, h, icon } from "./dom.js";

export const asOption = (user) => ({
  name: user.display_name,
  detail: `@${user.handle}`,
  face: user.uuid,
  value: user,
});

/** People whose handle begins so, without those in `except` (a set of uuids). */
export async function findPeople(query, except = new Set()) {
  const prefix = query.replace(/^@/, "");
  if (prefix.length < 2) return [];
  const found = await api.users(prefix);
  return found.filter(({ uuid }) => !except.has(uuid)).map(asOption);
}

export class PeoplePicker {
  #chosen = new Map();
  #list;
  #combobox;
  #except;

  /** `except()` → uuids that cannot be chosen. */
  constructor(root, except) {
    this.#except = except;
    this.#list = root.querySelector(".chosen");
    this.#combobox = new Combobox(root, {
      search: (query) => findPeople(query, new Set([...this.#except(), ...this.#chosen.keys()])),
      pick: (user) => this.#add(user),
    });
    this.#list.addEventListener("click", (event) => this.#clicked(event));
  }

  get handles() {
    return [...this.#chosen.values()].map(({ handle }) => handle);
  }

  get input() {
    return this.#combobox.input;
  }

  clear() {
    this.#chosen.clear();
    this.#combobox.clear();
    this.#render();
  }

  #add(user) {
    this.#chosen.set(user.uuid, user);
    this.#render();
    this.input.focus();
  }

  #clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    this.#chosen.delete(button.dataset.uuid);
    this.#render();
    this.input.focus();
  }

  #render() {
    this.#list.replaceChildren(...[...this.#chosen.values()].map(chip));
    this.#list.hidden = this.#chosen.size === 0;
  }
}

const chip = (user) =>
  h(
    "li",
    { class: "chip" },
    avatar(user.uuid, user.display_name, "tiny"),
    h("span", { dir: "auto" }, user.display_name),
    h(
      "button",
      { type: "button", "data-uuid": user.uuid, "aria-label": `Remove ${user.display_name}` },
      icon("close"),
    ),
  );
