// Forgets the pictures that the service worker keeps of people who have another one by now, or none.

import { PICTURES } from "./copy_erasing.js";
import { isOld } from "./pictures.js";

export const forgetOldPictures = () => forget().catch(() => {}); // without storage there are none

async function forget() {
  if (!(await globalThis.caches?.has(PICTURES))) return;
  const cache = await caches.open(PICTURES);
  for (const kept of await cache.keys())
    if (isOld(new URL(kept.url).pathname)) await cache.delete(kept);
}
