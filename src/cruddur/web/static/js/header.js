// The head of the open conversation, the bar about the connection, and the page's title.

import { byId, setAttribute, setText } from "./dom.js";
import { avatarColour, initials, plural } from "./text.js";

const PATIENCE_MS = 1500;

export class Header {
  #presence;
  #people = new Map(); // group uuid → number of members

  constructor(presence) {
    this.#presence = presence;
  }

  setPeople(group) {
    this.#people.set(group.uuid, group.members.length);
  }

  show(place, error) {
    const isOpen = place !== null;
    byId("open-conversation").hidden = !isOpen;
    byId("nothing-open").hidden = isOpen;
    if (!isOpen) return;
    this.#names(place);
    this.line(place);
    byId("people-button").hidden = place.kind !== "group";
    byId("load-error").hidden = error === null;
    setText(byId("load-error-text"), error?.message ?? "");
  }

  #names(place) {
    const face = byId("conversation-face");
    const colour = avatarColour(place.kind === "direct" ? place.userUuid : place.uuid);
    face.className = `avatar ${colour}${place.kind === "group" ? " of-group" : ""}`;
    setText(face, initials(place.name));
    setText(byId("conversation-name"), place.name);
    setAttribute(byId("log"), "aria-label", `Messages with ${place.name}`);
    setAttribute(byId("composer-text"), "placeholder", `Message ${place.name}`);
  }

  /** The line below the name: who types, who is here, how many there are. */
  line(place) {
    if (!place) return;
    const typing = place.uuid ? this.#presence.typingIn(place.uuid) : null;
    const line = byId("conversation-line");
    setText(line, typing ?? this.#about(place));
    line.classList.toggle("typing", typing !== null);
    byId("conversation-dot").hidden = !this.#isOnline(place);
  }

  #isOnline(place) {
    return place.kind === "direct" && this.#presence.isOnline(place.userUuid);
  }

  #about(place) {
    if (place.kind === "direct") return this.#isOnline(place) ? "online" : `@${place.handle ?? ""}`;
    const count = this.#people.get(place.uuid);
    return count ? plural(count, "person", "people") : "Group";
  }
}

/** Tells about the connection, but not about every blink of it. */
export class StatusBar {
  #bar = byId("status-bar");
  #stream;
  #timer = 0;

  constructor(stream) {
    this.#stream = stream;
    stream.addEventListener("state", () => this.update());
    addEventListener("online", () => this.update());
    addEventListener("offline", () => this.update());
    this.update();
  }

  update() {
    clearTimeout(this.#timer);
    if (this.#stream.state === "open") this.#show("");
    else if (!navigator.onLine) this.#show("You are offline – messages will be sent when you are back");
    else this.#timer = setTimeout(() => this.#show("Connecting…"), PATIENCE_MS);
  }

  #show(text) {
    setText(this.#bar, text);
    this.#bar.hidden = text === "";
  }
}

/** "(3) Andrew Brown · Cruddur" */
export function showTitle(unread, place) {
  const count = unread > 0 ? `(${unread}) ` : "";
  document.title = `${count}${place ? `${place.name} · ` : ""}Cruddur`;
}
