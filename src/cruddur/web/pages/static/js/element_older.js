// Loads older messages of <cruddur-conversation> as somebody scrolls up.

export class OlderMessages {
  isLoading = false;
  #hasFailed = false;
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
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

  /** Rejects if they could not be loaded.
      @param {Client.Conversation} talk */
  async load(talk) {
    this.isLoading = true;
    this.#changed();
    try {
      await talk.loadOlder();
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    } finally {
      this.isLoading = false;
      this.#changed();
    }
  }
}
