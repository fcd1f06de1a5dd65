// Sends deletions ten seconds after they were made, so that they can be undone until then. When the page is left, they
// go at once. Each is stored until the server has answered, and sending it again does no harm.

import { asFailure, call, isTemporary } from "./api.js";
import { backoff } from "./backoff.js";
import { closest, isTouch, parts } from "./dom.js";
import { onKey } from "./keyboard.js";
import { prefixOf, storedDeletions } from "./pending_deletions.js";
import { plural } from "./text.js";
import { say, showToast } from "./toasts.js";
import { uuidv7 } from "./uuid.js";

/** @import { MessagesPage } from "./page.js" */

const WAIT_MS = 10_000;
const HELD_MS = 120_000; // while the pointer or the focus is on the notice
const GRACE_MS = 5_000; // other tabs wait so long for the tab in which it was made
const WORDS = "To undo it, press Control Z.";

class Deletions {
  #page;
  /** @type {Map<string, Page.Deletion>} By id, the oldest first. */
  #all = new Map();
  /** @type {Map<string, () => void>} By id: what closes the notice of a deletion that was made here and not sent yet. */
  #notices = new Map();
  /** @type {Map<string, number>} By id. */
  #timers = new Map();
  /** @type {Map<string, Promise<void>>} By id: those that are being sent. */
  #sending = new Map();
  #failures = 0;

  /** @param {MessagesPage} page */
  constructor(page) {
    this.#page = page;
    page.deletions.flush = () => this.#sendAll();
    addEventListener("pagehide", () => this.#leave());
    document.addEventListener("freeze", () => this.#leave());
    addEventListener("online", () => this.#sendLate());
    onKey(document, (event) => this.#key(event));
    this.load();
  }

  /** Takes over what is stored: another tab may have made, undone or sent a deletion. */
  load() {
    const stored = storedDeletions(this.#page.me.uuid);
    const unkept = [...this.#all.values()].filter((one) => one.unkept);
    this.#all = new Map([...stored, ...unkept].map((one) => [one.id, one]));
    for (const one of this.#all.values()) this.#schedule(one);
    this.#page.deletions.set([...this.#all.values()]);
  }

  /** Deletes messages of one conversation, for oneself or for everybody.
      @param {Page.Item[]} messages
      @param {string} group
      @param {Page.DeletedFor} from */
  add(messages, group, from) {
    const { conversation, composer } = this.#page;
    const seqs = messages.map(({ seq }) => seq ?? 0).filter((seq) => seq > 0);
    const one = { id: uuidv7(), group, seqs, from, due: Date.now() + WAIT_MS };
    const focus = focusAfter(seqs, from);
    for (const { uuid, seq, message } of messages)
      composer.stopEditing(conversation.key, {
        uuid,
        seq: seq ?? 0,
        message,
        message_group_uuid: group,
      });
    this.#store(one);
    this.#offerUndo(one);
    this.load();
    focus();
  }

  /** @param {Page.Deletion} one */
  #offerUndo({ id, seqs, from }) {
    const what = plural(seqs.length, "message deleted", "messages deleted");
    const text = `${what} ${from === "me" ? "for you" : "for everybody"}`;
    const close = showToast(seqs.length === 1 ? text.replace("1 m", "M") : text, {
      words: WORDS,
      undo: () => this.#undo(id),
      hold: (isHeld) => this.#wait(id, isHeld ? HELD_MS : WAIT_MS),
    });
    this.#notices.set(id, close);
  }

  /** @param {string} id */
  #undo(id) {
    if (this.#sending.has(id) || !this.#notices.has(id)) return;
    this.#drop(id);
    say("It is not deleted.");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    const last = [...this.#notices.keys()].at(-1);
    const field = closest(event.target, "input, textarea");
    const isWriting = field && "value" in field && field.value !== "";
    if (!isUndo || event.shiftKey || event.defaultPrevented || isWriting || !last) return;
    event.preventDefault();
    this.#undo(last);
  }

  /** @param {string} id
      @param {number} wait */
  #wait(id, wait) {
    const one = this.#all.get(id);
    if (!one || this.#sending.has(id)) return;
    this.#store({ ...one, due: Date.now() + wait });
    this.#schedule(this.#all.get(id) ?? one);
  }

  /** @param {Page.Deletion} one */
  #schedule({ id, due }) {
    clearTimeout(this.#timers.get(id));
    const grace = this.#notices.has(id) ? 0 : GRACE_MS;
    const wait = due === 0 ? 0 : Math.max(0, due + grace - Date.now());
    this.#timers.set(
      id,
      setTimeout(() => this.#send(id), wait),
    );
  }

  /** @param {Page.Deletion} one */
  #store(one) {
    try {
      localStorage.setItem(prefixOf(this.#page.me.uuid) + one.id, JSON.stringify(one));
    } catch {
      this.#all.set(one.id, { ...one, unkept: true }); // it is sent from this tab's memory
      return;
    }
    this.#all.set(one.id, one);
  }

  /** @param {string} id */
  #drop(id) {
    try {
      localStorage.removeItem(prefixOf(this.#page.me.uuid) + id);
    } catch {
      // What cannot be stored is not there.
    }
    this.#all.delete(id);
    clearTimeout(this.#timers.get(id));
    this.#close(id);
    this.load();
  }

  /** @param {string} id */
  #close(id) {
    this.#notices.get(id)?.();
    this.#notices.delete(id);
  }

  /** @param {string} id */
  #send(id) {
    const one = this.#all.get(id);
    if (!one) return Promise.resolve();
    const sent =
      this.#sending.get(id) ?? this.#deliver(one).finally(() => this.#sending.delete(id));
    this.#sending.set(id, sent);
    return sent;
  }

  /** @param {Page.Deletion} one */
  async #deliver(one) {
    this.#close(one.id);
    this.#page.waiting.drop(one.group, one.seqs);
    try {
      if (one.from === "me") await this.#hide(one);
      else await Promise.all(one.seqs.map((seq) => this.#erase(one.group, seq)));
      this.#failures = 0;
      this.#drop(one.id);
    } catch (error) {
      this.#failed(one, error);
    }
  }

  /** @param {Page.Deletion} one */
  async #hide({ group, seqs }) {
    const path = `/api/messages/${group}/hide`;
    /** @type {{ data: Api.InboxRow }} */
    const { data: row } = await call("POST", path, { seqs }, null, true);
    const told = { message_group_uuid: group, seqs, hidden_version: row.hidden_version ?? 0 };
    this.#page.conversation.timelines.get(group)?.hidden.told(told);
    this.#page.inbox.put(row);
  }

  /** @param {string} group
      @param {number} seq */
  async #erase(group, seq) {
    /** @type {{ data: Api.Message }} */
    const { data: message } = await call(
      "DELETE",
      `/api/messages/${group}/${seq}`,
      undefined,
      null,
      true,
    );
    this.#page.conversation.onChanged(message);
    this.#page.inbox.onChanged(message);
  }

  /** @param {Page.Deletion} one
      @param {unknown} error */
  #failed(one, error) {
    const { status, message } = asFailure(error);
    if (status === 401) return; // it is sent after the next sign-in
    if (!isTemporary(error)) {
      this.#drop(one.id);
      if (status !== 404) showToast(`Not deleted: ${message}`);
      return;
    }
    this.#failures += 1;
    this.#store({ ...one, due: Date.now() + backoff(this.#failures) });
    this.#schedule(this.#all.get(one.id) ?? one);
  }

  #sendLate() {
    for (const { id } of this.#all.values()) if (!this.#notices.has(id)) this.#send(id);
  }

  async #sendAll() {
    await Promise.all([...this.#all.keys()].map((id) => this.#send(id)));
  }

  /** The page may be gone in a moment: the requests go on without it, and the next page sends them once more. */
  #leave() {
    for (const one of this.#all.values()) {
      if (!this.#notices.has(one.id)) continue;
      this.#store({ ...one, due: 0 });
      this.#send(one.id);
    }
  }
}

/** Returns what brings the focus to the nearest message that stays, if it is on one that goes.
    @param {number[]} seqs
    @param {Page.DeletedFor} from */
function focusAfter(seqs, from) {
  const articles = parts(document, "#messages article");
  const focused = closest(document.activeElement, "article");
  if (isTouch() || !focused || !seqs.includes(Number(focused.dataset.seq))) return () => {};
  const stays = (/** @type {HTMLElement} */ one) => !seqs.includes(Number(one.dataset.seq));
  const at = articles.indexOf(focused);
  const near = articles.slice(at).find(stays) ?? articles.slice(0, at).findLast(stays);
  return () => (from === "all" ? focused : near)?.focus();
}

/** @type {Deletions | null} */
let made = null;

/** @param {MessagesPage} page */
export function deletionsOf(page) {
  made ??= new Deletions(page);
  return made;
}
