// Sends one change that waits. It is fetched when a change is first made: most visits make none.

import * as api from "./api.js";

/** Sends one change. Returns what the server answers: the message, the row, or nothing.
    @param {Page.WaitingChange} change
    @returns {Promise<unknown>} */
export function deliverChange({ kind, group, id, seq = 0, ...what }) {
  if (kind === "reaction") return react(`/api/messages/${group}/${seq}`, what);
  if (kind === "edit") return edit(`/api/messages/${group}/${seq}`, id, what);
  if (kind === "read") return api.markRead(group, seq);
  return api.patch(`/api/message_groups/${group}/settings`, what.settings);
}

/** @param {string} message
    @param {Pick<Page.WaitingChange, "emoji" | "wanted">} what */
const react = (message, { emoji = "", wanted }) =>
  (wanted ? put : api.remove)(`${message}/reactions/${encodeURIComponent(emoji)}`);

/** The server knows a second try by its uuid, which it looks for after the change that was known at the first one.
    @param {string} message
    @param {string} uuid
    @param {Pick<Page.WaitingChange, "text" | "after">} what */
const edit = (message, uuid, { text, after }) =>
  api.patch(message, { message: text, change_uuid: uuid, after: after ?? null });

/** @param {string} path */
const put = async (path) => (await api.call("PUT", path)).data;
