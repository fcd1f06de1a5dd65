// A dialog with a list that is read page by page.

import * as api from "./api.js";
import { openDialog } from "./dialogs.js";
import { byId, setText } from "./dom.js";

/** @template Entry
    @typedef {object} Listing
    @property {string} title
    @property {string} path of the first page
    @property {string} none what is said if there is no entry
    @property {(entry: Entry) => Promise<HTMLElement> | HTMLElement} item
    @property {boolean} [newestLast] whether a later page belongs before the earlier ones */

let opened = 0;

/** Opens the dialog and shows the first page in it.
    @template Entry
    @param {Listing<Entry>} listing */
export function openListing(listing) {
  const dialog = byId("listing", HTMLDialogElement);
  if (dialog.open) return undefined;
  opened += 1;
  byId("listing-list").replaceChildren();
  byId("listing-more").hidden = true;
  setText(byId("listing-title"), listing.title);
  openDialog(dialog);
  return load(listing, listing.path, opened);
}

export const closeListing = () => byId("listing", HTMLDialogElement).close();

/** Shows a page, unless the dialog shows another list by the time that it has come.
    @template Entry
    @param {Listing<Entry>} listing
    @param {string} path
    @param {number} turn */
async function load(listing, path, turn) {
  const [list, note, more] = ["list", "note", "more"].map((part) => byId(`listing-${part}`));
  setText(note, "Loading…");
  more.hidden = true;
  try {
    /** @type {api.Answer<Entry[]>} */
    const { data, next } = await api.get(path);
    const items = await Promise.all(data.map((entry) => listing.item(entry)));
    if (turn !== opened) return;
    if (listing.newestLast) list.prepend(...items);
    else list.append(...items);
    setText(note, list.children.length ? "" : listing.none);
    more.hidden = next === null;
    more.onclick = () => next && load(listing, next, turn);
  } catch (error) {
    if (turn !== opened) return;
    setText(note, api.asFailure(error).message);
    more.hidden = false;
    more.onclick = () => load(listing, path, turn);
  }
}
