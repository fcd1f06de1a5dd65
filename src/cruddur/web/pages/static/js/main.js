// The messages page: makes its parts, installs its features, and starts.

import * as navigation from "./navigation.js";
import { makePage, readRendered } from "./page.js";
import { nameTab } from "./tabs.js";

// Each feature is named here and nowhere else. They get an event in this order, and the first shortcut
// that handles a key prevents the others.
const FEATURES = await Promise.all([
  import("./session.js"),
  import("./incoming.js"),
  import("./clearing.js"),
  navigation,
  import("./open_group.js"),
  import("./profiles.js"),
  import("./invitations.js"),
  import("./requests.js"),
  import("./connection.js"),
  import("./people_shown.js"),
  import("./message_menu.js"),
  import("./hidden.js"),
  import("./reactions.js"),
  import("./waiting.js"),
  import("./deleting.js"),
  import("./inbox_parts.js"),
  import("./marking_keys.js"),
  import("./mentioning.js"),
  import("./jumps.js"),
  import("./receipts.js"),
  import("./row_menu.js"),
  import("./row_swipe.js"),
  import("./finding.js"),
  import("./unsent.js"),
  import("./first_steps.js"),
  import("./sticky_date.js"),
  import("./pane.js"),
  import("./badges.js"),
  import("./notifications.js"),
  import("./settings.js"),
  import("./look.js"),
  import("./renamed.js"),
  import("./dialogs.js"),
  import("./roving.js"),
  import("./shortcuts.js"),
  import("./global_shortcuts.js"),
  import("./service_worker.js"),
  import("./device_copy.js"),
]);

const { dataset } = document.body;
const frame = "frames" in dataset ? await import("./embedded.js") : null; // another product shows this page
const isShell = "shell" in dataset; // from the service worker, with nobody's messages in it
const copied = isShell ? (await import("./copy.js")).readCopy() : frame?.readHost();
const rendered = copied ? await copied : readRendered();
const page = makePage(rendered);
for (const feature of FEATURES) feature.install(page);
await Promise.all([nameTab(), page.outbox.start(), page.waiting.start()]);
navigation.showRendered(page);
dataset.ready = "true";
page.outbox.wake();
page.waiting.wake();
page.stream.run();
frame?.followHost(page);
