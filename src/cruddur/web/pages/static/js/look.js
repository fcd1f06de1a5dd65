// How this browser shows the page: theme, size of texts, what Enter does, and the width of the list. A cookie holds it, since the server needs
// it for the first paint; the root element shows what is in force.

import { isFramed } from "./base_path.js";
import { isTouch } from "./dom.js";

/** @typedef {"theme" | "size" | "enter" | "pane"} Trait */

const NAME = "cruddur_look";
const SECONDS = 34_560_000; // 400 days: browsers keep no cookie for longer
/** @type {Trait[]} */
const TRAITS = ["theme", "size", "enter", "pane"];
/** @type {Record<string, string>} By the theme in force. */
const SCHEMES = { system: "light dark" };

/** Shows here what was chosen in another tab, as soon as this one is looked at. */
export function install() {
  if (isFramed()) return; // the host says how it looks
  document.addEventListener("visibilitychange", () => document.hidden || applyStoredLook());
}

export function applyStoredLook() {
  const stored = document.cookie.match(/(?:^|; )cruddur_look=([\w.]+)/)?.[1].split(".") ?? [];
  for (const [n, value] of stored.entries()) if (TRAITS[n]) apply(TRAITS[n], value);
}

/** @param {Trait} name */
export const lookOf = (name) => document.documentElement.dataset[name] ?? "";

/** Whether Enter, pressed in this way, sends what is written. With Ctrl or the command key it does everywhere; without
    them on a desk, unless a setting says otherwise.
    @param {KeyboardEvent} event */
export const isForSending = ({ shiftKey, ctrlKey, metaKey }) =>
  ctrlKey || metaKey || (!shiftKey && !isTouch() && lookOf("enter") !== "breaks");

/** Shows and stores a choice. Where the browser refuses cookies it lasts until the page is left.
    @param {Trait} name
    @param {string} value */
export function changeLook(name, value) {
  apply(name, value);
  const path = document.documentElement.dataset.base || "/";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API exists over https alone
  document.cookie = `${NAME}=${TRAITS.map(lookOf).join(".")}; Path=${path}; Max-Age=${SECONDS}; SameSite=Lax${secure}`;
}

/** @param {Trait} name
    @param {string} value */
function apply(name, value) {
  document.documentElement.dataset[name] = value;
  if (name === "theme") colourFrame(value);
}

/** Colours what the browser draws around the page, and its own controls.
    @param {string} theme */
function colourFrame(theme) {
  const [scheme, light, dark] = document.querySelectorAll(
    "meta[name$=color-scheme], meta[name=theme-color]",
  );
  scheme.setAttribute("content", SCHEMES[theme] ?? theme);
  const systems = theme === "system";
  light.setAttribute(
    "media",
    systems ? "(prefers-color-scheme: light)" : mediaFor(theme === "light"),
  );
  dark.setAttribute("media", systems ? "(prefers-color-scheme: dark)" : mediaFor(theme === "dark"));
}

/** @param {boolean} isShown */
const mediaFor = (isShown) => (isShown ? "all" : "not all");
