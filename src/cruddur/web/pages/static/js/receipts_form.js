// The switch for read receipts in the settings sheet. It counts on all of one's devices.

import { asFailure, get, patch } from "./api.js";
import { byId, setText } from "./dom.js";

/** @import { MessagesPage } from "./page.js" */

/** @param {MessagesPage} page
    @returns {() => void} to be called when the sheet opens: shows what is in force */
export function installReceiptsForm({ stream }) {
  const box = byId("share-receipts", HTMLInputElement);
  const problem = byId("receipts-problem");
  stream.on("receipts_switched", ({ shares_receipts: shares }) => {
    box.checked = shares;
  });
  /** @param {() => Promise<Api.Me>} ask */
  const follow = async (ask) => {
    problem.hidden = true;
    box.disabled = true;
    try {
      box.checked = (await ask()).shares_receipts;
      box.disabled = false;
    } catch (error) {
      setText(problem, asFailure(error).message);
      problem.hidden = false;
    }
  };
  const load = () => follow(async () => (await get("/api/me")).data);
  box.addEventListener("change", async () => {
    const shares = box.checked;
    await follow(() => patch("/api/me", { shares_receipts: shares }));
    if (box.disabled) {
      box.checked = !shares; // it was not stored
      box.disabled = false;
    }
    box.focus();
  });
  return () => void load();
}
