// Tells the server which people the tabs of this browser show, so that it says who of them is online. The tab with the
// stream tells it for all tabs.

import { showPeople } from "./api.js";

const MOST = 100;

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
