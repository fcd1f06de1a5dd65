// Paths in these modules begin at the service's own "/". A proxy may serve the service under a longer path; the
// server has written that base path into the page. A page of another origin names the service by its whole address.

let base = globalThis.document?.documentElement.dataset.base ?? "";

/** Names the service: its base path, or its address with one, without a slash at the end.
    @param {string} address */
export function reachAt(address) {
  base = address;
}

/** A path of the service as the browser needs it.
    @param {string} path */
export const outside = (path) => base + path;

/** A path of the browser, or an address of `outside`, without the base path.
    @param {string} path */
export function inside(path) {
  const start = path.startsWith(`${base}/`) ? base : base.replace(/^\w+:\/\/[^/]+/, "");
  return path.startsWith(`${start}/`) ? path.slice(start.length) : path;
}

let staysHere = false;

/** Keeps the address from now on, in a frame of another product: a reload must find the page that may be framed. The
    entries of the history know what was open. */
export function keepAddress() {
  staysHere = true;
}

/** Leaves for another page of the service. A frame of another product shows no other one: there embedded.js hears why.
    @param {string} path
    @param {"not_found" | "signed_out" | "session_changed"} why */
export function leaveFor(path, why) {
  if (staysHere) dispatchEvent(new CustomEvent("cruddur-left", { detail: why }));
  else location.assign(outside(path));
}

/** Whether another product shows this page in a frame. */
export const isFramed = () => staysHere;

/** The path of the page that is open, without the base path. */
export const here = () => (staysHere ? (history.state?.path ?? "/") : inside(location.pathname));

/** The address of the page at a path, for the browser's history.
    @param {string} path */
export const addressOf = (path) => (staysHere ? location.href : outside(path));
