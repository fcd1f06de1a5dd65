// Paths in these modules begin at the service's own "/". A proxy may serve the service under a longer path; the
// server has written that base path into the page.

const BASE = document.documentElement.dataset.base ?? "";

/** A path of the service with the base path, as the browser needs it.
    @param {string} path */
export const outside = (path) => BASE + path;

/** A path of the browser without the base path.
    @param {string} path */
export const inside = (path) => (path.startsWith(`${BASE}/`) ? path.slice(BASE.length) : path);

/** The path of the page that is open, without the base path. */
export const here = () => inside(location.pathname);
