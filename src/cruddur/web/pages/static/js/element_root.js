// The shadow tree of an element, and how it looks. A page of another product themes it by CSS variables.

import { h, setAttribute } from "./dom.js";
import { pictureOf } from "./pictures.js";
import { avatarColour, initials } from "./text.js";

const SHEET = `
:host {
  display: block; box-sizing: border-box; min-height: 0; overflow: hidden;
  --accent: var(--cruddur-accent, light-dark(#12595f, #7cc9cb));
  --accent-ink: var(--cruddur-accent-ink, light-dark(#fff, #08292c));
  --ground: var(--cruddur-ground, light-dark(#f5f1ea, #111517));
  --panel: var(--cruddur-panel, light-dark(#fbf9f5, #171c1e));
  --ink: var(--cruddur-ink, light-dark(#1d2426, #e9edeb));
  --quiet: var(--cruddur-quiet, light-dark(#5b625f, #a3aca9));
  --line: var(--cruddur-line, light-dark(#e2dbcf, #2c3437));
  --own: var(--cruddur-own, light-dark(#d3e9e7, #1d4347));
  --own-ink: var(--cruddur-own-ink, light-dark(#1d2426, #e9f3f2));
  --theirs: var(--cruddur-theirs, light-dark(#fff, #232b2e));
  --alert: var(--cruddur-alert, light-dark(#b23a24, #ff9a82));
  --radius: var(--cruddur-radius, 12px);
  background: var(--panel); color: var(--ink);
  font-family: var(--cruddur-font, system-ui, sans-serif); line-height: 1.45;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; margin: 0; padding: 0; }
[hidden] { display: none !important; }
ul, ol { list-style: none; }
button, textarea { font: inherit; color: inherit; }
button { background: none; border: 0; cursor: pointer; border-radius: var(--radius); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
bdi, [dir="auto"] { unicode-bidi: isolate; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.note { padding: 24px 16px; color: var(--quiet); text-align: center; }
.text-button { min-height: 32px; padding: 2px 10px; color: var(--accent); font-weight: 600; text-decoration: underline; }
.face {
  display: grid; place-items: center; flex: none; width: 44px; height: 44px; border-radius: 50%;
  background: var(--hue); color: #fff; font-weight: 600; user-select: none;
}
.face.of-group { border-radius: 32%; }
.face img { grid-area: 1 / 1; width: 100%; height: 100%; border-radius: inherit; object-fit: cover; }
${[
  "b0362b",
  "a3480c",
  "8a5a00",
  "6b6a00",
  "4c7010",
  "2b7436",
  "0f7658",
  "10706f",
  "0d6a8c",
  "2a62a8",
  "4a57b5",
  "6a4fb3",
  "85449f",
  "a03a86",
  "ad335f",
  "5d6264",
]
  .map((hue, at) => `.colour-${at} { --hue: #${hue}; }`)
  .join("")}
`;

/** @type {Map<string, CSSStyleSheet>} */
const sheets = new Map();

/** @param {string} text */
export function sheetOf(text) {
  const known = sheets.get(text);
  if (known) return known;
  const sheet = new CSSStyleSheet(); // the page's policy of styles does not forbid it, as it would a style element
  sheet.replaceSync(text);
  sheets.set(text, sheet);
  return sheet;
}

/** An empty shadow tree for an element, or the one that it has, emptied.
    @param {HTMLElement} element
    @param {string} style */
export function rootOf(element, style) {
  const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheetOf(SHEET), sheetOf(style)];
  root.replaceChildren();
  return root;
}

/** A face: the picture over the initials, which stay where the page's policy of images forbids it.
    @param {string} uuid
    @param {string} name
    @param {Page.Picture} [picture] */
export function face(uuid, name, { emoji, colour } = {}) {
  const shown = h(
    "span",
    { class: "face", part: "face", "aria-hidden": "true" },
    emoji ?? initials(name),
  );
  const src = emoji ? null : pictureOf(uuid);
  const image = src && h("img", { src, alt: "" });
  if (image) {
    image.addEventListener("load", () => shown.replaceChildren(image));
    image.addEventListener("error", () => image.remove());
    shown.append(image);
  }
  shown.classList.add(typeof colour === "number" ? `colour-${colour}` : avatarColour(uuid));
  return shown;
}

/** A text that is there for screen readers only.
    @param {string} text */
export const unseen = (text) => h("span", { class: "unseen" }, text);

/** @param {Element} element
    @param {string} text */
export function note(element, text) {
  if (element.textContent !== text) element.textContent = text;
  setAttribute(element, "hidden", text === "");
}
