// The header of the open conversation, the bar about the connection, and the page's title.

import { isErased } from "./conversation_ref.js";
import { byId, faceColour, setAttribute, setText } from "./dom.js";
import { initials, plural } from "./text.js";
import { fullTime } from "./time.js";

/** @import { Polling } from "./polling.js" */
/** @import { Presence } from "./presence.js" */
/** @import { SharedStream } from "./shared_stream.js" */

const SHOW_AFTER_MS = 1500;
const POLLING =
  "Live updates do not get through here. New messages are checked for every few seconds.";

export class Header {
  #presence;
  /** @type {Map<string | null, number>} By the uuid of the group: how many are in it. */
  #people = new Map();
  /** @type {Set<string | null>} The groups in which this user may not write. */
  #closed = new Set();

  /** @param {Presence} presence */
  constructor(presence) {
    this.#presence = presence;
  }

  /** @param {Api.Conversation} group
      @param {Api.User} me */
  setPeople(group, me) {
    this.#people.set(group.uuid, group.members.length);
    const role = group.members.find(({ uuid }) => uuid === me.uuid)?.role ?? "member";
    if (group.who_may_write === "admins" && role === "member") this.#closed.add(group.uuid);
    else this.#closed.delete(group.uuid);
  }

  /** @param {Page.ConversationRef | null} ref
      @param {Page.Failure | null} error
      @param {boolean} isRequest */
  show(ref, error, isRequest) {
    const isOpen = ref !== null;
    byId("open-conversation").hidden = !isOpen;
    byId("nothing-open").hidden = isOpen;
    setAttribute(document.body, "data-request", isRequest);
    byId("request-bar").hidden = !isRequest;
    if (!isOpen) return;
    this.#names(ref);
    this.line(ref);
    const isClosed = this.#closed.has(ref.uuid);
    // Nobody would read it, or only admins write, or a message would accept the request.
    byId("composer").hidden = isErased(ref.handle) || isClosed || isRequest;
    byId("composer-closed").hidden = !isClosed || isRequest;
    byId("people-button").hidden = ref.kind !== "group" || isRequest;
    byId("about-button").hidden = ref.kind === "group" && isRequest;
    byId("load-error").hidden = error === null;
    setText(byId("load-error-text"), error?.message ?? "");
  }

  /** @param {Page.ConversationRef} ref */
  #names(ref) {
    const { picture = {} } = ref;
    const colour = faceColour(ref.kind === "direct" ? ref.userUuid : ref.uuid, picture);
    const shape = `avatar ${colour}${ref.kind === "group" ? " of-group" : ""}${picture.emoji ? " pictured" : ""}`;
    for (const [id, size] of [
      ["conversation-face", ""],
      ["empty-face", " large"],
    ]) {
      byId(id).className = shape + size;
      setText(byId(id), picture.emoji ?? initials(ref.name));
    }
    for (const id of ["conversation-name", "empty-name"]) setText(byId(id), ref.name);
    setAttribute(byId("about-button"), "aria-label", `About ${ref.name}`);
    setAttribute(byId("log"), "aria-label", `Messages with ${ref.name}`);
    setAttribute(byId("composer-text"), "placeholder", `Message ${ref.name}`);
  }

  /** Shows the line below the name: who is typing, or whether the person is online, or the number of members.
      @param {Page.ConversationRef | null} ref */
  line(ref) {
    if (!ref) return;
    const typing = ref.uuid ? this.#presence.typingIn(ref.uuid) : null;
    const line = byId("conversation-line");
    setText(line, typing ?? this.#about(ref));
    line.classList.toggle("typing", typing !== null);
    byId("conversation-dot").hidden = !this.#isOnline(ref);
  }

  /** @param {Page.ConversationRef} ref */
  #isOnline(ref) {
    return ref.kind === "direct" && this.#presence.isOnline(ref.userUuid);
  }

  /** @param {Page.ConversationRef} ref */
  #about(ref) {
    if (isErased(ref.handle)) return "This account was deleted";
    if (ref.kind === "direct") return this.#isOnline(ref) ? "online" : `@${ref.handle ?? ""}`;
    const count = this.#people.get(ref.uuid);
    return count ? plural(count, "person", "people") : "Group";
  }
}

/** Shows the state of the connection, but no interruption shorter than SHOW_AFTER_MS. */
export class StatusBar {
  #bar = byId("status-bar");
  #stream;
  #polling;
  #timer = 0;
  #at;
  #isCopy;
  #wasOpen = false;

  /** `at` is from when the page's copy is, if the device has made the page of it (milliseconds since 1970).
      @param {SharedStream} stream
      @param {Polling} polling
      @param {number} [at] */
  constructor(stream, polling, at) {
    this.#at = at ?? Date.now();
    this.#isCopy = at !== undefined;
    this.#stream = stream;
    this.#polling = polling;
    polling.on("change", () => this.update());
    stream.on("state", () => this.update());
    addEventListener("online", () => this.update());
    addEventListener("offline", () => this.update());
    this.update();
  }

  update() {
    clearTimeout(this.#timer);
    const isOpen = this.#stream.state === "open";
    if (this.#wasOpen) this.#at = Date.now();
    this.#wasOpen = isOpen;
    if (isOpen) this.#connected();
    else if (!navigator.onLine)
      this.#show(`You are offline – messages will be sent when you are back. ${this.#from()}`);
    else if (this.#isCopy) this.#show(`The service cannot be reached. ${this.#from()}`);
    else if (this.#polling.works) this.#show(POLLING, "quiet");
    else this.#timer = setTimeout(() => this.#show("Connecting…"), SHOW_AFTER_MS);
  }

  #connected() {
    this.#isCopy = false;
    this.#show("");
  }

  /** From when that is what the page shows. */
  #from() {
    return `This is from ${fullTime(new Date(this.#at).toISOString())}.`;
  }

  /** @param {string} text
      @param {string} [mood] */
  #show(text, mood = "") {
    setText(this.#bar, text);
    this.#bar.classList.toggle("quiet", mood === "quiet");
    this.#bar.hidden = text === "";
  }
}

/** Shows "(3) Andrew Brown · Cruddur", or "(3+)" while parts of the inbox are not loaded.
    @param {{ count: number; isAll: boolean }} options
    @param {Page.ConversationRef | null} ref */
export function showTitle({ count, isAll }, ref) {
  const unread = count > 0 ? `(${count}${isAll ? "" : "+"}) ` : "";
  document.title = `${unread}${ref ? `${ref.name} · ` : ""}Cruddur`;
}
