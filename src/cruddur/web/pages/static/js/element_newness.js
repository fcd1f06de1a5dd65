// Where the new messages of <cruddur-conversation> begin, and how many of them nobody has looked at.

export class Newness {
  /** The number of the first new message; null if there is none, or if this user has written since.
      @type {number | null} */
  from = null;
  #me;
  #seen;
  #isFirst = true;

  /** @param {string} me
      @param {number} readSeq the last message that was read, on any device */
  constructor(me, readSeq) {
    this.#me = me;
    this.#seen = readSeq;
  }

  /** To be called with the messages before they are shown. `isWatched`: somebody sees each as it comes. What is there at
      first was seen by nobody.
      @param {Api.Message[]} messages
      @param {boolean} isWatched */
  look(messages, isWatched) {
    const first = this.#isFirst || !isWatched ? this.#unseen(messages)[0] : null;
    this.#isFirst = false;
    if (first && (this.from === null || this.from <= this.#seen)) this.from = first.seq;
  }

  /** Somebody has looked at the messages up to this number.
      @param {number} seq */
  seen(seq) {
    this.#seen = Math.max(this.#seen, seq);
  }

  /** How many of these nobody has looked at.
      @param {Api.Message[]} messages */
  count(messages) {
    return this.#unseen(messages).length;
  }

  /** To be called when this user writes: after an answer, nothing above it is new. */
  end() {
    this.from = null;
  }

  /** Those of others. What happened to a group is no news in this sense.
      @param {Api.Message[]} messages */
  #unseen(messages) {
    const isOthers = (/** @type {Api.Message} */ { user_uuid: author, kind }) =>
      author !== this.#me && kind !== "event";
    return messages.filter((one) => one.seq > this.#seen && isOthers(one));
  }
}
