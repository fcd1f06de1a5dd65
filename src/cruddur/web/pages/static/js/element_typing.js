// The name of a person who is typing in the conversation of <cruddur-conversation>.

const TYPING_MS = 6000;

export class Typing {
  name = "";
  #timer = 0;
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {Events.ByName["typing"]} typing
      @param {string | null | undefined} group that is open
      @param {string | undefined} me */
  heard({ message_group_uuid: where, user_uuid: uuid, display_name: name }, group, me) {
    if (where !== group || uuid === me) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stop(), TYPING_MS);
    this.name = name;
    this.#changed();
  }

  stop() {
    clearTimeout(this.#timer);
    if (!this.name) return;
    this.name = "";
    this.#changed();
  }
}
