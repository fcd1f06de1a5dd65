// The messages page: makes what shows it and what sends, and fetches the rest when the first view is there. A browser
// has to fetch all of this file before anybody can write, so a feature belongs here only if the first view needs it.
// All others are named in later.js.

import { inAnotherTask } from "./between_tasks.js";
import * as navigation from "./navigation.js";
import { makePage, readRendered } from "./page.js";
import { fetchRest } from "./rest.js";
import { nameTab } from "./tabs.js";
import { clock } from "./time.js";

// They get an event in this order, and before those of later.js.
const FEATURES = await Promise.all([
  import("./clearing.js"),
  navigation,
  import("./open_group.js"),
  import("./waiting.js"),
  import("./deleting.js"),
]);

const { dataset } = document.body;
const frame = "frames" in dataset ? await import("./embedded.js") : null; // another product shows this page
const isShell = "shell" in dataset; // from the service worker, with nobody's messages in it
const copied = isShell ? (await import("./copy.js")).readCopy() : frame?.readHost();
const rendered = copied ? await copied : readRendered();
await inAnotherTask();
clock(new Date().toISOString()); // the first time that a browser writes a time takes it long
await inAnotherTask();
const page = makePage(rendered);
for (const feature of FEATURES) feature.install(page);
const show = async () => {
  await Promise.all([nameTab(), page.outbox.start(), page.waiting.start()]);
  await inAnotherTask();
  navigation.showRendered(page);
  dataset.ready = "true";
  page.outbox.wake();
  page.waiting.wake();
  frame?.followHost(page);
};
fetchRest(page, show()); // the network does nothing else meanwhile
