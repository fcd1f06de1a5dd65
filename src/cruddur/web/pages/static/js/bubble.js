// One message in the message list. Its elements are made once and then changed only where the message has changed:
// so the keyboard's focus stays, and a screen reader does not read it again.

import { isBigEmoji } from "./big_emoji.js";
import { isFlowing } from "./flowing.js";
import { formatted } from "./formatted.js";
import { avatar, h, hiddenText, icon, setAttribute, setText } from "./dom.js";
import { foldButton, isLong } from "./long_text.js";
import { mentionedIn } from "./mentions.js";
import { pictureOf } from "./pictures.js";
import { QuoteBlock } from "./quote_block.js";
import { ReactionChips } from "./reaction_chips.js";
import { avatarColour } from "./text.js";
import { clock, fullTime } from "./time.js";

const STATES = {
  sent: "Sent",
  read: "Read",
  sending: "Sending",
  waiting: "Waiting to be sent",
  failed: "Not sent",
};

/** @typedef {object} Look how a message is to be shown
    @property {boolean} named whether its author is named
    @property {boolean} own whether the reader wrote it
    @property {boolean} isAlike whether another person's name looks like the author's
    @property {string} me the uuid of the reader
    @property {Map<string, string>} handles of the members, by uuid, as they are now */

export class Bubble {
  #text = h("div", { class: "text", dir: "auto" });
  #edited = h("span", { class: "edited", hidden: true }, "edited");
  #time = h("time");
  #state = h("span", { class: "state", hidden: true });
  #bubble = h("div", { class: "bubble" });
  #said;
  /** @type {{ text?: string; state?: string; sender?: string; trouble?: string }} */
  #shown = {};
  /** @type {Element[] | null} */
  #author = null;
  /** @type {Element | null} */
  #actions = null;
  /** @type {Element | null} */
  #fold = null;
  /** @type {QuoteBlock | null} */
  #quote = null;
  /** @type {ReactionChips | null} */
  #chips = null;
  /** @type {Element | null} */
  #trouble = null;
  /** @type {Element | null} */
  #waits = null;

  constructor() {
    const meta = h("p", { class: "meta" }, this.#edited, this.#time, this.#state);
    this.#said = h("div", { class: "said" }, this.#text, meta);
    this.#bubble.append(this.#said);
    this.element = h("article", { class: "message" }, this.#bubble);
  }

  /** @param {Page.MessageRow} row
      @param {Look} look */
  update({ item, first, last }, { named, own, isAlike, me, handles }) {
    this.#classes({ own, first, last, deleted: Boolean(item.deleted_at) });
    this.#attributes(item, own, isAlike);
    this.#body(item, { people: mentionedIn(item.mentions, handles), me });
    this.#answers(item.quote ?? null);
    this.#meta(item, own);
    this.#react(item.chips ?? []);
    this.#sender(item, { first, last, named: named && !own, isAlike });
    this.#offerActions(item.state === "sent" && !item.deleted_at, own);
    this.#tellTrouble(item);
  }

  /** @param {Record<string, boolean>} flags */
  #classes(flags) {
    for (const [name, on] of Object.entries(flags)) this.element.classList.toggle(name, on);
  }

  /** @param {Page.Item} item
      @param {boolean} own
      @param {boolean} isAlike */
  #attributes(item, own, isAlike) {
    const { element } = this;
    setAttribute(element, "data-uuid", item.uuid);
    setAttribute(element, "data-seq", item.seq);
    setAttribute(element, "data-state", item.state);
    const time = clock(item.created_at);
    const who = isAlike ? `${item.display_name} @${item.handle}` : item.display_name;
    setAttribute(element, "aria-label", `${own ? "You" : who}, ${time}`);
  }

  /** @param {Page.Item} item
      @param {import("./formatted.js").Whom} whom */
  #body(item, whom) {
    const text = item.deleted_at ? "Message deleted" : item.message;
    const wanted = JSON.stringify([text, ...whom.people]);
    if (this.#shown.text === wanted) return;
    this.#shown.text = wanted;
    this.#text.replaceChildren(...(item.deleted_at ? [text] : formatted(text, whom)));
    const [isBig, isFolded] = [!item.deleted_at && isBigEmoji(text), isLong(text)];
    this.#text.classList.toggle("big-emoji", isBig);
    this.#said.classList.toggle("flowing", !isBig && !isFolded && isFlowing(text));
    this.#foldIf(isFolded);
  }

  /** @param {boolean} wanted */
  #foldIf(wanted) {
    if (wanted === Boolean(this.#fold)) return;
    this.#fold?.remove();
    this.#text.classList.remove("folded");
    this.#fold = wanted ? foldButton(this.#text) : null;
    if (this.#fold) this.#text.after(this.#fold);
  }

  /** @param {Page.Item} item
      @param {boolean} own */
  #meta(item, own) {
    setText(this.#time, clock(item.created_at));
    setAttribute(this.#time, "datetime", item.created_at);
    setAttribute(this.#time, "title", fullTime(item.created_at));
    setAttribute(this.#edited, "hidden", !item.edited_at || Boolean(item.deleted_at));
    this.#showWaits(item.waits ?? false);
    this.#showState(item, own);
  }

  /** @param {boolean} wanted */
  #showWaits(wanted) {
    if (wanted === Boolean(this.#waits)) return;
    this.#waits?.remove();
    this.#waits = wanted ? waits() : null;
    if (this.#waits) this.#time.before(this.#waits);
  }

  /** @param {Page.Item} item
      @param {boolean} own */
  #showState(item, own) {
    setAttribute(this.#state, "hidden", !own);
    const state = item.read && item.state === "sent" ? "read" : item.state;
    const title = item.state === "sent" ? `${STATES[state]}, number ${item.seq}` : STATES[state];
    setAttribute(this.#state, "title", title);
    if (this.#shown.state === state) return;
    this.#shown.state = state;
    this.#state.replaceChildren(icon(state), hiddenText(STATES[state]));
  }

  /** @param {Page.Item} item
      @param {{ first: boolean; last: boolean; named: boolean; isAlike: boolean }} options */
  #sender(item, { first, last, named, isAlike }) {
    const picture = pictureOf(item.user_uuid);
    const wanted = `${named} ${first} ${last} ${isAlike} ${picture} ${item.display_name}`;
    if (this.#shown.sender === wanted) return;
    this.#shown.sender = wanted;
    this.#author?.forEach((part) => part.remove());
    this.#author = named ? this.#makeSender(item, { first, last, isAlike }) : null;
  }

  /** @param {Page.Item} item
      @param {{ first: boolean; last: boolean; isAlike: boolean }} options */
  #makeSender(item, { first, last, isAlike }) {
    const face = last
      ? avatar(item.user_uuid, item.display_name, "small")
      : h("span", { class: "avatar-space" });
    this.element.prepend(face);
    if (!first) return [face];
    const handle = isAlike ? h("span", { class: "author-handle" }, ` @${item.handle}`) : null;
    const author = h(
      "p",
      { class: `author ${avatarColour(item.user_uuid)}` },
      h("bdi", {}, item.display_name),
      handle,
    );
    this.#bubble.prepend(author);
    return [face, author];
  }

  /** @param {Page.Quote | null} quote */
  #answers(quote) {
    if (!quote) {
      this.#quote?.element.remove();
      this.#quote = null;
      return;
    }
    this.#quote ??= new QuoteBlock();
    this.#quote.update(quote);
    if (!this.#quote.element.isConnected) this.#said.before(this.#quote.element);
  }

  /** @param {Page.Chip[]} chips */
  #react(chips) {
    if (!chips.length) {
      this.#chips?.element.remove();
      this.#chips = null;
      return;
    }
    this.#chips ??= new ReactionChips();
    this.#chips.update(chips);
    if (!this.#chips.element.isConnected) this.#said.after(this.#chips.element);
  }

  /** @param {boolean} wanted
      @param {boolean} own */
  #offerActions(wanted, own) {
    if (wanted === Boolean(this.#actions)) return;
    this.#actions?.remove();
    this.#actions = wanted ? actions() : null;
    if (this.#actions && own) this.#bubble.before(this.#actions);
    else if (this.#actions) this.#bubble.after(this.#actions);
  }

  /** @param {Page.Item} item */
  #tellTrouble(item) {
    const wanted = item.trouble ? `${item.state} ${item.trouble}` : "";
    if (this.#shown.trouble === wanted) return;
    this.#shown.trouble = wanted;
    this.#trouble?.remove();
    this.#trouble = wanted ? trouble(item) : null;
    if (this.#trouble) this.#bubble.append(this.#trouble);
  }
}

function waits() {
  const words = "Your change waits for a connection";
  return h("span", { class: "state waits", title: words }, icon("waiting"), hiddenText(words));
}

function actions() {
  const label = "Message actions";
  const toggle = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "data-act": "toggle",
      "aria-label": label,
      "aria-haspopup": "true",
      title: label,
    },
    icon("more"),
  );
  return h("div", { class: "actions" }, toggle);
}

/** @param {Page.Item} item */
function trouble(item) {
  /** @param {string} act
      @param {string} label */
  const offer = (act, label) =>
    h("button", { type: "button", class: "text-button", "data-act": act }, label);
  const edit = offer(item.state === "failed" ? "take" : "change", "Edit");
  const ways = h(
    "div",
    { class: "ways" },
    offer("retry", "Retry"),
    edit,
    offer("discard", "Discard"),
  );
  return h(
    "div",
    { class: "trouble" },
    h("p", {}, item.trouble),
    ...(item.state === "sending" ? [] : [ways]),
  );
}
