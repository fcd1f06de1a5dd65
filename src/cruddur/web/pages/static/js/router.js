// Opens pages without a reload. Each address also works with one.

import * as api from "./api.js";
import { here, inside, leaveFor } from "./base_path.js";
import { closest } from "./dom.js";
import { Emitter } from "./emitter.js";
import { refOfRow, refOfUser } from "./conversation_ref.js";
import { closeLayersAbove, countLayers } from "./layers.js";
import { arrive, cameFrom, goTo, layersNow, rename } from "./visits.js";

/** @import { Inbox } from "./inbox.js" */

/** Events: "show", with a conversation, or null for the inbox.
    @extends {Emitter<{ show: Page.ConversationRef | null }>} */
export class Router extends Emitter {
  #inbox;
  #turn = 0;
  #isLeaving = false; // going back to the inbox, through the history entries of closed layers

  /** @param {Inbox} inbox */
  constructor(inbox) {
    super();
    this.#inbox = inbox;
    addEventListener("popstate", () => this.#popped());
    document.addEventListener("click", (event) => this.#clicked(event));
  }

  /** @param {string} path */
  go(path) {
    if (path !== here()) goTo(path, countLayers());
    return this.#arrive(path);
  }

  /** Goes to the inbox. If the inbox is the entry before, it goes back, so that the history holds the inbox once. */
  back() {
    this.#isLeaving = here() !== "/" && cameFrom() !== "/" && layersNow() > 0;
    if (here() === "/") return undefined;
    if (cameFrom() === "/" || this.#isLeaving) return history.back();
    this.replace("/");
    return this.#arrive("/");
  }

  /** Replaces the address of the page that is open.
      @param {string} path */
  replace(path) {
    rename(path);
  }

  /** Handles the browser's back and forward. An entry of a layer that was closed otherwise shows nothing, so that going
      back passes over it. */
  #popped() {
    const left = arrive();
    const hasClosed = closeLayersAbove(layersNow());
    if (left.path !== here()) return this.#arrive(here());
    if (hasClosed || layersNow() >= left.layers) return undefined;
    return this.#isLeaving ? this.back() : history.back();
  }

  /** @param {string} path */
  async #arrive(path) {
    this.#turn += 1;
    const turn = this.#turn;
    const ref = await this.#refAt(path).catch((error) => {
      // Somebody who has gone on meanwhile must not be led to where nothing is.
      if (turn === this.#turn) this.#giveUp(error, path);
    });
    if (turn !== this.#turn || ref === undefined) return;
    if (ref && ref.path !== path) this.replace(ref.path);
    this.emit("show", ref);
  }

  /** @param {string} path */
  async #refAt(path) {
    const uuid = /^\/c\/([^/]+)$/.exec(path)?.[1];
    const handle = /^\/@([^/]+)$/.exec(path)?.[1];
    if (uuid) return refOfRow(await this.#row(uuid));
    if (handle) return this.#person(decodeURIComponent(handle));
    return null;
  }

  /** @param {string} uuid */
  async #row(uuid) {
    const known = this.#inbox.row(uuid);
    if (known) return known;
    const group = await api.messageGroup(uuid);
    this.#inbox.put(group);
    return group;
  }

  /** @param {string} handle */
  async #person(handle) {
    const row = this.#inbox.withHandle(handle);
    if (row) return refOfRow(row);
    const existing = await api.conversationWith(`@${handle}`);
    if (!existing) return refOfUser(await api.user(`@${handle}`));
    this.#inbox.put(existing);
    return refOfRow(existing);
  }

  /** Loads the server's page for a conversation or person that does not exist.
      @param {Page.Failure} error
      @param {string} path */
  #giveUp(error, path) {
    if (error.status === 404) leaveFor(path, "not_found");
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const link = closest(event.target, "a[data-link]");
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!(link instanceof HTMLAnchorElement) || !isPlain) return;
    event.preventDefault();
    if ("back" in link.dataset) this.back();
    else this.go(inside(link.pathname));
  }
}
