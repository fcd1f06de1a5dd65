// Parts of the page that are fetched when they are first needed.

import { ask } from "./dialogs.js";

let isFetching = false;

/** Fetches a part of the page and calls `use` with it. If it cannot be fetched, the user is asked to reload the
    page: the network may be down, or the service runs another version by now. A second press meanwhile does nothing.
    `load` has to be `async () => await import("./name.js")`, which web/http/bundles.py makes a file of its own.
    @template Part
    @param {() => Promise<Part>} load
    @param {(part: Part) => unknown} use */
export async function withPart(load, use) {
  if (isFetching) return;
  isFetching = true;
  const part = await load().catch(() => null);
  isFetching = false;
  if (part !== null) await use(part);
  else if (await ask(PROBLEM)) location.reload();
}

const PROBLEM = {
  title: "This part of the page did not load",
  text: "Your network may be down, or the service was updated since you opened the page. What you have typed is kept.",
  yes: "Reload",
};
