// Shows this device's copy in the shell of the page, which the service worker keeps: the page without messages.

import { here, outside } from "./base_path.js";
import { eraseCopy } from "./copy_erasing.js";
import * as store from "./copy_store.js";
import { h } from "./dom.js";
import { applyStoredLook } from "./look.js";
import { showMe } from "./own_name.js";
import { notePictures } from "./pictures.js";

const KEPT_MS = 30 * 86_400_000;
const ASK_EVERY_MS = 5000;
const NOTHING =
  "The service cannot be reached, and nothing of your messages is stored on this device. This page opens by itself when you are back.";

/** What the page shows first. If there is no copy, it says so, and loads the page anew as soon as the service answers.
    @returns {Promise<Page.Rendered>} */
export async function copiedPage() {
  applyStoredLook();
  const owner = await store.owner().catch(() => undefined);
  const isOld = owner && Date.now() - owner.seen_at > KEPT_MS;
  if (isOld) await eraseCopy();
  if (!owner || isOld) return nothing();
  const { user: me, seen_at: at } = owner;
  notePictures(me);
  showMe(me);
  const rows = await store.rows(me.uuid);
  const row = rowAt(here(), rows);
  const copied = row && (await store.conversation(me.uuid, row.uuid));
  const isWhole = copied && copied.hidden >= (row.hidden_version ?? 0);
  return {
    me,
    rows,
    stream: { page: null, resume_at: null },
    group: isWhole ? { ...row, members: [], version: 0 } : null,
    recipient: null,
    messages: isWhole ? copied.messages : [],
    quoted: [],
    more: { older: isWhole ? copied.older : false, newer: false },
    copied: { at, change: copied?.change ?? 0 },
  };
}

/** The row of the conversation that the address names.
    @param {string} path
    @param {Api.InboxRow[]} rows */
function rowAt(path, rows) {
  const [, kind, name = ""] = /^\/(c\/|@)([^/]+)$/.exec(path) ?? [];
  const handle = decodeURIComponent(name).toLowerCase();
  if (kind !== "@") return rows.find(({ uuid }) => uuid === name);
  return rows.find((row) => row.kind === "direct" && row.handle?.toLowerCase() === handle);
}

/** Says that there is nothing to show, and asks from time to time.
    @returns {Promise<never>} */
function nothing() {
  const again = h("button", { type: "button", class: "primary" }, "Try again");
  again.addEventListener("click", () => location.reload());
  const said = h("div", { class: "no-copy", role: "status" }, h("p", {}, NOTHING), again);
  document.body.replaceChildren(h("main", {}, h("h1", {}, "You are offline"), said));
  const ask = () =>
    fetch(outside("/health/live"), { cache: "no-store" }).then(
      ({ ok }) => ok && location.reload(),
      () => {},
    );
  addEventListener("online", ask);
  setInterval(ask, ASK_EVERY_MS);
  return new Promise(() => {});
}
