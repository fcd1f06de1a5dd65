// Keeps the pictures of people that pages have shown, for the time without a network: of each person one, and not too
// many. The page erases them with its copy, and those that it hears are no longer so.

import { scope } from "./scope.js";

const MOST = 300; // at most 32 KB each
const NAME = `cruddur-pictures ${scope.registration.scope}`; // js/copy_erasing.js has the same
const PREFIX = `${scope.registration.scope}api/pictures/`;

export function install() {
  scope.addEventListener("fetch", (event) => {
    const { method, url } = event.request;
    if (method === "GET" && url.startsWith(PREFIX)) event.respondWith(picture(event));
  });
}

/** @param {FetchEvent} event */
async function picture(event) {
  const cache = await caches.open(NAME);
  const found = await cache.match(event.request.url);
  if (found) return found;
  const answer = await fetch(event.request);
  // Where storage is full nothing is kept, and the picture is shown all the same.
  if (answer.ok) event.waitUntil(keep(cache, event.request.url, answer.clone()).catch(() => {}));
  return answer;
}

/** Keeps a picture instead of another one of the same person, and of all the newest.
    @param {Cache} cache
    @param {string} url
    @param {Response} answer */
async function keep(cache, url, answer) {
  const theirs = url.slice(0, url.lastIndexOf("/") + 1);
  await cache.put(url, answer);
  const kept = await cache.keys();
  const others = kept.filter((one) => one.url !== url && one.url.startsWith(theirs));
  const oldest = kept.slice(0, Math.max(0, kept.length - MOST));
  for (const gone of [...others, ...oldest]) await cache.delete(gone);
}
