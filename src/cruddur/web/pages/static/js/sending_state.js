// How an unsent message is shown: its state, and a text about what is wrong.

const KEPT_HERE = {
  refused: "Kept in this tab only.",
  newer: "Kept in this tab only: a newer version of this page has been open in this browser.",
};

/** The state of an entry of the outbox; `trouble` is null if nothing is wrong.
    @param {Page.Entry} entry
    @param {boolean} isConnected
    @returns {{ state: Page.SendingState; trouble: string | null }} */
export function stateOf(entry, isConnected) {
  if (entry.failed) return { state: "failed", trouble: `Not sent: ${entry.failed.detail}` };
  const state = entry.attempts === 0 && isConnected ? "sending" : "waiting";
  const notes = [state === "waiting" && waitingFor(entry), entry.unkept && KEPT_HERE[entry.unkept]];
  return { state, trouble: notes.filter(Boolean).join(" ") || null };
}

/** @param {Page.Entry} entry */
const waitingFor = (entry) =>
  entry.attempts > 0 ? "Not sent yet – trying again." : "Waiting for a connection.";
