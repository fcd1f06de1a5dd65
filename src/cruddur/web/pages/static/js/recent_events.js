// The events of the last minutes, for tabs that are opened beside the one with the stream.

import { pageAge } from "./page_age.js";

const KEPT_MS = 120_000;
const MOST = 200;
const LAG_MS = 10_000; // what the server renders may be that much older than the events that were sent

/** Whether a tab of this age lacks nothing, if it gets the kept events of a tab that has had all for `coveredMs`.
    @param {number} coveredMs */
export const isCoveredBy = (coveredMs) => coveredMs >= pageAge() + LAG_MS;

export class RecentEvents {
  /** @type {{ at: number; event: Page.ServerEvent }[]} */
  #kept = [];
  #from = Infinity;

  /** For how many milliseconds every event is kept without a gap. */
  get coveredMs() {
    return Math.max(0, Math.min(KEPT_MS, Date.now() - this.#from));
  }

  /** Every event since this time is known, or will be added.
      @param {number} from */
  begin(from) {
    this.#kept = [];
    this.#from = from;
  }

  /** @param {Page.ServerEvent} event */
  add(event) {
    const at = Date.now();
    this.#kept.push({ at, event });
    while (this.#kept.length && at - this.#kept[0].at > KEPT_MS) this.#kept.shift();
    if (this.#kept.length > MOST) this.#from = this.#kept.shift()?.at ?? at;
  }

  all() {
    return this.#kept.map(({ event }) => event);
  }
}
