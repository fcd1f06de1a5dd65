// Tells the developer of another product's page, on the console, why nothing is shown there. It is fetched when the first
// question of a page fails, and no page without trouble fetches it.

import { asFailure, isTemporary } from "./api.js";
import { outside } from "./base_path.js";

let failures = 0;

/** A first failure may be that of a moment, and that nobody is signed in is no trouble.
    @param {unknown} error */
export async function tell(error) {
  failures += 1;
  const { status, code, message, cause } = asFailure(error);
  if (code === "signed_out" || (isTemporary(error) && failures !== 2)) return;
  const why = status ? refused(code, message) : await unanswered(cause);
  // biome-ignore lint/suspicious/noConsole: it is for the developer of a page that shows nothing
  console.warn(`Cruddur Messages at ${outside("")}: ${why}`);
}

/** @param {string} [code]
    @param {string} [message] */
function refused(code, message) {
  const hint =
    code === "unauthenticated" ? " The service did not sign what `token` resolves to." : "";
  return `${code || "refused"}: ${message}${hint}`;
}

/** @param {unknown} cause */
async function unanswered(cause) {
  // Only what `token` threw is the cause of another error.
  if (cause instanceof Error && cause.cause)
    return `\`token\` has to be a function that resolves to a token. It failed: ${cause.cause}`;
  try {
    await fetch(outside("/embed/v1.js"), { credentials: "omit" }); // which every origin may read
  } catch {
    return "It does not answer. Is the address right, and its scheme?";
  }
  return `It does not let pages of ${location.origin} in. CRUDDUR_ALLOWED_ORIGINS has to name this origin.`;
}
