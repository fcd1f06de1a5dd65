// Holds the timelines of the conversations that were opened last. Older ones are fetched again when they are opened.

import { PagedTimeline } from "./paged_timeline.js";

const MOST = 10;

export class Timelines {
  /** This device's copy of a conversation. device_copy.js replaces it.
      @type {(uuid: string) => Promise<Page.Copied | undefined>} */
  copyOf = async () => undefined;
  #changed;
  /** @type {Map<string, PagedTimeline>} By group, in the order in which they were opened. */
  #kept = new Map();

  /** `changed` is called with a timeline that has changed.
      @param {(timeline: PagedTimeline) => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** The timeline of this group, or null if none is held. Its events then need not be followed.
      @param {string} uuid */
  get(uuid) {
    return this.#kept.get(uuid) ?? null;
  }

  /** The rows of the inbox have changed: one of them may say that messages were deleted.
      @param {(uuid: string) => Api.InboxRow | null} rowOf */
  follow(rowOf) {
    for (const [uuid, timeline] of this.#kept) {
      const row = rowOf(uuid);
      if (row) timeline.hidden.follow(row.hidden_version);
    }
  }

  /** @param {string} uuid */
  open(uuid) {
    const timeline = this.get(uuid) ?? this.#make(uuid);
    this.#kept.delete(uuid);
    this.#kept.set(uuid, timeline);
    if (this.#kept.size > MOST) this.forget(this.#kept.keys().next().value ?? "");
    return timeline;
  }

  /** Like `open`, but drops a timeline that does not reach the first unread message.
      @param {string} uuid
      @param {number | null} firstUnread */
  openAt(uuid, firstUnread) {
    const kept = this.get(uuid);
    const isRight = firstUnread === null ? !kept?.newer : kept?.reaches(firstUnread);
    if (kept?.loaded && !isRight) this.forget(uuid);
    return this.open(uuid);
  }

  /** Starts with what this device has a copy of, if it has: while there is no connection, or until it is there.
      @param {PagedTimeline | null} timeline */
  async startByCopy(timeline) {
    const copied = timeline && (await this.copyOf(timeline.uuid).catch(() => undefined));
    if (copied && !timeline.loaded) timeline.start(copied.messages, copied);
  }

  /** @param {string} uuid */
  forget(uuid) {
    this.#kept.delete(uuid);
  }

  /** @param {string} uuid */
  #make(uuid) {
    const timeline = new PagedTimeline(uuid);
    timeline.on("change", () => this.#changed(timeline));
    return timeline;
  }
}
