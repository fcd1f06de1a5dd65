// Names this tab: a reload keeps the name, and a copy of the tab gets another one. It also knows which tabs are open,
// so that the drafts of closed ones can be taken over.

import { uuidv7 } from "./uuid.js";
import { pause } from "./backoff.js";

const KEY = "cruddur-tab";
const ANSWER_MS = 300;

/** @param {string} tab */
const mark = (tab) => `${KEY}/${tab}`;
/** @template Result
    @param {() => Result} work */
const safely = (work) => {
  try {
    return work();
  } catch {
    return null; // the browser refuses storage
  }
};

/** Takes the name out of the session storage, where it is kept only during a reload: a copied tab gets a copy of that
    storage. */
function claim() {
  const name = safely(() => sessionStorage.getItem(KEY));
  safely(() => sessionStorage.removeItem(KEY));
  return name ?? uuidv7();
}

export const TAB = claim();

const isOpenHere = () => safely(() => localStorage.setItem(mark(TAB), "open"));

addEventListener("pagehide", () => {
  safely(() => sessionStorage.setItem(KEY, TAB));
  safely(() => localStorage.removeItem(mark(TAB)));
});
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  safely(() => sessionStorage.removeItem(KEY));
  isOpenHere();
});

/** @param {string} tab */
export const isTabOpen = (tab) =>
  tab === TAB || safely(() => localStorage.getItem(mark(tab))) !== null;

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("cruddur-tabs") : null;
channel?.addEventListener("message", ({ data }) => data === "who?" && channel.postMessage(TAB));

/** Marks this tab as open, and removes the marks of tabs that crashed. */
export async function nameTab() {
  isOpenHere();
  const alive = await (navigator.locks ? holders() : answering()).catch(() => null);
  if (!alive) return;
  const tabs =
    safely(() => Object.keys(localStorage).filter((key) => key.startsWith(`${KEY}/`))) ?? [];
  for (const one of tabs) if (one !== mark(TAB) && !alive.has(one)) localStorage.removeItem(one);
}

/** The marks of open tabs. Each open tab holds a lock named after its mark. */
async function holders() {
  /** @type {Promise<void>} */
  const isHeld = new Promise((held) => {
    navigator.locks.request(mark(TAB), () => new Promise(() => held()));
  });
  await isHeld;
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name }) => name));
}

async function answering() {
  if (!channel) return null;
  /** @type {Set<string | undefined>} */
  const alive = new Set();
  /** @param {MessageEvent} options */
  const hear = ({ data }) => alive.add(mark(data));
  channel.addEventListener("message", hear);
  channel.postMessage("who?");
  await pause(ANSWER_MS);
  channel.removeEventListener("message", hear);
  return alive;
}
