// What happens when the connection is lost or restored, and when the window is hidden or shown.

import { onReturn } from "./coming_back.js";
import { Polling } from "./polling.js";
import { StatusBar } from "./status_bar.js";

/** @import { MessagesPage } from "./page.js" */

const UNTOLD_MS = 3000;

/** @param {MessagesPage} page */
export function install(page) {
  const { me, stream, inbox, conversation } = page;
  const polling = new Polling(stream, () => Promise.all([inbox.poll(), conversation.poll()]));
  new StatusBar(stream, polling, page.rendered.copied?.at);
  const absence = new Absence(page);
  if (page.rendered.copied) absence.begin();
  stream.on("ready", ({ user_uuid: uuid }) => uuid === me.uuid && absence.end());
  stream.on("caught_up", ({ is_complete: isComplete }) => absence.told(isComplete));
  stream.on("state", () => conversation.render());
  watch(page, absence);
}

/** @param {MessagesPage} page
    @param {Absence} absence */
function watch({ stream, outbox, waiting, conversation }, absence) {
  onReturn(stream, () => {
    outbox.wake({ now: true });
    waiting.wake({ now: true });
  });
  addEventListener("offline", () => absence.begin());
  addEventListener("focus", () => conversation.look());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") conversation.look();
  });
}

/** Fetches what was missed while no events came. */
class Absence {
  #page;
  #wasOffline = false;
  #untold = 0;

  /** @param {MessagesPage} page */
  constructor(page) {
    this.#page = page;
  }

  begin() {
    this.#wasOffline = true;
  }

  end() {
    // After an absence anything may have changed. For a page that was just made, the first stream says whether it has
    // told all that happened since. A service of an older version does not say.
    const { stream, conversation, outbox, waiting } = this.#page;
    const isNew = stream.connections === 1 && !this.#wasOffline;
    this.#wasOffline = false;
    clearTimeout(this.#untold);
    if (isNew) this.#untold = setTimeout(() => this.told(false), UNTOLD_MS);
    else this.#readInbox();
    conversation.refresh({ tells: isNew });
    outbox.wake({ now: true });
    waiting.wake({ now: true });
  }

  /** The stream has told what this page has missed, or not all of it.
      @param {boolean} isComplete */
  told(isComplete) {
    clearTimeout(this.#untold);
    if (isComplete) return;
    this.#readInbox();
    this.#page.conversation.refresh();
  }

  #readInbox() {
    this.#page.inbox.refresh().catch(() => {}); // the next connection tries again
  }
}
