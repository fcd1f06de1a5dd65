// The picker of all emoji. It is fetched when it is first opened, and so is the list of emoji.

import { outside } from "./base_path.js";
import { openDialog } from "./dialogs.js";
import { byId, h, isTouch, part, parts, setAttribute, setText } from "./dom.js";
import { changeEmojiSettings, emojiSettings } from "./emoji_settings.js";
import { hasWords } from "./folding.js";
import { onKey } from "./keyboard.js";

/** @typedef {[string, string, string, string?]} Entry an emoji, its name, words to find it by, and its light form
    @typedef {{ groups: { name: string; emoji: Entry[] }[] }} EmojiList */

const LIGHT = "\u{1f3fb}";
const TONES = ["", LIGHT, "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"];
const TONE_NAMES = ["No skin tone", "Light", "Medium-light", "Medium", "Medium-dark", "Dark"];
const MOST_FOUND = 120;

/** @type {EmojiPicker | null} */
let picker = null;

/** Opens the picker, and calls `take` with the emoji that is chosen.
    @param {Api.User} me
    @param {(emoji: string) => void} take */
export function openPicker(me, take) {
  picker ??= new EmojiPicker(me);
  picker.open(take);
}

class EmojiPicker {
  #me;
  #dialog = byId("emoji-picker", HTMLDialogElement);
  #search = h("input", {
    type: "text", // of a search field, Escape would empty it and not close the dialog
    role: "searchbox",
    "aria-label": "Search emoji",
    placeholder: "Search by words, such as party",
    autocomplete: "off",
    spellcheck: "false",
  });
  #tones = h("div", { class: "emoji-tones", role: "group", "aria-label": "Skin tone" });
  #list = h("div", { class: "emoji-list", tabindex: "-1" });
  #note = h("p", { class: "settings-note", role: "status", hidden: true });
  /** @type {EmojiList | null} */
  #all = null;
  #tone = "";
  /** @type {(emoji: string) => void} */
  #take = () => {};

  /** @param {Api.User} me */
  constructor(me) {
    this.#me = me;
    part(this.#dialog, ".dialog-body").append(this.#search, this.#tones, this.#note, this.#list);
    this.#search.addEventListener("input", () => this.#show());
    onKey(this.#search, (event) => this.#searchKey(event));
    onKey(this.#list, (event) => this.#listKey(event));
    this.#list.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button) this.#choose(button.textContent ?? "");
    });
  }

  /** @param {(emoji: string) => void} take */
  async open(take) {
    this.#take = take;
    this.#tone = emojiSettings(this.#me.uuid).tone;
    this.#search.value = "";
    openDialog(this.#dialog);
    if (!isTouch()) this.#search.focus(); // the keyboard on the screen would cover the emoji
    this.#say("Loading …");
    this.#all ??= await this.#load();
    this.#say(this.#all ? "" : "The list of emoji did not load. Close this, and try again.");
    this.#show();
  }

  /** @returns {Promise<EmojiList | null>} */
  async #load() {
    const response = await fetch(outside(this.#dialog.dataset.src ?? "")).catch(() => null);
    return response?.ok ? response.json().catch(() => null) : null;
  }

  /** @param {string} text */
  #say(text) {
    setText(this.#note, text);
    setAttribute(this.#note, "hidden", text === "");
  }

  #show() {
    if (!this.#all) return;
    this.#showTones();
    const query = this.#search.value.trim();
    const sections = query ? this.#found(query) : this.#groups();
    this.#list.replaceChildren(...sections);
    setAttribute(this.#list.querySelector("button") ?? this.#list, "tabindex", 0);
    this.#list.scrollTop = 0;
  }

  #showTones() {
    const buttons = TONES.map((tone, at) => {
      const button = h(
        "button",
        {
          type: "button",
          "aria-label": TONE_NAMES[at],
          "aria-pressed": String(tone === this.#tone),
        },
        `👋${tone}`,
      );
      button.addEventListener("click", () => this.#setTone(at));
      return button;
    });
    this.#tones.replaceChildren(...buttons);
  }

  /** @param {number} at */
  #setTone(at) {
    this.#tone = TONES[at];
    changeEmojiSettings(this.#me.uuid, { tone: this.#tone });
    this.#show();
    parts(this.#tones, "button")[at]?.focus();
  }

  #groups() {
    const { recent } = emojiSettings(this.#me.uuid);
    const groups = this.#all?.groups ?? [];
    const all = groups.map(({ name, emoji }) => section(name, emoji.map(this.#button)));
    if (!recent.length) return all;
    return [
      section(
        "Recent",
        recent.map((one) => this.#button([one, one, ""])),
      ),
      ...all,
    ];
  }

  /** @param {string} query */
  #found(query) {
    const all = this.#all?.groups.flatMap((group) => group.emoji) ?? [];
    const byName = all.filter(([, name]) => hasWords(name, query));
    const others = all.filter(([, name, words]) => hasWords(`${name} ${words}`, query));
    const found = [...new Set([...byName, ...others])].slice(0, MOST_FOUND);
    this.#say(found.length ? "" : "No emoji has these words.");
    return found.length ? [section("Found", found.map(this.#button))] : [];
  }

  /** @param {Entry} entry */
  #button = ([emoji, name, , light]) =>
    h(
      "button",
      { type: "button", tabindex: -1, "aria-label": name, title: name },
      light && this.#tone ? light.replaceAll(LIGHT, this.#tone) : emoji,
    );

  /** @param {string} emoji */
  #choose(emoji) {
    this.#dialog.close();
    this.#take(emoji);
  }

  /** @param {KeyboardEvent} event */
  #searchKey(event) {
    const first = this.#list.querySelector("button");
    if (!first || !["Enter", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "ArrowDown") first.focus();
    else if (this.#search.value.trim()) this.#choose(first.textContent ?? "");
  }

  /** @param {KeyboardEvent} event */
  #listKey(event) {
    const all = parts(this.#list, "button");
    const at = all.findIndex((one) => one === document.activeElement);
    const next = at < 0 ? undefined : neighbour(event.key, all, at);
    if (event.key === "ArrowUp" && !next) this.#search.focus();
    else if (!next) return;
    event.preventDefault();
    if (!next) return;
    for (const one of [all[at], next]) setAttribute(one, "tabindex", one === next ? 0 : -1);
    next.focus();
  }
}

/** @param {string} name
    @param {HTMLElement[]} buttons */
const section = (name, buttons) =>
  h("section", {}, h("h3", {}, name), h("div", { class: "emoji-grid" }, ...buttons));

/** The emoji to which a key leads: beside, or in the row above or below.
    @param {string} key
    @param {HTMLElement[]} all
    @param {number} at
    @returns {HTMLElement | undefined} */
function neighbour(key, all, at) {
  if (key === "ArrowRight") return all[at + 1];
  if (key === "ArrowLeft") return all[at - 1];
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  if (key === "ArrowDown") return inNextRow(all, at, 1);
  return key === "ArrowUp" ? inNextRow(all, at, -1) : undefined;
}

/** The emoji in the row below (a step of 1) or above (-1).
    @param {HTMLElement[]} all
    @param {number} at
    @param {number} step
    @returns {HTMLElement | undefined} */
function inNextRow(all, at, step) {
  const { left: x, top: y } = all[at].getBoundingClientRect();
  let row = y;
  let to = at + step;
  for (; all[to]; to += step) {
    const { left, top } = all[to].getBoundingClientRect();
    if (row !== y && top !== row) break; // that row is shorter
    row = top;
    if (row !== y && (step > 0 ? left >= x : left <= x)) return all[to];
  }
  return row === y ? undefined : all[to - step];
}
