// <cruddur-conversation>: the messages of one conversation, and what writes others.

import { arrange, h, isTouch, setAttribute, setText } from "./dom.js";
import { itemOf } from "./element_message.js";
import { faceOf } from "./conversation_ref.js";
import { onPictures } from "./element_pictures.js";
import { face, note, rootOf } from "./element_root.js";
import { CONVERSATION_STYLE } from "./element_style.js";
import { messageRowsOf } from "./message_rows.js";
import { pictureOf } from "./pictures.js";
import { chipsOf } from "./reaction_chips.js";

const NEAR_END = 40; // pixels
const TYPING_MS = 6000;

export class ConversationElement {
  #element;
  #chat;
  /** @type {Client.Conversation | null} */
  #talk = null;
  /** @type {Map<string, { element: HTMLLIElement; shown: string }>} */
  #items = new Map();
  #face = h("span");
  #name = h("h2", { part: "name", class: "name", dir: "auto" });
  #state = h("p", { part: "state", class: "state", role: "status" });
  #older = h("button", { type: "button", part: "older", class: "text-button older" });
  #list = h("ol", { part: "messages" });
  #note = h("p", { part: "note", class: "note" });
  #log = h("div", { part: "log", class: "log", role: "log", tabindex: 0 });
  #text = h("textarea", { part: "text", rows: 1, dir: "auto", "aria-label": "Message" });
  #send = h("button", { type: "submit", part: "send", class: "send" }, "Send");
  #problem = h("p", { part: "problem", class: "problem", role: "alert" });
  #form = h("form", { part: "composer", class: "composer" }, this.#text, this.#send);
  /** @type {(() => void)[]} */
  #ends = [];
  #isSeen = false;
  #typing = { name: "", timer: 0 };
  /** @type {Map<string, string>} The names of a group's people, who need not have written. */
  #names = new Map();
  #reacting = {
    open: /** @type {number | null} */ (null),
    choose: (/** @type {number | null} */ seq) => this.#choose(seq),
    react: (
      /** @type {number} */ seq,
      /** @type {string} */ emoji,
      /** @type {boolean} */ wanted,
    ) => this.#react(seq, emoji, wanted),
  };

  /** @param {HTMLElement} element
      @param {Client.Chat} chat */
  constructor(element, chat) {
    this.#element = element;
    this.#chat = chat;
    setText(this.#older, "Show older messages");
    this.#log.append(h("div", {}, this.#older, this.#list, this.#note));
    const top = h("header", { part: "header", class: "top" }, this.#face, this.#name, this.#state);
    rootOf(element, CONVERSATION_STYLE).append(
      h("div", { class: "whole" }, top, this.#log, this.#problem, this.#form),
    );
    this.#listen();
    this.update();
  }

  #listen() {
    const seen = new IntersectionObserver(([entry]) => {
      this.#isSeen = entry.isIntersecting;
      this.#read();
    });
    seen.observe(this.#log);
    const look = () => this.#read();
    for (const name of ["focus", "visibilitychange"]) addEventListener(name, look);
    this.#log.addEventListener("scroll", look, { passive: true });
    this.#older.addEventListener("click", () => this.#talk?.loadOlder().catch(() => {}));
    this.#form.addEventListener("submit", (event) => this.#submitted(event));
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("input", () => this.#talk?.typing());
    this.#ends = [
      () => seen.disconnect(),
      () => ["focus", "visibilitychange"].forEach((name) => removeEventListener(name, look)),
      this.#chat.on("state", () => this.#render()),
      onPictures(() => this.#render()),
      this.#chat.on("typing", (typing) => this.#isTyping(typing)),
      this.#chat.on("message", ({ user_uuid: uuid }) => this.#stoppedTyping(uuid)),
    ];
  }

  /** Shows the conversation that the element names. */
  update() {
    const to = this.#element.getAttribute("to") ?? "";
    if (this.#talk && this.#talk.to === to) return;
    this.#talk?.close();
    this.#items.clear();
    this.#names.clear();
    this.#reacting.open = null;
    note(this.#problem, "");
    this.#talk = to ? this.#chat.conversation(to) : null;
    this.#talk?.on("change", () => this.#render());
    this.#render();
  }

  close() {
    this.#talk?.close();
    clearTimeout(this.#typing.timer);
    for (const end of this.#ends) end();
  }

  #render() {
    const talk = this.#talk;
    const rows = talk ? this.#rows(talk) : [];
    const keys = new Set(rows.map(({ key }) => key));
    for (const key of this.#items.keys()) if (!keys.has(key)) this.#items.delete(key);
    const items = talk ? rows.map((row) => this.#item(row, talk)) : [];
    arrange(this.#list, items);
    this.#renderFace(talk);
    setText(this.#name, talk?.name ?? "");
    setAttribute(this.#text, "placeholder", `Message ${talk?.name ?? ""}`.trim());
    setAttribute(this.#log, "aria-label", `Messages with ${talk?.name ?? "nobody"}`);
    setAttribute(this.#older, "hidden", !talk?.hasOlder);
    setAttribute(this.#form, "hidden", !talk || (talk.error !== null && !talk.isLoaded));
    setText(this.#state, this.#stateText());
    note(this.#note, rows.length ? "" : this.#whyEmpty());
    this.#read();
  }

  /** @param {Client.Conversation | null} talk */
  #renderFace(talk) {
    const { row = null } = talk ?? {};
    const shown = JSON.stringify(
      row && [row.display_name, row.emoji, row.colour, pictureOf(faceOf(row))],
    );
    if (this.#face.dataset.shown === shown) return;
    const made = row ? face(faceOf(row), row.display_name, row) : h("span");
    made.classList.toggle("of-group", row?.kind === "group");
    made.dataset.shown = shown;
    this.#face.replaceWith(made);
    this.#face = made;
    if (talk && row?.kind === "group") this.#learnNames(talk, row.uuid);
  }

  /** Asks who is in a group: with their names come their pictures.
      @param {Client.Conversation} talk
      @param {string} uuid */
  async #learnNames(talk, uuid) {
    const asked = this.#chat.call("GET", `/api/message_groups/${uuid}`);
    const group = /** @type {Api.Conversation | null} */ (await asked.catch(() => null));
    if (!group || talk !== this.#talk) return;
    this.#names = new Map(group.members.map((one) => [one.uuid, one.display_name]));
    this.#render();
  }

  /** @param {Client.Conversation} talk */
  #rows(talk) {
    const me = this.#me();
    const names = new Map(talk.messages.map((one) => [one.user_uuid, one.display_name]));
    const nameOf = (/** @type {string} */ uuid) =>
      this.#names.get(uuid) ?? names.get(uuid) ?? talk.name;
    /** @type {Page.Item[]} */
    const stored = talk.messages.map((message) => ({
      ...message,
      state: "sent",
      chips: chipsOf(message.reactions ?? {}, nameOf, me),
      quote: quoteIn(message.reply_to_seq),
    }));
    const pending = talk.pending.map((entry) => ({
      ...entry,
      seq: null,
      user_uuid: me.uuid,
      display_name: me.display_name,
      quote: quoteIn(entry.reply_to_seq),
    }));
    return messageRowsOf([...stored, ...pending], null, me);
  }

  /** @param {Page.ListRow} row
      @param {Client.Conversation} talk */
  #item(row, talk) {
    const isGroup = talk.row?.kind === "group";
    const quoted =
      row.kind === "message" && row.item.quote ? talk.quoted(row.item.quote.seq) : null;
    const item = row.kind === "message" ? row.item : null;
    const isOpen = item?.seq != null && item.seq === this.#reacting.open;
    const picture = isGroup && item && pictureOf(item.user_uuid ?? "");
    const state = [row, isGroup, quoted === undefined ? "?" : quoted, isOpen, picture];
    const shown = JSON.stringify(state);
    const known = this.#items.get(row.key);
    if (known?.shown === shown) return known.element;
    const element = itemOf(row, talk, { me: this.#me().uuid, isGroup }, this.#reacting);
    this.#items.set(row.key, { element, shown });
    if (known) keepFocus(known.element, element);
    return element;
  }

  /** @param {number | null} seq */
  #choose(seq) {
    this.#reacting.open = seq;
    this.#render();
  }

  /** @param {number} seq
      @param {string} emoji
      @param {boolean} wanted */
  #react(seq, emoji, wanted) {
    note(this.#problem, "");
    this.#talk?.react(seq, emoji, wanted).catch((error) => note(this.#problem, error.message));
    this.#choose(null);
  }

  /** @returns {Api.User} */
  #me() {
    return this.#chat.me ?? { uuid: "", handle: "", display_name: "" };
  }

  #whyEmpty() {
    const talk = this.#talk;
    if (this.#chat.state === "signed_out") return "You are signed out.";
    if (!talk) return "No conversation is open.";
    if (talk.error) return talk.error.message;
    return talk.isLoaded ? "Nobody has written here yet." : "Loading…";
  }

  #stateText() {
    if (this.#typing.name) return `${this.#typing.name} is typing…`;
    return this.#chat.state === "connecting" && this.#chat.me ? "Connecting…" : "";
  }

  /** @param {Events.ByName["typing"]} typing */
  #isTyping({ message_group_uuid: group, user_uuid: uuid, display_name: name }) {
    if (group !== this.#talk?.uuid || uuid === this.#chat.me?.uuid) return;
    clearTimeout(this.#typing.timer);
    this.#typing = { name, timer: setTimeout(() => this.#stoppedTyping(), TYPING_MS) };
    this.#render();
  }

  /** @param {string} [uuid] */
  #stoppedTyping(uuid) {
    if (!this.#typing.name || uuid === this.#chat.me?.uuid) return;
    this.#typing = { name: "", timer: 0 };
    this.#render();
  }

  /** Counts the newest messages as read while they are on the screen, and somebody is there. */
  #read() {
    const { scrollTop } = this.#log; // the log is a reversed column, so that it is 0 at its end
    const isThere = document.visibilityState === "visible" && document.hasFocus();
    if (this.#isSeen && isThere && scrollTop > -NEAR_END) this.#talk?.markRead().catch(() => {});
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const isConverting = event.isComposing || event.keyCode === 229; // Safari's last key of a conversion
    if (event.key !== "Enter" || event.shiftKey || isConverting || isTouch()) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  /** @param {SubmitEvent} event */
  async #submitted(event) {
    event.preventDefault();
    const text = this.#text.value;
    const talk = this.#talk;
    if (!talk || !text.trim()) return;
    this.#text.value = "";
    this.#text.focus();
    this.#log.scrollTop = 0;
    note(this.#problem, "");
    const isKept = () => talk.pending.some(({ message }) => message === text);
    await talk.send(text).catch((error) => {
      if (isKept() || talk !== this.#talk) return; // it is shown as failed
      note(this.#problem, error.message);
      if (!this.#text.value) this.#text.value = text;
    });
  }
}

/** @param {number | null | undefined} seq
    @returns {Page.Quote | null} */
const quoteIn = (seq) => (seq ? { seq, state: "loading", name: "", text: "" } : null);

/** A message that is made anew keeps the focus: on the same button, or on the one that gives reactions.
    @param {Element} before
    @param {Element} after */
function keepFocus(before, after) {
  const root = /** @type {ShadowRoot} */ (before.getRootNode());
  const { activeElement: focused } = root;
  if (!(focused instanceof HTMLElement) || !before.contains(focused)) return;
  const { key = "" } = focused.dataset;
  const same = after.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const next = same ?? after.querySelector('[data-key="add"]');
  queueMicrotask(() => next instanceof HTMLElement && next.focus());
}
