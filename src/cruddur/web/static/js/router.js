// Addresses without reloads. Every one of them also works by a full load.

import * as api from "./api.js";
import { placeOfRow, placeOfUser } from "./place.js";

/** Calls `show(place)` for a conversation, `show(null)` for the inbox. */
export class Router {
  #inbox;
  #show;
  #turn = 0;

  constructor(inbox, show) {
    this.#inbox = inbox;
    this.#show = show;
    addEventListener("popstate", () => this.#arrive(location.pathname));
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  go(path) {
    if (path !== location.pathname) history.pushState(null, "", path);
    return this.#arrive(path);
  }

  /** The same place under its lasting address. */
  replace(path) {
    history.replaceState(null, "", path);
  }

  async #arrive(path) {
    const turn = (this.#turn += 1);
    const place = await this.#placeAt(path).catch((error) => this.#giveUp(error, path));
    if (turn !== this.#turn || place === undefined) return;
    if (place && place.path !== path) this.replace(place.path);
    this.#show(place);
  }

  async #placeAt(path) {
    const uuid = /^\/c\/([^/]+)$/.exec(path)?.[1];
    const handle = /^\/@([^/]+)$/.exec(path)?.[1];
    if (uuid) return placeOfRow(await this.#row(uuid));
    if (handle) return this.#person(decodeURIComponent(handle));
    return null;
  }

  async #row(uuid) {
    const known = this.#inbox.row(uuid);
    if (known) return known;
    const group = await api.messageGroup(uuid);
    this.#inbox.put(group);
    return group;
  }

  async #person(handle) {
    const row = this.#inbox.withHandle(handle);
    if (row) return placeOfRow(row);
    const existing = await conversationBehind(handle);
    return existing ? placeOfRow(await this.#row(existing)) : placeOfUser(await api.user(handle));
  }

  /** What cannot be found has a page of the server's that says so. */
  #giveUp(error, path) {
    if (error.status === 404) location.assign(path);
    return undefined;
  }

  #clicked(event) {
    const link = event.target.closest?.("a[data-link]");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain) return;
    event.preventDefault();
    this.go(link.pathname);
  }
}

/** The inbox here holds its first pages only; the server redirects to a conversation that exists. */
async function conversationBehind(handle) {
  const answer = await fetch(`/@${encodeURIComponent(handle)}`).catch(() => {
    throw new api.Unreachable();
  });
  return /^\/c\/([^/]+)$/.exec(new URL(answer.url).pathname)?.[1] ?? null;
}
