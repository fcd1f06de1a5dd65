// The button of the settings sheet, in the menu of one's own avatar.

import { byId } from "./dom.js";
import { withPart } from "./on_demand.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page */
export function install(page) {
  byId("settings-button").addEventListener("click", () =>
    withPart(
      async () => await import("./settings_sheet.js"),
      ({ openSettings }) => openSettings(page),
    ),
  );
}
