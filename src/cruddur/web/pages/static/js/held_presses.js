// Holds what is pressed before the rest of the page is there (rest.js), and presses it again then.

import { byId, closest } from "./dom.js";
import { onKey } from "./keyboard.js";

/** The buttons that work already. */
const WORKING = "#composer button, #load-again, #pill, .fold";
const IN_FIELDS = "input, textarea";

/** Holds presses until the returned function is called.
    @param {(work: () => unknown) => unknown} withRest
    @returns {() => void} */
export function holdPresses(withRest) {
  let isHolding = true;
  /** @type {Set<EventTarget | null>} */
  const pressed = new Set(); // a second press of an impatient person does nothing
  /** @param {Event} event
      @param {EventTarget | null} target
      @param {() => unknown} again */
  const hold = (event, target, again) => {
    event.preventDefault();
    event.stopImmediatePropagation(); // features that are there already would act, and again afterwards
    if (!pressed.has(target)) withRest(again);
    pressed.add(target);
  };
  /** @param {Event} event */
  const click = (event) => {
    const button = closest(event.target, "button");
    if (button && !button.matches(WORKING)) hold(event, button, () => button.click());
  };
  /** @param {Event} event */
  const menu = (event) => {
    if (event instanceof MouseEvent && closest(event.target, "#rows li, .reaction"))
      hold(event, event.target, () => again(event, MouseEvent));
  };
  document.addEventListener("click", click, true);
  document.addEventListener("contextmenu", menu, true);
  onKey(document, (event) => {
    if (!isHolding || event.defaultPrevented) return;
    if (isShortcut(event)) hold(event, event.target, () => again(event, KeyboardEvent));
    else if (isText(event)) byId("composer-text").focus(); // and the key goes there
  });
  const endTouches = followTouches();
  return () => {
    isHolding = false;
    document.removeEventListener("click", click, true);
    document.removeEventListener("contextmenu", menu, true);
    endTouches();
    tellOfText();
  };
}

/** A finger that rests when the rest comes begins a long press, or a swipe, from then on.
    @returns {() => void} */
function followTouches() {
  const [begins, ...ends] = ["pointerdown", "pointerup", "pointercancel"];
  /** @type {Event | null} */
  let down = null;
  /** @param {Event} event */
  const follow = (event) => {
    down = event.type === begins ? event : null;
    if (down) event.stopImmediatePropagation(); // a feature that is there already would begin twice
  };
  for (const name of [begins, ...ends]) document.addEventListener(name, follow, true);
  return () => {
    for (const name of [begins, ...ends]) document.removeEventListener(name, follow, true);
    if (down instanceof PointerEvent) again(down, PointerEvent);
  };
}

/** What was typed into the search is searched for. */
function tellOfText() {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && field.value)
    field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Dispatches an event with the properties of this one.
    @template {Event} Kind
    @param {Kind} event
    @param {{ new (type: string, init: EventInit): Kind }} Kind */
const again = (event, Kind) => event.target?.dispatchEvent(new Kind(event.type, event));

/** @param {KeyboardEvent} event */
function isShortcut({ key, target, altKey, shiftKey, ctrlKey, metaKey }) {
  if (ctrlKey || metaKey) return /^[kbiex]$/i.test(key);
  if (altKey) return shiftKey || key.startsWith("Arrow");
  return /^(Escape|PageUp|PageDown)$/.test(key) || (key === "?" && !closest(target, IN_FIELDS));
}

/** @param {KeyboardEvent} event */
const isText = ({ key, target, altKey, ctrlKey, metaKey }) =>
  key.length === 1 &&
  !" ?".includes(key) &&
  !altKey &&
  !ctrlKey &&
  !metaKey &&
  !closest(target, IN_FIELDS);
