// The buttons of the settings sheet, in the menu of one's own name.

import { byId } from "./dom.js";
import { withPart } from "./on_demand.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  /** @param {string} [at] */
  const open = (at) =>
    withPart(
      async () => await import("./settings_sheet.js"),
      ({ openSettings }) => {
        openSettings(page);
        if (!at) return;
        byId(at).focus({ preventScroll: true });
        byId(at).scrollIntoView({ block: "start" });
      },
    );
  byId("settings-button").addEventListener("click", () => open());
  byId("notifications-button").addEventListener("click", () => open("notify-title"));
}
