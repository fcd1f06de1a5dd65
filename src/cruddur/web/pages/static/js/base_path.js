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

/** A path of the browser without the base path.
    @param {string} path */
export function inside(path) {
  const below = base.replace(/^\w+:\/\/[^/]+/, "");
  return path.startsWith(`${below}/`) ? path.slice(below.length) : path;
}

/** The path of the page that is open, without the base path. */
export const here = () => inside(location.pathname);
