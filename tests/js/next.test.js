// Whatever stands behind ?next=, signing in leads to a page of ours.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pageAfterSignIn } from "../../src/cruddur/web/pages/static/js/next.js";

const ORIGIN = "https://ours.example";
const UUID = "6f2d5a52-94f5-4d0c-8f5b-8a5e6c1f7c11";
const PAGES = ["/", `/c/${UUID}`, "/@andrew", "/@Andrew.B_1-x", "/join/aB_3-x"];
const NO_PAGES = [
  "/api/me",
  "/sign-in",
  "/c/",
  "/c/x",
  "/join/",
  "/join/a.b",
  `/c/${UUID}/x`,
  "/@",
  "/@a/b",
  "/schema",
  "/static/js/main.js",
  "x",
  "",
  null,
];

const SLASHES = [
  "/",
  "//",
  "///",
  "\\",
  "/\\",
  "\\/",
  "/.//",
  "/./",
  "/..//",
  "/%2e//",
  "/%2e%2e//",
  "/%2f/",
  "/\t/",
  "\t//",
  "/\n/",
  "\r//",
  "\0//",
  " //",
  "",
  "/@",
  "/c//",
  "@",
  "/@x//",
  "//@",
];
const SCHEMES = [
  "",
  "https:",
  "http:",
  "HTTPS:",
  "javascript:",
  "java\tscript:",
  "data:",
  "blob:https:",
  "file:",
  "//ours.example",
  "https://ours.example",
  "https://ours.example@",
  "https://ours.example:x@",
  "ours.example:",
];
const HOSTS = [
  "evil.example",
  "evil.example/",
  `evil.example/c/${UUID}`,
  "@evil.example",
  "evil.example:443",
  "[::1]",
  "1",
  "xn--",
  "alert(1)",
  "evil。example",
  "evil%2eexample",
  "ours.example.evil.example",
];

const SPELLINGS = SCHEMES.flatMap((scheme) =>
  SLASHES.flatMap((first) =>
    SLASHES.flatMap((second) => HOSTS.map((host) => [scheme, first, second, host])),
  ),
);

/** Where the browser would go from the sign-in page. */
const arrival = (next, base) =>
  new URL(pageAfterSignIn(next, ORIGIN, base), `${ORIGIN}${base}/sign-in`);

const isPage = (pathname) =>
  pathname === "/" || pathname === `/c/${UUID}` || /^\/@[\w.-]+$/u.test(pathname);

for (const base of ["", "/chat"]) {
  test(`a page of ours is gone back to, under "${base}"`, () => {
    for (const page of PAGES) assert.equal(arrival(base + page, base).href, ORIGIN + base + page);
    for (const page of PAGES)
      assert.equal(arrival(ORIGIN + base + page, base).href, ORIGIN + base + page);
  });

  test(`anything else leads to the inbox, under "${base}"`, () => {
    for (const path of NO_PAGES)
      assert.equal(arrival(path && base + path, base).href, `${ORIGIN}${base}/`);
  });

  test(`no spelling leads to another site, under "${base}"`, () => {
    for (const [scheme, first, second, host] of SPELLINGS) {
      for (const next of [scheme + first + second + host, base + first + scheme + second + host]) {
        const { origin, pathname } = arrival(next, base);
        const isOurs =
          origin === ORIGIN && pathname.startsWith(base) && isPage(pathname.slice(base.length));
        assert.ok(isOurs, next);
      }
    }
  });
}
