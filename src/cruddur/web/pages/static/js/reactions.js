// Reacting to messages: by a chip, by the six emoji in the menu of a message, and by the picker of all emoji.

import { isRequest } from "./conversation_ref.js";
import { byId, closest, isTouch, part, parts, setAttribute, setText } from "./dom.js";
import { emojiSettings, rememberEmoji, toned } from "./emoji_settings.js";
import { onKey } from "./keyboard.js";
import { onLongPress } from "./long_press.js";
import { withPart } from "./on_demand.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export const install = (page) => new Reactions(page);

class Reactions {
  #page;
  #menu = byId("message-menu");

  /** @param {MessagesPage} page */
  constructor(page) {
    this.#page = page;
    const list = byId("messages");
    list.addEventListener("click", ({ target }) => this.#pressed(closest(target, ".reaction")));
    list.addEventListener("contextmenu", (event) => {
      const chip = closest(event.target, ".reaction");
      if (!chip) return;
      event.preventDefault();
      this.#showReactors(uuidOf(chip));
    });
    onLongPress(list, ".reaction", (chip) => this.#showReactors(uuidOf(chip)));
    onKey(list, (event) => this.#key(event));
    this.#menu.addEventListener("beforetoggle", () => this.#prepare());
    this.#menu.addEventListener("click", ({ target }) =>
      this.#chosen(closest(target, "[data-act]")),
    );
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { target, key, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey || key.toLowerCase() !== "e") return;
    const message = target instanceof Element && target.matches("article") ? target : null;
    const toggle = message?.querySelector("[data-act=toggle]");
    if (!(toggle instanceof HTMLElement)) return;
    event.preventDefault();
    toggle.click();
  }

  /** A chip was pressed.
      @param {HTMLElement | null} chip */
  #pressed(chip) {
    const article = closest(chip, "article");
    if (!chip || !article) return;
    this.#toggle(uuidOf(chip), chip.dataset.emoji ?? "");
    if (!chip.isConnected) article.focus({ preventScroll: true });
  }

  /** Shows in the menu which of the six the user has on the message.
      To be called when it opens. */
  #prepare() {
    const { tone } = emojiSettings(this.#page.me.uuid);
    for (const one of parts(this.#menu, "[data-act=react]")) {
      const plain = one.dataset.plain ?? one.dataset.emoji ?? "";
      const emoji = toned(plain, tone);
      [one.dataset.plain, one.dataset.emoji] = [plain, emoji];
      setText(one, emoji);
      setAttribute(one, "aria-label", `React with ${emoji}`);
      setAttribute(one, "aria-pressed", String(this.#has(this.#menu.dataset.uuid ?? "", emoji)));
    }
  }

  /** Something in the menu was pressed.
      @param {HTMLElement | null} button */
  #chosen(button) {
    const uuid = this.#menu.dataset.uuid ?? "";
    if (button?.dataset.act === "react") this.#toggle(uuid, button.dataset.emoji ?? "");
    if (button?.dataset.act === "pick") this.#pick(uuid);
    if (button?.dataset.act === "reactors") this.#showReactors(uuid);
  }

  /** @param {string} uuid */
  #pick(uuid) {
    const take = (/** @type {string} */ emoji) => {
      if (!this.#has(uuid, emoji)) this.#toggle(uuid, emoji);
      if (!isTouch()) part(byId("messages"), `[data-uuid="${uuid}"]`).focus();
    };
    withPart(
      async () => await import("./emoji_picker.js"),
      ({ openPicker }) => openPicker(this.#page.me, take),
    );
  }

  /** @param {string} uuid */
  #showReactors(uuid) {
    withPart(
      async () => await import("./reactors.js"),
      ({ openReactors }) => openReactors(this.#page, this.#find(uuid)),
    );
  }

  /** @param {string} uuid */
  #find(uuid) {
    return this.#page.conversation.confirmed().find((one) => one.uuid === uuid);
  }

  /** @param {string} uuid
      @param {string} emoji */
  #has(uuid, emoji) {
    return this.#find(uuid)?.chips.some((chip) => chip.emoji === emoji && chip.isOwn) ?? false;
  }

  /** @param {string} uuid
      @param {string} emoji */
  #toggle(uuid, emoji) {
    const { conversation, inbox } = this.#page;
    const message = conversation.timeline?.at(this.#find(uuid)?.seq ?? 0);
    if (!message || message.deleted_at || isRequest(inbox, conversation.ref)) return;
    const wanted = !this.#has(uuid, emoji);
    if (wanted) rememberEmoji(this.#page.me.uuid, emoji);
    const { message_group_uuid: group, seq } = message;
    const name = `reaction/${seq}/${emoji}`;
    this.#page.waiting.add(name, { kind: "reaction", group, seq, emoji, wanted });
  }
}

/** @param {Element} inside */
const uuidOf = (inside) => closest(inside, "article")?.dataset.uuid ?? "";
