// Blocks a person, or ends that, after a question that says what it means.

import { call, get } from "./api.js";
import { ask } from "./dialogs.js";

/** Asks the server first whether the person is blocked: another tab or device may have changed it.
    @param {string} uuid
    @param {string} name */
export async function blockOrUnblock(uuid, name) {
  /** @type {Api.Blocked[]} */
  const blocks = (await get("/api/blocks")).data;
  const isBlocked = blocks.some((one) => one.uuid === uuid);
  const sure = await ask(isBlocked ? unblocking(name) : blocking(name));
  if (sure) await call(isBlocked ? "DELETE" : "PUT", `/api/blocks/${uuid}`);
}

/** @param {string} name */
const blocking = (name) => ({
  title: `Block ${name}?`,
  text: "What they write to you from now on you never see, and they are not told. Neither of you sees the other online or typing. In groups both of you stay.",
  yes: "Block",
});

/** @param {string} name */
const unblocking = (name) => ({
  title: `Unblock ${name}?`,
  text: "You have blocked them. What they wrote meanwhile stays hidden; what they write from now on reaches you.",
  yes: "Unblock",
});
