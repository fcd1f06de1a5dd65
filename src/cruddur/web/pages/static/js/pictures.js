// The pictures of people, as far as this page has heard of them. Every face asks here.

import { outside } from "./base_path.js";

/** @type {Map<string, string | null>} By person: the name of their picture. */
const known = new Map();

/** @type {(path: string) => string | null} What an image gets for the path of a picture. */
let shownBy = (path) => path;

/** Shows pictures otherwise than by their paths, to which a browser sends its cookie.
    @param {(path: string) => string | null} by */
export function showPicturesBy(by) {
  shownBy = by;
}

/** What may tell of a picture: a person, a row, an event, or a conversation with its members.
    @typedef {{ picture?: string | null; user_uuid?: string | null; uuid?: string; members?: Told[] }} Told */

/** Notes the pictures that an answer or an event tells of.
    @param {Told | null | (Told | null)[]} said */
export function notePictures(said) {
  for (const one of [said].flat()) {
    const uuid = one?.user_uuid ?? one?.uuid;
    if (uuid && one?.picture !== undefined) known.set(uuid, one.picture);
    if (one?.members) notePictures(one.members);
  }
}

/** The row with the picture of the other person that was heard of last: the device's copy keeps it so.
    @template {Api.InboxRow} Row
    @param {Row} row */
export const withPicture = (row) =>
  known.has(row.user_uuid ?? "") ? { ...row, picture: known.get(row.user_uuid ?? "") } : row;

/** What an image of a person's picture gets as its source; null without a picture.
    @param {string | null} uuid */
export function pictureOf(uuid) {
  const name = known.get(uuid ?? "");
  return name ? shownBy(outside(`/api/pictures/${uuid}/${name}`)) : null;
}

/** Whether this is the path of a picture that the person no longer has, as far as this page has heard.
    @param {string} path */
export function isOld(path) {
  const uuid = path.split("/").at(-2) ?? "";
  return known.has(uuid) && pictureOf(uuid) !== path;
}
