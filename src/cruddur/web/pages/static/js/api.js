// Talking to the server: JSON in, JSON out, and errors that have names.

import { send } from "./authorized.js";
import { inside } from "./base_path.js";
import { Emitter } from "./emitter.js";
import { notePictures } from "./pictures.js";
import { wellFormed } from "./well_formed.js";

const TIMEOUT_MS = 20_000;

/** The server understood the request and refused it. `code` is stable, `message` is for people (RFC 9457). */
export class Problem extends Error {
  /** @param {number} status
      @param {Partial<Api.Problem>} body
      @param {number | null} retryAfter */
  constructor(status, body, retryAfter) {
    super(body.detail || body.title || `The server answered ${status}.`);
    this.status = status;
    this.code = body.code ?? "";
    this.field = body.field ?? null;
    this.retryAfter = retryAfter;
  }
}

/** No answer came. Whether the server has done what was asked is unknown. */
export class Unreachable extends Error {
  /** @param {unknown} [cause] */
  constructor(cause) {
    super("The server cannot be reached. Check your connection and try again.", { cause });
    this.status = 0;
    this.code = "unreachable";
  }
}

/** Events: "lost" when the session has ended, "changed" when the cookie belongs to another user by now.
    @extends {Emitter<{ lost: undefined, changed: undefined }>} */
class Session extends Emitter {
  /** @type {"lost" | "changed" | null} What was emitted, perhaps before anybody has listened. */
  end = null;

  /** @param {"lost" | "changed"} end */
  ends(end) {
    this.end = end;
    this.emit(end);
  }
}

export const session = new Session();

/** @type {Record<string, string>} */
const identity = {};

/** Names the user of all requests from now on. The server refuses them if the cookie or the token is another user's by
    then. With null nobody is named.
    @param {string | null} userUuid */
export function actAs(userUuid) {
  if (userUuid === null) delete identity["Cruddur-User"];
  else identity["Cruddur-User"] = userUuid;
}

/** Returns what was thrown as an `Error`.
    @param {unknown} error
    @returns {Page.Failure} */
export const asFailure = (error) => (error instanceof Error ? error : new Error(String(error)));

/** Whether the same request may succeed later.
    @param {unknown} error */
export function isTemporary(error) {
  const { status = NaN } = asFailure(error);
  return error instanceof Unreachable || status >= 500 || [408, 429].includes(status);
}

/** `data` is the JSON answer, or null when nothing has changed since the given etag. `next` is the path of the
    next page, or null. `etag` names the state that was answered.
    @template Data
    @typedef {{ data: Data; next: string | null; etag: string | null }} Answer */

/** Sends a request. Throws `Problem` if the server refuses it, and `Unreachable` if no answer comes.
    @template [Data=any]
    @param {string} method
    @param {string} path
    @param {unknown} [body]
    @param {string | null} [etag]
    @param {boolean} [keepalive] whether it goes on when the page is left
    @returns {Promise<Answer<Data>>} */
export async function call(method, path, body, etag = null, keepalive = false) {
  const response = await reach(method, path, body, etag, keepalive);
  const isSame = response.status === 304;
  if (!response.ok && !isSame) throw await refusal(response);
  const data = isSame || response.status === 204 ? null : await readJson(response);
  notePictures(data);
  const { headers } = response;
  return { data, next: nextPage(headers.get("Link")), etag: headers.get("ETag") };
}

/** @param {string} method
    @param {string} path
    @param {unknown} body
    @param {string | null} etag
    @param {boolean} keepalive */
async function reach(method, path, body, etag, keepalive) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", ...identity };
  if (etag) headers["If-None-Match"] = etag;
  const isFile = body instanceof Blob; // whose type the browser says
  if (body !== undefined && !isFile) headers["Content-Type"] = "application/json";
  try {
    return await send(path, {
      method,
      headers,
      keepalive,
      body: body === undefined || isFile ? body : asJson(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new Unreachable(error);
  }
}

/** Removes halves of surrogate pairs from all strings: the server could not read a body that has one.
    @param {unknown} body */
const asJson = (body) =>
  JSON.stringify(body, (_, value) => (typeof value === "string" ? wellFormed(value) : value));

/** @param {Response} response */
async function readJson(response) {
  try {
    return await response.json();
  } catch {
    throw new Unreachable();
  }
}

/** @param {Response} response */
async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  const problem = new Problem(response.status, body, retryAfter(response));
  if (problem.code === "session_changed") session.ends("changed");
  else if (problem.status === 401 && problem.code !== "credentials_wrong") session.ends("lost");
  return problem;
}

/** The seconds to wait before the next request, or null. The header holds seconds or a date.
    @param {Response} response
    @returns {number | null} */
export function retryAfter(response) {
  const value = response.headers.get("Retry-After");
  if (!value) return null;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? (Date.parse(value) - Date.now()) / 1000 : seconds;
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

/** @param {string | null} link */
function nextPage(link) {
  const match = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link ?? "");
  if (!match) return null;
  const url = new URL(match[1], location.origin);
  return inside(url.pathname) + url.search;
}

/** @template [Data=any]
    @param {string} path
    @param {string | null} [etag]
    @returns {Promise<Answer<Data>>} */
export const get = (path, etag) => call("GET", path, undefined, etag);

/** @template [Data=unknown]
    @param {string} path
    @param {unknown} [body]
    @returns {Promise<Data>} */
export const post = async (path, body) => (await call("POST", path, body)).data;

/** @template [Data=unknown]
    @param {string} path
    @param {unknown} body
    @returns {Promise<Data>} */
export const patch = async (path, body) => (await call("PATCH", path, body)).data;

/** @template [Data=unknown]
    @param {string} path
    @param {unknown} [body]
    @returns {Promise<Data>} */
export const remove = async (path, body) => (await call("DELETE", path, body)).data;

/** @param {string} text */
export const inPath = (text) => encodeURIComponent(wellFormed(text));
/** @param {string} uuid */
export const group = (uuid) => `/api/message_groups/${inPath(uuid)}`;
/** @param {string} uuid */
const messages = (uuid) => `/api/messages/${inPath(uuid)}`;

/** The users whose handle begins with `prefix`.
    @param {string} prefix
    @returns {Promise<Api.User[]>} */
export const users = async (prefix) => (await get(`/api/users?prefix=${inPath(prefix)}`)).data;

/** `name` is `@` and a handle, or `ext:` and a host's own id.
    @param {string} name
    @returns {Promise<Api.User>} */
export const user = async (name) => (await get(`/api/users/${inPath(name)}/short`)).data;

/** The user's conversation with a person, named as in `user`; null while nobody has begun it.
    @param {string} name
    @returns {Promise<Api.Conversation | null>} */
export const conversationWith = async (name) =>
  (await get(`/api/users/${inPath(name)}/conversation`)).data;

/** A page of the inbox. `data` is null when nothing has changed since `etag`.
    @type {{
      (path: string): Promise<Answer<Api.InboxRow[]>>;
      (path: string, etag: string | null): Promise<Answer<Api.InboxRow[] | null>>;
    }} */
export const inboxPage = get;

/** @param {string} query
    @param {number} limit
    @returns {Promise<Api.InboxRow[]>} */
export const searchInbox = async (query, limit) =>
  (await get(`/api/message_groups?search=${inPath(query)}&limit=${limit}`)).data;

/** @param {string} uuid
    @returns {Promise<Api.Conversation>} */
export const messageGroup = async (uuid) => (await get(group(uuid))).data;

/** The newest messages. `data` is null when nothing has changed since `etag`.
    @type {{
      (uuid: string, limit: number): Promise<Answer<Api.Message[]>>;
      (uuid: string, limit: number, etag: string | null): Promise<Answer<Api.Message[] | null>>;
    }} */
export const newest = (
  /** @type {string} */ uuid,
  /** @type {number} */ limit,
  /** @type {string | null} */ etag = null,
) => /** @type {Promise<Answer<any>>} */ (get(`${messages(uuid)}?limit=${limit}`, etag));

/** @param {string} uuid
    @param {number} seq
    @param {number} limit
    @returns {Promise<Answer<Api.Message[]>>} */
export const before = (uuid, seq, limit) => get(`${messages(uuid)}?before=${seq}&limit=${limit}`);

/** @param {string} uuid
    @param {number} seq
    @param {number} limit
    @returns {Promise<Answer<Api.Message[]>>} */
export const after = (uuid, seq, limit) => get(`${messages(uuid)}?after=${seq}&limit=${limit}`);

/** The messages that were changed after a change, as they are now.
    @param {string} uuid
    @param {number} after
    @param {number} limit
    @returns {Promise<Answer<Api.Changes>>} */
export const changes = (uuid, after, limit) =>
  get(`${messages(uuid)}/changes?after=${after}&limit=${limit}`);

/** Where the log of changes ends, with the messages that were changed within a minute, or as the query says.
    @param {string} uuid
    @param {string} [query]
    @returns {Promise<Answer<Api.Changes>>} */
export const recentChanges = (uuid, query = "") => get(`${messages(uuid)}/changes${query}`);

/** @param {Api.NewMessage} body
    @returns {Promise<Api.Message>} */
export const sendMessage = (body) => post("/api/messages", body);

/** @param {string} uuid
    @param {number} seq
    @param {string} message
    @returns {Promise<Api.Message>} */
export const editMessage = (uuid, seq, message) => patch(`${messages(uuid)}/${seq}`, { message });

/** @param {string} uuid
    @param {number} seq
    @returns {Promise<unknown>} */
export const markRead = (uuid, seq) => post(`${group(uuid)}/read`, { seq });

/** @param {string} uuid
    @returns {Promise<unknown>} */
export const sayTyping = (uuid) => post(`${group(uuid)}/typing`);

/** @param {string} streamId
    @param {string[]} people
    @returns {Promise<unknown>} */
export const showPeople = (streamId, people) =>
  call("PUT", `/api/presence/${streamId}`, { user_uuids: people });
