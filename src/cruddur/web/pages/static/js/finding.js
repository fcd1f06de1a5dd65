// The search above the inbox. It finds conversations, loaded or not, and people.

import * as api from "./api.js";
import { Combobox } from "./combobox.js";
import { byId } from "./dom.js";
import { hasWords } from "./folding.js";
import { findPeople } from "./people.js";
import { faceOf } from "./conversation_ref.js";

/** @import { Inbox } from "./inbox.js" */
/** @import { MessagesPage } from "./page.js" */

const MOST_CONVERSATIONS = 5;

/** @param {MessagesPage} page */
export function install({ inbox, router }) {
  const pick = (/** @type {string} */ path) => router.go(path);
  new Combobox(byId("search"), { search: findingIn(inbox), pick });
}

/** Returns a function that resolves a query to options. The value of an option is a path.
    @param {Inbox} inbox */
function findingIn(inbox) {
  return async (/** @type {string} */ query) => {
    const { rows, people } = await matching(inbox, query);
    return [
      ...rows.map(rowOption),
      ...people.map((one) => ({ ...one, value: `/@${one.value.handle}` })),
    ];
  };
}

/** The conversations that a query finds, and the people with whom there is none among these.
    @param {Inbox} inbox
    @param {string} query */
export async function matching(inbox, query) {
  const known = inbox.rows().filter((row) => isCalled(row, query));
  const answers = await Promise.allSettled([furtherDown(inbox, query), findPeople(query)]);
  const [further, people] = [found(answers[0]), found(answers[1])];
  const all = [...new Map([...known, ...further].map((row) => [row.uuid, row])).values()];
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed && all.length + people.length === 0) throw failed.reason;
  const rows = all.slice(0, MOST_CONVERSATIONS);
  const shown = new Set(rows.filter(({ kind }) => kind === "direct").map((row) => row.user_uuid));
  return { rows, people: people.filter(({ value }) => !shown.has(value.uuid)) };
}

/** @template Found
    @param {PromiseSettledResult<Found[]>} answer */
const found = (answer) => (answer.status === "fulfilled" ? answer.value : []);

/** Searches on the server, unless the whole inbox is loaded.
    @param {Inbox} inbox
    @param {string} query */
async function furtherDown(inbox, query) {
  if (inbox.next === null || query.replace(/^@/, "").length < 2) return [];
  return api.searchInbox(query, MOST_CONVERSATIONS);
}

/** @param {Api.InboxRow} options
    @param {string} query */
function isCalled({ display_name: name, handle }, query) {
  const wanted = query.replace(/^@/, "").toLowerCase();
  return (
    hasWords(name, query.replace(/^@/, "")) || (handle?.toLowerCase().startsWith(wanted) ?? false)
  );
}

/** @param {Api.InboxRow} row
    @returns {Page.Option<string>} */
const rowOption = (row) => ({
  name: row.display_name,
  detail: row.kind === "direct" ? `@${row.handle}` : "Group",
  face: faceOf(row),
  value: `/c/${row.uuid}`,
});
