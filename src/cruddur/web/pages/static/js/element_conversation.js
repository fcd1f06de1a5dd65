// <cruddur-conversation>: the messages of one conversation, and what writes others.

import { h, setText } from "./dom.js";
import { Composer } from "./element_composer.js";
import { Items } from "./element_items.js";
import { MessageLog } from "./element_log.js";
import { Menus } from "./element_menus.js";
import { Newness } from "./element_newness.js";
import { OlderMessages } from "./element_older.js";
import { People } from "./element_people.js";
import { onPictures } from "./element_pictures.js";
import { rootOf } from "./element_root.js";
import { actsOn, whyClosed } from "./element_rules.js";
import { CONVERSATION_STYLE } from "./element_style.js";
import { Top } from "./element_top.js";
import { Typing } from "./element_typing.js";
import { Watching } from "./element_watching.js";
import { onLongPress } from "./long_press.js";

/** @import { Act } from "./element_rules.js" */

const MOST_PAGES = 10; // that are loaded to find a message that is answered
const TOO_FAR = "That message is further back. Scroll up to load what is older.";

export class ConversationElement {
  #element;
  #chat;
  /** @type {Client.Conversation | null} */
  #talk = null;
  #top = new Top();
  #said = h("p", { class: "unseen", "aria-live": "polite" });
  #items = new Items({
    choose: (seq) => this.#choose(seq),
    react: (seq, emoji, wanted) => this.#react(seq, emoji, wanted),
    more: (seq, near) => this.#menus.open(seq, near),
    jump: (seq) => this.#jump(seq).catch((error) => this.#composer.complain(error.message)),
  });
  #older = new OlderMessages(() => this.#render());
  #log = new MessageLog(
    (isPressed) => this.#older.want(this.#talk, isPressed),
    () => this.#look(),
  );
  #composer = new Composer({
    send: (text, replyTo) => this.#send(text, replyTo),
    save: async (seq, text) => this.#talk?.edit(seq, text),
    typing: () => this.#talk?.typing(),
    changed: () => this.#follow(),
    lastOwn: () => this.#talk?.messages.findLast(({ seq }) => this.#actsOn(seq).includes("edit")),
  });
  #people;
  #typing = new Typing(() => this.#render());
  #watching;
  #menus;
  /** @type {Newness | null} */
  #newness = null;
  #wasRemoved = false;
  /** @type {Set<string>} The people whom this user has blocked since the page was opened. */
  #blocked = new Set();
  /** @type {(() => void)[]} */
  #ends;

  /** @param {HTMLElement} element
      @param {Client.Chat} chat */
  constructor(element, chat) {
    this.#element = element;
    this.#chat = chat;
    this.#people = new People(chat, () => this.#render());
    const parts = [this.#top.element, this.#log.element, this.#composer.element, this.#said];
    const whole = h("div", { class: "whole" }, ...parts);
    rootOf(element, CONVERSATION_STYLE).append(whole);
    this.#watching = new Watching(this.#log.element, chat, () => this.#render());
    this.#menus = new Menus(whole, this.#log.list, {
      actsOn: (seq) => this.#actsOn(seq),
      act: (act, seq) => this.#act(act, seq),
      focus: (seq) => this.#log.focus(seq),
      complain: (problem) => this.#composer.complain(problem),
    });
    this.#ends = this.#listen();
    this.update();
  }

  #listen() {
    const ended = new AbortController();
    const open = (/** @type {HTMLElement} */ one) => this.#menus.open(Number(one.dataset.seq), one);
    onLongPress(this.#log.list, "[data-menu]", open, ended.signal);
    const chat = this.#chat;
    return [
      () => ended.abort(),
      () => this.#watching.close(),
      onPictures(() => this.#render()),
      chat.on("state", () => [this.#older.again(), this.#render()]),
      chat.on("typing", (typing) => this.#typing.heard(typing, this.#talk?.uuid, chat.me?.uuid)),
      chat.on("message", ({ user_uuid: uuid }) => uuid !== chat.me?.uuid && this.#typing.stop()),
      chat.on("group", ({ uuid }) => uuid === this.#talk?.uuid && this.#learnPeople(true)),
      chat.on("left", ({ message_group_uuid: uuid }) => {
        this.#wasRemoved ||= uuid === this.#talk?.uuid;
      }),
      chat.on("inbox", () => this.#wasRemoved && this.#talk?.row && this.#open(this.#talk.to)),
      chat.on("block", ({ blocked_uuid: uuid, is_blocked: isBlocked }) => {
        this.#blocked[isBlocked ? "add" : "delete"](uuid);
        this.#render();
      }),
    ];
  }

  /** Shows the conversation that the element names. */
  update() {
    const to = this.#element.getAttribute("to") ?? "";
    if (!this.#talk || this.#talk.to !== to) this.#open(to);
  }

  /** @param {string} to */
  #open(to) {
    this.#talk?.close();
    this.#items.clear();
    this.#menus.close();
    this.#typing.stop();
    this.#older.again();
    this.#newness = null;
    this.#wasRemoved = false;
    this.#log.begin();
    this.#talk = to ? this.#chat.conversation(to) : null;
    this.#talk?.on("change", () => this.#render());
    this.#render();
  }

  close() {
    this.#talk?.close();
    this.#typing.stop();
    for (const end of this.#ends) end();
  }

  #render() {
    const talk = this.#talk;
    const isFirst = this.#beginNew(talk);
    this.#newness?.look(talk?.messages ?? [], this.#isWatched && this.#watching.isLive);
    this.#top.show(talk, this.#stateText());
    this.#log.show(talk ? this.#shown(talk) : [], {
      name: talk?.name ?? "",
      empty: this.#whyEmpty(),
      hasOlder: talk?.hasOlder ?? false,
      isLoading: this.#older.isLoading,
    });
    if (isFirst) this.#log.toNew();
    this.#follow();
    this.#menus.follow();
    this.#learnPeople();
    this.#look();
  }

  /** @param {Client.Conversation} talk */
  #shown(talk) {
    const { from = null } = this.#newness ?? {};
    const isHeld = from !== null && (from >= (talk.messages[0]?.seq ?? 0) || !talk.hasOlder);
    return this.#items.of(talk, {
      me: this.#me,
      known: this.#known,
      nameOf: this.#people.namesIn(talk),
      newFrom: isHeld ? from : null,
    });
  }

  /** Returns whether the messages are there for the first time.
      @param {Client.Conversation | null} talk */
  #beginNew(talk) {
    if (this.#newness || !talk?.messages.length) return false;
    const last = talk.messages.at(-1)?.seq ?? 0;
    this.#newness = new Newness(this.#me.uuid, talk.row?.read_seq ?? last);
    return true;
  }

  /** Shows in the composer what the conversation is now. */
  #follow() {
    const { me } = this.#chat;
    const talk = this.#talk;
    this.#composer.open(me && talk ? `${me.uuid}/${talk.to}` : "");
    this.#composer.follow(talk, talk ? whyClosed(talk, this.#known) : "");
  }

  /** @param {boolean} [again] */
  #learnPeople(again) {
    this.#people.learn(this.#talk?.row ?? null, again);
  }

  /** @param {number | null} seq */
  #choose(seq) {
    this.#items.open = seq;
    this.#render();
  }

  /** @param {number} seq
      @param {string} emoji
      @param {boolean} wanted */
  #react(seq, emoji, wanted) {
    this.#try(this.#talk?.react(seq, emoji, wanted));
    this.#choose(null);
  }

  /** Says why something was refused; `done` is read out to those who do not see it.
      @param {Promise<unknown> | undefined} asked
      @param {string} [done] */
  #try(asked, done = "") {
    this.#composer.complain("");
    setText(this.#said, "");
    asked?.then(
      () => setText(this.#said, done),
      (error) => this.#composer.complain(error.message),
    );
  }

  /** @param {number} seq
      @returns {Act[]} */
  #actsOn(seq) {
    const message = this.#talk?.messages.find((one) => one.seq === seq);
    return this.#talk && message ? actsOn(message, this.#talk, this.#known) : [];
  }

  /** @param {Act} act
      @param {number} seq */
  #act(act, seq) {
    const message = this.#talk?.messages.find((one) => one.seq === seq);
    if (!message) return;
    if (act === "reply") this.#composer.answer(seq);
    if (act === "edit") this.#composer.edit(message);
    if (act === "copy") this.#try(navigator.clipboard.writeText(message.message), "Copied.");
    if (act === "delete") this.#try(this.#talk?.delete(seq), "Message deleted.");
  }

  /** Leads to a message that another one answers, and loads what is older until it is there.
      @param {number} seq */
  async #jump(seq) {
    const talk = this.#talk;
    this.#composer.complain("");
    for (let pages = 0; talk?.hasOlder && talk.messages[0].seq > seq; pages += 1) {
      if (pages === MOST_PAGES) throw new Error(TOO_FAR);
      await this.#older.load(talk);
      if (talk !== this.#talk) return;
    }
    this.#log.reveal(seq);
  }

  get #known() {
    const { me, state } = this.#chat;
    const isBlocked = this.#blocked.has(this.#talk?.row?.user_uuid ?? "");
    return { me: me?.uuid ?? "", state, group: this.#people.group, isBlocked };
  }

  /** @returns {Api.User} */
  get #me() {
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

  get #isWatched() {
    return this.#watching.isThere && this.#log.isAtFoot;
  }

  /** Counts the newest messages as read while they are on the screen, and somebody is there. */
  #look() {
    const talk = this.#talk;
    const isRequest = talk?.row?.is_request; // the person who began it is not to learn that it was read
    if (talk && this.#isWatched && !isRequest) talk.markRead().catch(() => {});
    if (this.#isWatched) this.#newness?.seen(talk?.messages.at(-1)?.seq ?? 0);
    this.#log.showNew(this.#newness?.count(talk?.messages ?? []) ?? 0);
  }

  /** @param {string} text
      @param {number | null} replyTo */
  async #send(text, replyTo) {
    const talk = this.#talk;
    this.#newness?.end();
    this.#log.toFoot();
    await talk?.send(text, { reply_to_seq: replyTo }).catch((error) => {
      // A refused message is shown as failed.
      if (!talk.pending.some(({ message }) => message === text)) throw error;
    });
  }
}
