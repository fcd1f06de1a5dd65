// Sends requests in the user's name: by the browser's cookie or, where there is a source of tokens, by a bearer token.

import { outside } from "./base_path.js";

/** @typedef {RequestInit & { headers: Record<string, string> }} Init */

/** @type {Page.TokenSource | null} */
let tokens = null;

/** Sends a token with all requests from now on, and no cookie.
    @param {Page.TokenSource} source */
export function authorizeBy(source) {
  tokens = source;
}

/** Sends a request, once more with another token if the first one was refused.
    @param {string} path
    @param {Init} init */
export async function send(path, init) {
  if (!tokens) return fetch(outside(path), init);
  const first = await tokens.get();
  const response = first ? await withToken(path, init, first) : signedOut();
  if (response.status !== 401) return response;
  const second = first && (await tokens.instead(first));
  return second ? withToken(path, init, second) : response;
}

/** @param {string} path
    @param {Init} init
    @param {string} token */
const withToken = (path, { headers, ...init }, token) =>
  fetch(outside(path), {
    ...init,
    headers: { ...headers, Authorization: `Bearer ${token}` },
    credentials: "omit",
  });

const signedOut = () =>
  Response.json({ code: "signed_out", detail: "You are not signed in." }, { status: 401 });
