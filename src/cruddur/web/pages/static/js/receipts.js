// How far the other person of the open conversation has read: two ticks at one's own messages up to there.

import { get } from "./api.js";

/** @import { MessagesPage } from "./page.js" */

/** How far the others have read who share it, the furthest first.
    @param {string} uuid
    @returns {Promise<Api.ReadMark[]>} */
export const receipts = async (uuid) => (await get(`/api/messages/${uuid}/receipts`)).data;

/** @param {MessagesPage} page */
export function install(page) {
  const { conversation, stream } = page;
  const look = () => fetchReceipts(page).catch(() => {}); // the next event, or opening it again, tells
  const follow = () => {
    const { timeline } = conversation;
    if (timeline)
      timeline.changes.onReceipts = ([mark]) => show(page, timeline, mark?.read_seq ?? 0);
    look();
  };
  conversation.on("open", follow);
  follow(); // what is open already
  stream.on("state", (state) => state === "polling" && look());
  stream.on("caught_up", look);
  stream.on("receipts_switched", look);
  stream.on("receipt", ({ message_group_uuid: uuid, read_seq: seq }) => {
    const timeline = conversation.timelines.get(uuid);
    if (timeline && seq > timeline.readTo) show(page, timeline, seq);
  });
}

/** @param {MessagesPage} page */
async function fetchReceipts(page) {
  const { ref, timeline } = page.conversation;
  if (!ref?.uuid || !timeline || ref.kind !== "direct") return;
  if (timeline.changes.last === null) return; // the question where the log of changes ends brings them
  const [mark] = await receipts(ref.uuid);
  show(page, timeline, mark?.read_seq ?? 0);
}

/** @param {MessagesPage} page
    @param {import("./paged_timeline.js").PagedTimeline} timeline
    @param {number} seq */
function show({ conversation }, timeline, seq) {
  timeline.readTo = seq;
  if (timeline === conversation.timeline) conversation.render({ quiet: true });
}
