// What a tab of ours remembers of the live stream, for tabs that are opened beside it, and whom all tabs show.

import { pageAge } from "./page_age.js";
import { PeopleShown } from "./people_of_tabs.js";
import { isCoveredBy, RecentEvents } from "./recent_events.js";
import { SharedStream } from "./shared_stream.js";

/** @import { LiveStream } from "./live_stream.js" */
/** @import { MessagesPage } from "./page.js" */

const CATCH_UP_MS = 10_000; // a service of an older version does not say when a stream has caught up
const NOT_KEPT = ["ready", "caught_up", "presence", "typing"];

/** Opens the stream, or joins that of another tab.
    @param {MessagesPage} page */
export function install({ me, stream, rendered }) {
  const { page, resume_at: resumeAt } = rendered.stream;
  stream.source = new SharedStream(stream, me, resumeAt, new StreamMemory(stream, page));
  stream.source.run();
}

/** @implements {Page.StreamMemory} */
class StreamMemory {
  #live;
  /** @type {string | null} The id of this page, until a stream was opened with it. */
  #page;
  #recent = new RecentEvents();
  /** @type {Map<string, Events.ByName["presence"]>} By user. */
  #present = new Map();
  #people = new PeopleShown();
  #catchUp = 0;
  /** @type {string[]} The people whom this tab shows. */
  shown = [];

  /** @param {LiveStream} live
      @param {string | null} page */
  constructor(live, page) {
    this.#live = live;
    this.#page = page;
  }

  get coveredMs() {
    return this.#recent.coveredMs;
  }

  isCovered(milliseconds = 0) {
    return isCoveredBy(milliseconds);
  }

  /** This tab leads from now on. Returns the id of the page if no stream was opened with it. */
  leads() {
    const page = this.#page;
    if (page) this.#recent.begin(Date.now() - pageAge());
    this.#page = null;
    return page;
  }

  /** Another tab leads. */
  follows() {
    this.#page = null;
  }

  /** @param {string} tab
      @param {string[]} people */
  shows(tab, people) {
    this.#people.set(tab, people);
  }

  /** The people who are online, since the server says it only when it changes, and what happened since a new tab was made.
      @param {boolean} [isNew]
      @returns {Page.ServerEvent[]} */
  told(isNew) {
    const online = [...this.#present.values()];
    const events = online.map((detail) => ({ type: "presence", id: null, detail }));
    return /** @type {Page.ServerEvent[]} */ ([...events, ...(isNew ? this.#recent.all() : [])]);
  }

  /** @param {Page.ServerEvent} event
      @param {boolean} isLeader */
  take(event, isLeader) {
    const { type, detail } = event;
    if (isLeader) this.#keep(event);
    if (type === "presence") this.#remember(detail);
    else if (type === "ready") this.#begun(detail, isLeader);
    else if (type === "caught_up") this.#setCatchingUp(false);
  }

  /** @param {Events.Ready} ready
      @param {boolean} isLeader */
  #begun({ stream_id: id }, isLeader) {
    if (isLeader) this.#people.begin(id ?? "");
    this.#setCatchingUp(true);
    this.#catchUp = setTimeout(() => this.#setCatchingUp(false), CATCH_UP_MS);
  }

  /** @param {boolean} isCatchingUp */
  #setCatchingUp(isCatchingUp) {
    clearTimeout(this.#catchUp);
    this.#live.isCatchingUp = isCatchingUp;
  }

  /** Keeps an event for tabs to come. After a time without a stream, other things than messages may be lacking.
      @param {Page.ServerEvent} event */
  #keep(event) {
    if (event.type === "ready" && this.#live.connections > 0) this.#recent.begin(Date.now());
    else if (event.type === "caught_up" && !event.detail.is_complete)
      this.#recent.begin(Date.now());
    else if (!NOT_KEPT.includes(event.type)) this.#recent.add(event);
  }

  /** @param {Events.ByName["presence"]} detail */
  #remember(detail) {
    if (detail.online) this.#present.set(detail.user_uuid, detail);
    else this.#present.delete(detail.user_uuid);
  }
}
