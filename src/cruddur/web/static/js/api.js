// Talking to the server: JSON in, JSON out, and errors that have names.

const PATIENCE_MS = 20_000;

/** The server understood and refused; `code` is stable, `message` is for people (RFC 9457). */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail || body.title || `The server answered ${status}.`);
    this.status = status;
    this.code = body.code ?? "";
    this.field = body.field ?? null;
    this.retryAfter = retryAfter;
  }
}

/** No answer: whether the server did it is unknown. */
export class Unreachable extends Error {
  constructor() {
    super("The server cannot be reached. Check your connection and try again.");
    this.status = 0;
    this.code = "unreachable";
  }
}

/** Says "lost" when the server no longer knows who we are. */
export const session = new EventTarget();

/** Worth another try with the same request, later. */
export const isTemporary = (error) =>
  error instanceof Unreachable || error.status >= 500 || [408, 429].includes(error.status);

/** Returns {data, next}: the JSON answer, and the path of the next page or null. */
export async function call(method, path, body) {
  const response = await reach(method, path, body);
  if (!response.ok) throw await refusal(response);
  const data = response.status === 204 ? null : await readJson(response);
  return { data, next: nextPage(response.headers.get("Link")) };
}

async function reach(method, path, body) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Unreachable();
  }
}

async function readJson(response) {
  try {
    return await response.json();
  } catch {
    throw new Unreachable();
  }
}

async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  const problem = new Problem(response.status, body, retryAfter(response));
  if (problem.status === 401 && problem.code !== "credentials_wrong") {
    session.dispatchEvent(new Event("lost"));
  }
  return problem;
}

/** Seconds, or null. The header may also hold a date. */
export function retryAfter(response) {
  const value = response.headers.get("Retry-After");
  if (!value) return null;
  const seconds = Number(value);
  const wait = Number.isNaN(seconds) ? (Date.parse(value) - Date.now()) / 1000 : seconds;
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

function nextPage(link) {
  const match = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link ?? "");
  if (!match) return null;
  const url = new URL(match[1], location.origin);
  return url.pathname + url.search;
}

export const get = (path) => call("GET", path);
export const post = async (path, body) => (await call("POST", path, body)).data;
export const patch = async (path, body) => (await call("PATCH", path, body)).data;
export const remove = async (path) => (await call("DELETE", path)).data;

const group = (uuid) => `/api/message_groups/${encodeURIComponent(uuid)}`;
const messages = (uuid) => `/api/messages/${encodeURIComponent(uuid)}`;

export const users = async (prefix) =>
  (await get(`/api/users?prefix=${encodeURIComponent(prefix)}`)).data;
export const user = async (handle) =>
  (await get(`/api/users/@${encodeURIComponent(handle)}/short`)).data;
export const inboxPage = (path = "/api/message_groups?limit=20") => get(path);
export const messageGroup = async (uuid) => (await get(group(uuid))).data;
export const newest = (uuid, limit) => get(`${messages(uuid)}?limit=${limit}`);
export const before = (uuid, seq, limit) => get(`${messages(uuid)}?before=${seq}&limit=${limit}`);
export const after = (uuid, seq, limit) => get(`${messages(uuid)}?after=${seq}&limit=${limit}`);
export const sendMessage = (body) => post("/api/messages", body);
export const editMessage = (uuid, seq, message) => patch(`${messages(uuid)}/${seq}`, { message });
export const deleteMessage = (uuid, seq) => remove(`${messages(uuid)}/${seq}`);
export const markRead = (uuid, seq) => post(`${group(uuid)}/read`, { seq });
export const sayTyping = (uuid) => post(`${group(uuid)}/typing`);
export const makeGroup = (handles, title) => post("/api/message_groups", { handles, title });
export const renameGroup = (uuid, title) => patch(group(uuid), { title });
export const addMembers = (uuid, handles) => post(`${group(uuid)}/members`, { handles });
export const leaveGroup = (uuid) => post(`${group(uuid)}/leave`);
