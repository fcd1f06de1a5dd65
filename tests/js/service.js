// A service of messages over HTTP, for modules that ask one, and what these modules expect of a browser.
// It numbers messages as the real one does, stores a uuid once, and can be told to fail.

import { createServer } from "node:http";
import { after } from "node:test";

export const ME = { uuid: "me", handle: "maya", display_name: "Maya" };
export const GROUP = "6f2d5a52-94f5-4d0c-8f5b-8a5e6c1f7c11";

export class Service {
  /** In order; `messages[n - 1]` has the number n. */
  messages = [];
  /** The numbers of the messages that were changed, in order: `changed[n - 1]` is of the change n. */
  changed = [];
  /** The rows of the inbox, newest first. */
  rows = [];
  /** The bodies of all POST requests, in order. */
  posted = [];
  /** What changed something that is no message of its own, in order: method, path and body. */
  wrote = [];
  /** The paths of all GET requests, in order. */
  asked = [];
  #disturbances = [];
  #server = createServer((request, response) => this.#serve(request, response));

  async start() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.#server.unref(); // a test that waits for ever ends when there is nothing more to come
    this.address = `http://127.0.0.1:${this.#server.address().port}`;
    after(() => this.#server.close() && this.#server.closeAllConnections());
    return this;
  }

  reset() {
    this.messages = [];
    this.changed = [];
    this.hidden = new Set();
    this.joinedSeq = 0;
    this.readTo = 0;
    this.rows = [];
    this.asked = [];
    this.posted = [];
    this.wrote = [];
    this.#disturbances = [];
  }

  say(...texts) {
    return texts.map((text) => this.#store({ message: text, message_uuid: `of ${text}` }, "tomas"));
  }

  /** Changes a message, and returns it as it is then. */
  change(seq, more) {
    this.changed.push(seq);
    this.messages[seq - 1] = {
      ...this.messages[seq - 1],
      ...more,
      change_seq: this.changed.length,
    };
    return this.messages[seq - 1];
  }

  /** The messages that the user has deleted for themselves. */
  hidden = new Set();
  /** The last message before the user came. */
  joinedSeq = 0;
  readTo = 0; // of the other one

  /** The next request gets this answer, and has no effect. */
  refuse(status, code) {
    this.#disturbances.push(({ response }) =>
      json(response, status, { code, detail: `No: ${code}.` }),
    );
  }

  /** The next request is done, and its answer lost. */
  loseAnswer() {
    this.#disturbances.push(({ response, answer }) => answer() && response.destroy());
  }

  /** The next request is answered as things are now, but only when the returned function is called. */
  holdAnswer() {
    const { promise: asked, resolve } = withResolvers();
    const { promise: released, resolve: release } = withResolvers();
    this.#disturbances.push(async ({ response, answer }) => {
      const [status, body, link] = answer();
      resolve();
      await released;
      json(response, status, body, link);
    });
    return { asked, release };
  }

  async #serve(request, response) {
    let text = "";
    for await (const piece of request) text += piece;
    const answer = () => this.#answer(request, text);
    const disturb = this.#disturbances.shift();
    if (disturb) await disturb({ response, answer });
    else json(response, ...answer());
  }

  #answer(request, text) {
    if (request.method === "GET") {
      const url = new URL(request.url, this.address);
      this.asked.push(url.pathname + url.search);
      if (url.pathname === "/api/message_groups") return this.#inbox(url);
      return url.pathname.endsWith("/changes") ? this.#changes(url) : this.#page(url);
    }
    const body = text ? JSON.parse(text) : null;
    if (request.url !== "/api/messages") this.wrote.push([request.method, request.url, body]);
    if (request.url.includes("/reactions/")) return this.#react(request);
    if (request.url.endsWith("/settings")) return [200, { ...rowOf(GROUP), ...body }];
    if (request.url.endsWith("/read")) return [204, null];
    if (request.method === "PATCH") return [200, this.#edit(request.url, body)];
    this.posted.push(body);
    return [200, this.#store(body, ME.uuid)];
  }

  #inbox({ pathname, searchParams }) {
    const from = Number(searchParams.get("cursor") ?? 0);
    const end = from + Number(searchParams.get("limit") ?? 20);
    const link = end < this.rows.length ? `<${pathname}?cursor=${end}>; rel="next"` : null;
    return [200, this.rows.slice(from, end), link];
  }

  #store({ message, message_uuid: uuid }, user) {
    const known = this.messages.find((one) => one.uuid === uuid);
    if (known) return known;
    const stored = messageOf(this.messages.length + 1, { uuid, user_uuid: user, message });
    this.messages.push(stored);
    return stored;
  }

  #edits = new Set();

  #edit(path, { message, change_uuid: uuid }) {
    if (uuid && this.#edits.has(uuid)) return this.messages[Number(path.split("/").at(-1)) - 1];
    this.#edits.add(uuid);
    return this.change(Number(path.split("/").at(-1)), {
      message,
      edited_at: "2026-11-23T10:00:00Z",
    });
  }

  #react({ method, url }) {
    const [seq, , emoji] = url.split("/").slice(-3).map(decodeURIComponent);
    const known = this.messages[seq - 1];
    const has = known.reactions?.[emoji]?.includes(ME.uuid) ?? false;
    if (has === (method === "PUT")) return [200, known];
    return [200, this.change(Number(seq), { reactions: has ? {} : { [emoji]: [ME.uuid] } })];
  }

  #changes({ pathname, searchParams }) {
    const all = this.changed.length;
    const isRecent = searchParams.has("within");
    if (!isRecent && !searchParams.has("after"))
      return [200, { messages: [], last_change_seq: all }];
    const after = Number(searchParams.get("after"));
    const end = Math.min(all, isRecent ? all : after + Number(searchParams.get("limit")));
    const seqs = new Set(this.changed.slice(after, end));
    const messages = this.#seen().filter(({ seq }) => seqs.has(seq));
    const link = end < all ? `<${pathname}?more>; rel="next"` : null;
    const receipts = searchParams.has("receipts") ? [{ read_seq: this.readTo }] : undefined;
    return [200, { messages, last_change_seq: end, hidden_seq: this.joinedSeq, receipts }, link];
  }

  /** The messages that the user may see. */
  #seen() {
    return this.messages.filter(({ seq }) => seq > this.joinedSeq && !this.hidden.has(seq));
  }

  #page({ pathname, searchParams }) {
    const limit = Number(searchParams.get("limit"));
    const next = `<${pathname}?more>; rel="next"`;
    if (searchParams.has("after")) {
      const found = this.#seen().filter(({ seq }) => seq > Number(searchParams.get("after")));
      return [200, found.slice(0, limit), found.length > limit ? next : null];
    }
    const end = Number(searchParams.get("before") ?? Infinity);
    const found = this.#seen().filter(({ seq }) => seq < end);
    return [200, found.slice(-limit), found.length > limit ? next : null];
  }
}

export const messageOf = (seq, more = {}) => ({
  uuid: `number ${seq}`,
  seq,
  message_group_uuid: GROUP,
  user_uuid: "tomas",
  handle: "tomas",
  display_name: "Tomás",
  message: `Message ${seq}`,
  created_at: "2026-11-23T09:00:00Z",
  edited_at: null,
  deleted_at: null,
  change_seq: 0,
  ...more,
});

/** The row of a conversation whose last message is the fifth, read up to the third. */
export const rowOf = (uuid, more = {}) => ({
  uuid,
  kind: "group",
  display_name: "The lake",
  created_at: "2026-11-23T09:00:00Z",
  message: "Message 5",
  last_user_uuid: "tomas",
  last_seq: 5,
  read_seq: 3,
  unread: 2,
  ...more,
});

function json(response, status, body, link = null) {
  if (status === 204) return response.writeHead(204).end();
  response.writeHead(status, { "Content-Type": "application/json", ...(link && { Link: link }) });
  return response.end(JSON.stringify(body));
}

function withResolvers() {
  let resolve;
  const promise = new Promise((fulfil) => (resolve = fulfil));
  return { promise, resolve };
}

/** Resolves with the detail of the next such event for which `isWanted` holds. */
export const next = (emitter, name, isWanted = () => true) =>
  new Promise((resolve) => emitter.on(name, (detail) => isWanted(detail) && resolve(detail)));

/** A module of the page, after `beBrowser`. */
export const load = (name) => import(`../../src/cruddur/web/pages/static/js/${name}.js`);

/** What is always so in a browser; without IndexedDB, locks and channels, which a browser may refuse. */
export function beBrowser(address) {
  const events = new EventTarget();
  globalThis.addEventListener = events.addEventListener.bind(events);
  globalThis.document = Object.assign(new EventTarget(), {
    documentElement: { dataset: { base: address } },
    visibilityState: "visible",
  });
  globalThis.location = new URL(address || "http://127.0.0.1/");
  Object.defineProperty(globalThis, "navigator", { value: { language: "en-GB" } });
  delete globalThis.BroadcastChannel; // Node's keeps a process alive
}
