// The rest of the messages page: what is fetched when the first view is there, or at the first press that needs it.
// It also opens the live stream. When a feature is installed here, a conversation may be open already.

import { outside } from "./base_path.js";
import { inAnotherTask, unlessLong } from "./between_tasks.js";
import { byId, dataJson, parts, setText } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export async function install(page) {
  await inAnotherTask();
  fillDialogs(page.me);
  // Each feature is named here and nowhere else, unless the first view needs it (main.js). They get an event in this
  // order, and the first shortcut that handles a key prevents the others.
  const features = await Promise.all([
    import("./session.js"),
    import("./group_events.js"),
    import("./incoming.js"),
    import("./group_dialogs.js"),
    import("./profiles.js"),
    import("./invitations.js"),
    import("./requests.js"),
    import("./requests_badge.js"),
    import("./blocked.js"),
    import("./connection.js"),
    import("./people_shown.js"),
    import("./message_menu.js"),
    import("./hidden.js"),
    import("./reactions.js"),
    import("./deletions_left.js"),
    import("./inbox_parts.js"),
    import("./marking_keys.js"),
    import("./mentioning.js"),
    import("./splitting.js"),
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
    import("./stream_memory.js"),
  ]);
  for (const feature of features) {
    await unlessLong();
    feature.install(page);
  }
}

/** @param {Record<string, string>} service */
function fillLinks(service) {
  for (const one of parts(document, "[data-leads-to]"))
    one.setAttribute("href", service[one.dataset.leadsTo ?? ""] ?? "");
  for (const one of parts(document, "[data-path]"))
    one.setAttribute("href", outside(one.dataset.path ?? ""));
}

/** Makes the menus and dialogs this user's, puts what belongs to the page itself there, and takes away what the service does not have. See _dialogs.html.
    @param {Api.User} me */
function fillDialogs(me) {
  const service = dataJson(document.body, "service");
  for (const one of parts(document, "[data-when]"))
    if (!service[one.dataset.when ?? ""]) one.remove();
  for (const one of parts(document, "[data-unless]"))
    if (service[one.dataset.unless ?? ""]) one.remove();
  fillLinks(service);
  for (const one of parts(document, "[data-before]")) byId(one.dataset.before ?? "").before(one);
  setText(byId("me-name"), me.display_name);
  for (const one of parts(document, "[data-my-handle]")) setText(one, `@${me.handle}`);
  for (const one of parts(document, "input[name=username]")) one.setAttribute("value", me.handle);
}
