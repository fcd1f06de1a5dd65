// Tells the server which people this browser shows, so that it says who of them is online. The tab with the stream tells
// it for all tabs.

import { showPeople } from "./api.js";
import { byId } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

const SETTLE_MS = 300;
const MOST = 100;

/** @param {MessagesPage} page */
export function install({ stream, inbox, conversation }) {
  let timer = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => stream.watch(peopleOnScreen(inbox, conversation)), SETTLE_MS);
  };
  inbox.on("change", later);
  conversation.on("change", later);
  byId("rows-scroller").addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  later();
}

/** The people of the direct conversations whose rows can be seen, and of the open one.
    @param {MessagesPage["inbox"]} inbox
    @param {MessagesPage["conversation"]} conversation */
function peopleOnScreen(inbox, { ref }) {
  const { top, bottom } = byId("rows-scroller").getBoundingClientRect();
  /** @type {Set<string>} */
  const people = new Set();
  if (ref?.kind === "direct" && ref.userUuid) people.add(ref.userUuid);
  for (const link of byId("rows").querySelectorAll("a")) {
    const place = link.getBoundingClientRect();
    if (place.bottom < top || place.top > bottom) continue;
    const row = inbox.row(link.dataset.uuid ?? "");
    if (row?.kind === "direct" && row.user_uuid) people.add(row.user_uuid);
  }
  return [...people];
}

/** The people whom all tabs of this browser show. */
export class PeopleShown {
  /** @type {Map<string, string[]>} By tab. */
  #ofTabs = new Map();
  #streamId = "";
  #told = "";

  /** A new stream knows nobody.
      @param {string} streamId */
  begin(streamId) {
    this.#streamId = streamId;
    this.#told = "";
    this.#tell();
  }

  /** @param {string} tab
      @param {string[]} people */
  set(tab, people) {
    if (people.length) this.#ofTabs.set(tab, people);
    else this.#ofTabs.delete(tab);
    this.#tell();
  }

  #tell() {
    const people = [...new Set([...this.#ofTabs.values()].flat())].slice(0, MOST);
    const text = people.toSorted().join();
    if (!this.#streamId || text === this.#told) return;
    this.#told = text;
    showPeople(this.#streamId, people).catch(() => {
      if (this.#told === text) this.#told = ""; // the next change tries again
    });
  }
}
