// What happens when the connection is lost or restored, and when the window is hidden or shown.

import { StatusBar } from "./header.js";
import { Polling } from "./polling.js";

/** @import { MessagesPage } from "./page.js" */

const AWAY_MS = 60_000;
const SECOND_LOOK_MS = 3000;
const NEW_MS = 5000;

/** @param {MessagesPage} page */
export function install(page) {
  const { me, stream, inbox, conversation } = page;
  const polling = new Polling(stream, () => Promise.all([inbox.poll(), conversation.poll()]));
  new StatusBar(stream, polling);
  const absence = new Absence(page);
  stream.on("ready", ({ user_uuid: uuid }) => uuid === me.uuid && absence.end());
  stream.on("state", () => conversation.render());
  watchNetwork(page, absence);
  watchWindow(page);
}

/** @param {MessagesPage} page
    @param {Absence} absence */
function watchNetwork({ stream, outbox }, absence) {
  addEventListener("online", () => {
    stream.restart();
    outbox.wake({ now: true });
  });
  addEventListener("offline", () => {
    absence.begin();
    stream.restart();
  });
}

/** @param {MessagesPage} page */
function watchWindow({ stream, conversation }) {
  let hiddenAt = 0;
  addEventListener("focus", () => conversation.look());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      hiddenAt = Date.now();
      return;
    }
    if (Date.now() - hiddenAt > AWAY_MS) stream.restart(); // the connection does not survive a computer's sleep
    conversation.look();
  });
}

/** Fetches what was missed while no events came. */
class Absence {
  #page;
  #wasOffline = false;
  #secondLook = 0;

  /** @param {MessagesPage} page */
  constructor(page) {
    this.#page = page;
  }

  begin() {
    this.#wasOffline = true;
  }

  end() {
    // What the server has rendered is a moment old, and inbox rows follow the messages a little later. So the
    // inbox is read again after a few seconds; and at once, unless the page has just been loaded.
    const { stream, conversation, outbox } = this.#page;
    const isNew = stream.connections === 1 && !this.#wasOffline && performance.now() < NEW_MS;
    this.#wasOffline = false;
    if (!isNew) this.#readInbox();
    clearTimeout(this.#secondLook);
    this.#secondLook = setTimeout(() => this.#readInbox(), SECOND_LOOK_MS);
    conversation.refresh();
    outbox.wake({ now: true });
  }

  #readInbox() {
    this.#page.inbox.refresh().catch(() => {}); // the next connection tries again
  }
}
