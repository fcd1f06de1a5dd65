// The header of the open conversation, and the page's title.

import { isErased } from "./conversation_ref.js";
import { byId, faceColour, inFace, setAttribute, setText } from "./dom.js";
import { pictureOf } from "./pictures.js";
import { plural } from "./text.js";

/** @import { Presence } from "./presence.js" */

export class Header {
  #presence;
  /** @type {Map<string | null, number>} By the uuid of the group: how many are in it. */
  #people = new Map();
  /** @type {Set<string | null>} The groups in which this user may not write. */
  #closed = new Set();
  #face = "";

  /** @param {Presence} presence */
  constructor(presence) {
    this.#presence = presence;
  }

  /** @param {Api.Conversation | Events.GroupChanged} group
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
    const face = ref.kind === "direct" ? ref.userUuid : ref.uuid;
    const colour = faceColour(face, picture);
    const shape = `avatar ${colour}${ref.kind === "group" ? " of-group" : ""}${picture.emoji ? " pictured" : ""}`;
    const shown = JSON.stringify([shape, ref.name, pictureOf(face), picture]);
    for (const [id, size] of [
      ["conversation-face", ""],
      ["empty-face", " large"],
    ]) {
      byId(id).className = shape + size;
      if (this.#face !== shown) byId(id).replaceChildren(...inFace(face, ref.name, picture));
    }
    this.#face = shown;
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

/** Shows "(3) Andrew Brown · Cruddur", or "(3+)" while parts of the inbox are not loaded.
    @param {{ count: number; isAll: boolean }} options
    @param {Page.ConversationRef | null} ref */
export function showTitle({ count, isAll }, ref) {
  const unread = count > 0 ? `(${count}${isAll ? "" : "+"}) ` : "";
  document.title = `${unread}${ref ? `${ref.name} · ` : ""}Cruddur`;
}
