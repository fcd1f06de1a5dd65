// Opens the page where the service cannot be reached: the page without messages, its shell, and its files. The page
// itself then shows what this device has a copy of. Nothing that belongs to a person lies here.

import { scope } from "./scope.js";

const PATIENCE_MS = 8000; // after which a network that says nothing counts as none
const UNREACHABLE = [502, 503, 504]; // said by a proxy, or by a service whose table is away

const { version, html, files } = scope.cruddurShell;
const PREFIX = `cruddur ${scope.registration.scope} `;
const NAME = PREFIX + version;
const base = new URL(scope.registration.scope).pathname.slice(0, -1);
const known = new Set(files);
const OF_A_VERSION = /^\/static\/.+\.[0-9a-f]{16}\.\w+$/;
const OLDER_KEPT = 2;

export function install() {
  scope.addEventListener("install", (event) => event.waitUntil(store()));
  scope.addEventListener("activate", (event) => event.waitUntil(begin()));
  scope.addEventListener("fetch", (event) => {
    const { mode, method, url } = event.request;
    const { origin, pathname } = new URL(url);
    if (method !== "GET" || origin !== scope.location.origin) return;
    if (mode === "navigate") event.respondWith(isPage(pathname) ? page(event) : answered(event));
    else if (known.has(pathname)) event.respondWith(file(event.request));
    else if (OF_A_VERSION.test(pathname.slice(base.length)))
      event.respondWith(olderFile(event.request));
  });
}

/** Stores the files of this version, all or none: if one is missing, the worker of the version before goes on. */
async function store() {
  const cache = await caches.open(NAME);
  await Promise.all(files.map(async (path) => cache.put(path, await fetched(path))));
}

/** @param {string} path */
async function fetched(path) {
  const answer = await fetch(path);
  // During an upgrade a process of another version answers with its own file, and lets nobody keep it.
  const isIt = answer.ok && answer.headers.get("Cache-Control")?.includes("immutable");
  if (!isIt) throw new Error(`${path} is not served in this version yet.`);
  return answer;
}

/** Keeps the files of the versions before as well: their pages may stay open for days, and the service no longer has
    what these pages fetch only after a press. */
async function begin() {
  const names = await caches.keys(); // in the order in which they were made
  const older = names.filter((name) => name.startsWith(PREFIX) && name !== NAME);
  for (const name of older.slice(0, -OLDER_KEPT)) await caches.delete(name);
  // The request goes out while this worker is still being started.
  await scope.registration.navigationPreload?.enable();
}

/** Whether it is a page of messages: the inbox, a conversation, or a person.
    @param {string} pathname */
function isPage(pathname) {
  const path = pathname.slice(base.length);
  return path === "/" || /^\/(c\/|@)[^/]+$/.test(path);
}

/** @param {FetchEvent} event */
async function page(event) {
  try {
    const answer = await inTime(answered(event));
    if (!UNREACHABLE.includes(answer.status)) return answer;
  } catch {
    // There is no network, or nobody answers.
  }
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", ...POLICY } });
}

/** What the browser has asked for already. Without an answer it would ask a second time, and what counts once, as an
    issuer's answer or a sign-out there, would be spent by then.
    @param {FetchEvent} event
    @returns {Promise<Response>} */
const answered = async (event) => (await event.preloadResponse) ?? fetch(event.request);

/** @param {Promise<Response>} answer
    @returns {Promise<Response>} */
function inTime(answer) {
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE_MS));
  return Promise.race([answer, late]);
}

/** @param {Request} request */
async function file(request) {
  const cache = await caches.open(NAME);
  return (await cache.match(request.url)) ?? fetch(request);
}

/** A file that a page of another version asks for.
    @param {Request} request */
const olderFile = async (request) => (await caches.match(request.url)) ?? fetch(request);

/** What the service says of each of its pages, which holds for this one too. */
const POLICY = {
  "Content-Security-Policy": scope.cruddurShell.policy,
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
};
