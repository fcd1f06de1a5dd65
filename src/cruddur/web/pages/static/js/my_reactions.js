// What this user has just given or taken back, until the server has said that it is stored. The page shows it at once.
// A request whose answer is lost is repeated, which stores nothing twice; a refusal undoes it.

import * as api from "./api.js";
import { backoff, Pause } from "./backoff.js";
import { Emitter } from "./emitter.js";

/** @typedef {{ message: Api.Message; emoji: string; wanted: boolean; pause: Pause }} Wish */

const MOST_WAIT_MS = 30_000;

/** @param {Wish} wish
    @returns {Promise<Api.Message>} the message as it is then */
async function store({ message, emoji, wanted }) {
  const { message_group_uuid: group, seq } = message;
  const path = `/api/messages/${group}/${seq}/reactions/${encodeURIComponent(emoji)}`;
  return (await api.call(wanted ? "PUT" : "DELETE", path)).data;
}

/** Events: "change" (a wish came or was dropped), "stored" (with the message as it is now), "refused".
    @extends {Emitter<{ change: undefined, stored: Api.Message, refused: RefusedReaction }>} */
export class MyReactions extends Emitter {
  /** @type {Map<string, Wish>} By message and emoji. */
  #wishes = new Map();

  /** The message's reactions, as they will be once all wishes are stored.
      @param {Api.Message} message
      @param {Api.User} me
      @returns {Record<string, string[]>} */
  of(message, me) {
    const stored = message.reactions ?? {};
    const ours = [...this.#wishes.values()].filter((wish) => isSame(wish.message, message));
    if (!ours.length || message.deleted_at) return stored;
    const wished = { ...stored };
    for (const { emoji, wanted } of ours) {
      const others = (wished[emoji] ?? []).filter((uuid) => uuid !== me.uuid);
      wished[emoji] = wanted ? keepPlace(wished[emoji], others, me.uuid) : others;
      if (!wished[emoji].length) delete wished[emoji];
    }
    return wished;
  }

  /** Gives an emoji to a message, or takes it back.
      @param {Api.Message} message
      @param {string} emoji
      @param {boolean} wanted */
  set(message, emoji, wanted) {
    const key = `${message.message_group_uuid} ${message.seq} ${emoji}`;
    const wish = this.#wishes.get(key);
    if (wish) wish.wanted = wanted;
    else {
      const made = { message, emoji, wanted, pause: new Pause() };
      this.#wishes.set(key, made);
      this.#store(key, made);
    }
    this.emit("change");
  }

  /** Tries again at once what waits, as when the network is back. */
  wake() {
    for (const { pause } of this.#wishes.values()) pause.wake();
  }

  /** Asks the server until it has stored what is wanted by then, or refuses it.
      @param {string} key
      @param {Wish} wish */
  async #store(key, wish) {
    for (let failures = 0; ; ) {
      const { wanted } = wish;
      try {
        const message = await store(wish);
        failures = 0;
        if (wish.wanted !== wanted) continue;
        this.#wishes.delete(key);
        this.emit("stored", message);
        return;
      } catch (error) {
        const failure = api.asFailure(error);
        if (!api.isTemporary(failure)) return this.#refuse(key, wish, failure);
        failures += 1;
        const wait = backoff(failures, { first: 1000, most: MOST_WAIT_MS });
        await wish.pause.for(Math.max(wait, (failure.retryAfter ?? 0) * 1000));
      }
    }
  }

  /** @param {string} key
      @param {Wish} wish
      @param {Page.Failure} failure */
  #refuse(key, { message, emoji }, failure) {
    this.#wishes.delete(key);
    this.emit("refused", { message, emoji, failure });
    this.emit("change");
  }
}

/** @typedef {{ message: Api.Message; emoji: string; failure: Page.Failure }} RefusedReaction */

/** @param {Api.Message} one
    @param {Api.Message} other */
const isSame = (one, other) =>
  one.seq === other.seq && one.message_group_uuid === other.message_group_uuid;

/** @param {string[] | undefined} before
    @param {string[]} others
    @param {string} uuid */
const keepPlace = (before, others, uuid) => (before?.includes(uuid) ? before : [...others, uuid]);
