// One live stream for all tabs of a browser: the leader, one of the tabs, holds it and passes its events on to the
// others. Over HTTP/1.1 a browser opens at most six connections to a site, in all its tabs together; a stream for each
// tab would leave none to load a page or to send. Unlike locks and workers, this needs no secure context.

import { spread } from "./backoff.js";
import { Stream } from "./events.js";
import { pageAge } from "./page_age.js";
import { PeopleShown } from "./people_of_tabs.js";
import { isCoveredBy, RecentEvents } from "./recent_events.js";
import { isLater, longestSilence } from "./tab_leaders.js";
import { uuidv7 } from "./uuid.js";

/** @import { LiveStream } from "./live_stream.js" */
/** @import { MessagesPage } from "./page.js" */

const ASKING_MS = 150; // the leader answers much sooner, unless it is frozen
const LOOK_MS = 1500;
const CATCH_UP_MS = 10_000; // a service of an older version does not say when a stream has caught up
const HANDOVER_MS = 500; // hidden tabs wait, so that a visible one becomes the leader

/** Opens the stream, or joins that of another tab.
    @param {MessagesPage} page */
export function install({ me, stream, rendered }) {
  stream.source = new SharedStream(stream, me, rendered.stream);
  stream.source.run();
}

export class SharedStream {
  #live;
  #catchUp = 0;
  #id = uuidv7();
  #channel;
  /** @type {Stream | null} The stream, while this tab is the leader. */
  #own = null;
  #since = 0;
  /** @type {Page.Leader | null} */
  #leader = null;
  #heardAt = 0;
  #asked = false;
  /** @type {string | null} */
  #lastId;
  /** @type {string | null} The id of this page, until a stream was opened with it. */
  #page;
  #recent = new RecentEvents();
  /** @type {string | null} */
  #user = null;
  /** @type {Map<string, Events.ByName["presence"]>} By user. */
  #present = new Map();
  #people = new PeopleShown();
  /** @type {string[]} */
  #shown = [];
  #nextTry = 0;
  #ended = new AbortController();

  /** @param {LiveStream} live where the events are emitted
      @param {Api.User} me
      @param {Page.RenderedStream} rendered */
  constructor(live, me, { page, resume_at: resumeAt }) {
    this.#live = live;
    this.#page = page;
    this.#lastId = resumeAt;
    const name = `cruddur-stream/${me.uuid}`;
    this.#channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(name) : null;
  }

  run() {
    const { signal } = this.#ended;
    this.#channel?.addEventListener("message", ({ data }) => this.#hear(data), { signal });
    document.addEventListener("visibilitychange", () => this.#looked(), { signal });
    addEventListener("pagehide", () => this.#leave(), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && this.#begin(), { signal });
    const looking = setInterval(() => this.#look(), LOOK_MS);
    signal.addEventListener("abort", () => clearInterval(looking));
    this.#begin();
  }

  /** Ends it for good. Another tab takes the stream over, if there is one. */
  close() {
    this.#leave();
    this.#ended.abort();
    this.#channel?.close();
  }

  /** Whether this tab holds the stream, so that it does for all tabs what is to be done once. */
  get isLeader() {
    return this.#own !== null;
  }

  /** When the stream connects again, in milliseconds since 1970; 0 while it does. */
  get nextTry() {
    return this.#own?.nextTry ?? this.#nextTry;
  }

  /** Tries again at once. */
  retryNow() {
    if (this.#own) this.#own.retryNow();
    else this.#say({ type: "doubt" });
  }

  /** Closes a connection that may be broken, and connects again. */
  restart() {
    if (this.#own) this.#own.restart();
    else this.#say({ type: "doubt" });
  }

  /** Asks to hear who of these people, whom this tab shows, is online.
      @param {string[]} people */
  watch(people) {
    this.#shown = people;
    this.#people.set(this.#id, people);
    if (!this.#own) this.#say({ type: "shows", people });
  }

  #begin() {
    this.#leader = null;
    this.#heardAt = Date.now();
    this.#say({ type: "who", isNew: true });
    setTimeout(() => this.#leader || this.#lead(), this.#channel ? ASKING_MS : 0);
  }

  /** Makes this tab the leader. If two tabs do so at the same moment, they hear each other, and one resigns. */
  #lead() {
    if (this.#own || this.#ended.signal.aborted) return;
    this.#since = Date.now();
    this.#leader = null;
    const own = new Stream(this.#lastId, this.#page);
    this.#own = own;
    if (this.#page) this.#recent.begin(Date.now() - pageAge());
    this.#page = null;
    own.on("event", (detail) => {
      this.#say({ type: "event", event: detail });
      this.#take(detail);
    });
    own.on("state", (detail) => {
      this.#setState(detail);
      this.#announce();
    });
    this.#announce();
    own.run();
  }

  #resign() {
    this.#own?.stop();
    this.#own = null;
  }

  #leave() {
    this.#say({ type: "shows", people: [] });
    if (this.#own) this.#say({ type: "bye" });
    this.#resign();
  }

  #announce() {
    const { state } = this.#live;
    const has = {
      since: this.#since,
      coveredMs: this.#recent.coveredMs,
      lastId: this.#own?.lastId,
      nextTry: this.nextTry,
    };
    this.#say({ type: "lead", state, user: this.#user, ...has });
  }

  /** @param {Page.TabSaying} message */
  #say(message) {
    if (!this.#ended.signal.aborted) this.#channel?.postMessage({ from: this.#id, ...message });
  }

  /** @param {Page.TabMessage} message */
  #hear(message) {
    if (message.type === "who" && this.#own) this.#answer(message.isNew ?? false);
    else if (message.type === "doubt") this.#own?.doubt();
    else if (message.type === "lead") this.#heardOfLeader(message);
    else if (message.type === "bye" && message.from === this.#leader?.from) this.#takeOver();
    else if (message.type === "event" && !this.#own) this.#heardEvent(message);
    else if (message.type === "shows") this.#people.set(message.from, message.people);
  }

  /** Tells a new tab who is online, since the server says it only when it changes, and what happened since it was made.
      @param {boolean} isNew */
  #answer(isNew) {
    this.#announce();
    for (const detail of this.#present.values())
      this.#say({ type: "event", event: { type: "presence", id: null, detail } });
    if (isNew) for (const event of this.#recent.all()) this.#say({ type: "event", event });
  }

  /** @param {Page.TabMessage & { type: "lead" }} options */
  #heardOfLeader({ from, since, state, user, coveredMs = 0, lastId = null, nextTry = 0 }) {
    if (this.#own && !isLater({ from, since }, { from: this.#id, since: this.#since })) {
      this.#announce();
      return;
    }
    this.#resign();
    const isNew = from !== this.#leader?.from;
    this.#heard({ from, since });
    if (lastId) this.#lastId = lastId;
    this.#page = null;
    this.#nextTry = nextTry;
    this.#setState(state);
    if (!isNew) return;
    this.#say({ type: "shows", people: this.#shown });
    if (state === "open" && user) this.#join(user, coveredMs);
  }

  /** Begins to hear a stream that is open.
      @param {string} user
      @param {number} coveredMs */
  #join(user, coveredMs) {
    const detail = { is_complete: isCoveredBy(coveredMs), at: "" };
    this.#take({ type: "ready", id: null, detail: { user_uuid: user, stream_id: "" } });
    this.#take({ type: "caught_up", id: null, detail });
  }

  /** @param {{ from: string; event: Page.ServerEvent }} options */
  #heardEvent({ from, event }) {
    if (this.#leader && from !== this.#leader.from) return;
    this.#heard(this.#leader ?? { from, since: 0 });
    this.#take(event);
  }

  /** @param {Page.Leader} leader */
  #heard(leader) {
    this.#leader = leader;
    this.#heardAt = Date.now();
    this.#asked = false;
  }

  /** @param {Page.ServerEvent} event */
  #take(event) {
    const { type, id, detail } = event;
    if (id) this.#lastId = id;
    if (type === "presence") this.#remember(detail);
    if (this.#own) this.#keep(event);
    if (type === "ready") {
      this.#user = detail.user_uuid;
      if (this.#own) this.#people.begin(detail.stream_id ?? "");
      this.#live.connections += 1;
      this.#setState("open");
      this.#setCatchingUp(true);
      this.#catchUp = setTimeout(() => this.#setCatchingUp(false), CATCH_UP_MS);
    }
    if (type === "caught_up") this.#setCatchingUp(false);
    this.#live.emit(type, detail);
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
    else if (!["ready", "caught_up", "presence", "typing"].includes(event.type))
      this.#recent.add(event);
  }

  /** @param {Events.ByName["presence"]} detail */
  #remember(detail) {
    if (detail.online) this.#present.set(detail.user_uuid, detail);
    else this.#present.delete(detail.user_uuid);
  }

  /** Announces this leader, or asks a leader that was silent for long. A closed leader says so, but one that crashed
      or was frozen does not, and does not answer either. */
  #look() {
    if (this.#own) this.#announce();
    else if (this.#leader && Date.now() - this.#heardAt > longestSilence()) this.#ask();
  }

  #ask() {
    if (this.#asked) this.#lead();
    else this.#say({ type: "who" });
    this.#asked = !this.#asked;
  }

  #looked() {
    if (document.visibilityState !== "visible") return;
    if (this.#own) this.#own.retryNow();
    else this.#heardAt = 0; // so that the next look asks the leader
  }

  #takeOver() {
    this.#leader = null;
    const wait = document.visibilityState === "visible" ? 0 : HANDOVER_MS;
    setTimeout(() => this.#leader || this.#lead(), spread(wait));
  }

  /** @param {Page.StreamState} state */
  #setState(state) {
    if (this.#live.state === state) return;
    this.#live.state = state;
    this.#live.emit("state", state);
  }
}
