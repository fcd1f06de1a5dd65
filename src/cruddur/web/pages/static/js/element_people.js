// The people of the group in <cruddur-conversation>: how they are called, and who may write. With them come their pictures.

export class People {
  /** @type {Api.Conversation | null} */
  group = null;
  #chat;
  #changed;
  #asked = "";

  /** @param {Client.Chat} chat
      @param {() => void} changed */
  constructor(chat, changed) {
    this.#chat = chat;
    this.#changed = changed;
  }

  /** Asks once for each group, or `again` when it has changed.
      @param {Api.InboxRow | null} row
      @param {boolean} [again] */
  async learn(row, again = false) {
    const uuid = row?.kind === "group" ? row.uuid : "";
    if (uuid === this.#asked && !again) return;
    if (uuid !== this.#asked) this.group = null;
    this.#asked = uuid;
    if (!uuid) return;
    const asked = this.#chat.call("GET", `/api/message_groups/${uuid}`);
    const group = /** @type {Api.Conversation | null} */ (await asked.catch(() => null));
    if (!group || uuid !== this.#asked) return;
    this.group = group;
    this.#changed();
  }

  /** @param {Client.Conversation} talk
      @returns {(uuid: string) => string} */
  namesIn(talk) {
    const wrote = talk.messages.map((one) => [one.user_uuid, one.display_name]);
    const known = (this.group?.members ?? []).map((one) => [one.uuid, one.display_name]);
    const names = new Map(/** @type {[string, string][]} */ ([...wrote, ...known]));
    return (uuid) => names.get(uuid) ?? talk.name;
  }
}
