// Where the user is signed in, and the password: what the settings ask of the server.

import { get, inPath, post, remove } from "./api.js";

/** Where the user is signed in.
    @returns {Promise<Api.Session[]>} */
export const sessions = async () => (await get("/api/sessions")).data;

/** Signs out one of the user's devices.
    @param {string} id
    @returns {Promise<unknown>} */
export const endSession = (id) => remove(`/api/sessions/${inPath(id)}`);

/** @returns {Promise<unknown>} */
export const endOtherSessions = () => remove("/api/sessions?which=others");

/** @param {Api.ChangedPassword} body
    @returns {Promise<unknown>} */
export const changePassword = (body) => post("/api/me/password", body);
