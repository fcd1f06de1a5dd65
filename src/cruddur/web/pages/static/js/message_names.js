// How people are named in a list of messages.

import { alike } from "./names.js";

/** Whether authors are named, those whose names look alike, and the members' handles by uuid.
    @typedef {{ named: boolean; alike: Set<string>; handles: Map<string, string> }} Names */

/** @param {Page.Item[]} items
    @param {{ uuid: string; display_name: string; handle: string }[]} people
    @param {boolean} named
    @returns {Names} */
export function namesIn(items, people, named) {
  const authors = items.map(({ user_uuid: uuid, display_name }) => ({ uuid, display_name }));
  return {
    named,
    alike: named ? alike([...people, ...authors]) : new Set(),
    handles: new Map(people.map(({ uuid, handle }) => [uuid, handle])),
  };
}
