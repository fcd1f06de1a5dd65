// Chooses people: a search field, and a list of those who are chosen.

import * as api from "./api.js";
import { Combobox } from "./combobox.js";
import { avatar, closest, h, icon, part } from "./dom.js";

/** @param {Api.User} user
    @returns {Page.Option<Api.User>} */
export const asOption = (user) => ({
  name: user.display_name,
  detail: `@${user.handle}`,
  face: user.uuid,
  value: user,
});

/** Options for the users whose handle begins with the query, except those with these uuids.
    @param {string} query
    @param {Set<string>} [except] */
export async function findPeople(query, except = new Set()) {
  const prefix = query.replace(/^@/, "");
  if (prefix.length < 2) return [];
  const found = await api.users(prefix);
  return found.filter(({ uuid }) => !except.has(uuid)).map(asOption);
}

export class PeoplePicker {
  /** @type {Map<string, Api.User>} By uuid. */
  #chosen = new Map();
  #list;
  #combobox;
  #except;

  /** `except()` returns the uuids of people who cannot be chosen.
      @param {HTMLElement} root
      @param {() => string[]} except */
  constructor(root, except) {
    this.#except = except;
    this.#list = part(root, ".chosen");
    this.#combobox = new Combobox(root, {
      search: (query) => findPeople(query, new Set([...this.#except(), ...this.#chosen.keys()])),
      pick: (user) => this.#add(user),
    });
    this.#list.addEventListener("click", (event) => this.#clicked(event));
  }

  get handles() {
    return [...this.#chosen.values()].map(({ handle }) => handle);
  }

  /** Chooses the person whose whole handle is in the field. Throws an error for the field if nobody has the handle, or
      if nobody is chosen. */
  async settle() {
    const typed = this.input.value.trim().replace(/^@/, "");
    if (typed) this.#take(await personCalled(typed));
    if (this.#chosen.size === 0) throw problem("Choose at least one person.");
  }

  /** @param {Api.User} user */
  #take(user) {
    if (this.#except().includes(user.uuid)) throw problem(`${user.display_name} is in it already.`);
    this.#combobox.clear();
    this.#add(user);
  }

  get input() {
    return this.#combobox.input;
  }

  clear() {
    this.#chosen.clear();
    this.#combobox.clear();
    this.#render();
  }

  /** @param {Api.User} user */
  #add(user) {
    this.#chosen.set(user.uuid, user);
    this.#changed();
  }

  #changed() {
    this.#render();
    this.input.dispatchEvent(new Event("input", { bubbles: true })); // removes an error that is shown at the field
    this.input.focus();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const button = closest(event.target, "button");
    if (!button) return;
    this.#chosen.delete(button.dataset.uuid ?? "");
    this.#changed();
  }

  #render() {
    this.#list.replaceChildren(...[...this.#chosen.values()].map(chip));
    this.#list.hidden = this.#chosen.size === 0;
  }
}

/** @param {string} message */
const problem = (message) => Object.assign(new Error(message), { field: "handles" });

/** @param {string} handle */
async function personCalled(handle) {
  try {
    return await api.user(`@${handle}`);
  } catch (error) {
    if (api.asFailure(error).status !== 404) throw error;
    throw problem(
      `Nobody has the handle “${handle}”. Choose somebody from the list, or empty the field.`,
    );
  }
}

/** @param {Api.User} user */
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
