// The page to open after signing in. A link to the sign-in page must not be able to lead to another site.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const TOKEN = /^[a-z0-9_-]{1,64}$/iu;
const PERSON = /^@[a-z0-9][a-z0-9._-]{1,29}$/iu;

/** The full address of the page of this service that `next` names; that of the inbox if `next` names none.
    @param {string | null} next
    @param {string} origin
    @param {string} base */
export function pageAfterSignIn(next, origin, base) {
  const url = next !== null && URL.canParse(next, origin) ? new URL(next, origin) : null;
  const isOurs = url?.origin === origin && isPage(url.pathname, base);
  // With the origin, since the browser would take the path "//evil.example" for another site.
  return origin + (isOurs ? url.pathname : `${base}/`);
}

/** @param {string} pathname
    @param {string} base */
function isPage(pathname, base) {
  if (!pathname.startsWith(`${base}/`)) return false;
  const [first, second, ...more] = pathname.slice(base.length + 1).split("/");
  if (more.length > 0) return false;
  if (second === undefined) return first === "" || PERSON.test(first);
  return first === "join" ? TOKEN.test(second) : first === "c" && UUID.test(second);
}
