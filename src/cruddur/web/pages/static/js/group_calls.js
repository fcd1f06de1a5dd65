// What the dialogs of groups ask of the server.

import { group, patch, post } from "./api.js";

/** @param {string[]} handles
    @param {string} title
    @returns {Promise<Api.StartedGroup>} */
export const makeGroup = (handles, title) => post("/api/message_groups", { handles, title });

/** @param {string} uuid
    @param {string} title
    @returns {Promise<Api.Conversation>} */
export const renameGroup = (uuid, title) => patch(group(uuid), { title });

/** @param {string} uuid
    @param {string[]} handles
    @returns {Promise<Api.Conversation>} */
export const addMembers = (uuid, handles) => post(`${group(uuid)}/members`, { handles });

/** @param {string} uuid
    @returns {Promise<unknown>} */
export const leaveGroup = (uuid) => post(`${group(uuid)}/leave`);
