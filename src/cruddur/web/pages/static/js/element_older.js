// Loads older messages of <cruddur-conversation> as somebody scrolls up.

export class OlderMessages {
  /** @type {Promise<void> | null} */
  #loading = null;
  #hasFailed = false;
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  get isLoading() {
    return this.#loading !== null;
  }

  /** After an error a press is needed, or another connection: scrolling does not ask again.
      @param {Client.Conversation | null} talk
      @param {boolean} isPressed */
  want(talk, isPressed) {
    if (isPressed) this.again();
    if (talk?.hasOlder && !this.isLoading && !this.#hasFailed) this.load(talk).catch(() => {});
  }

  again() {
    this.#hasFailed = false;
  }

  /** Resolves when some have come, also where scrolling has asked for them already. Rejects if they could not be loaded.
      @param {Client.Conversation} talk */
  load(talk) {
    this.#loading ??= this.#load(talk).finally(() => {
      this.#loading = null;
      this.#changed();
    });
    return this.#loading;
  }

  /** @param {Client.Conversation} talk */
  async #load(talk) {
    queueMicrotask(this.#changed);
    try {
      await talk.loadOlder();
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }
}
