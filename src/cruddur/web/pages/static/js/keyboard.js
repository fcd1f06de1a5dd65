// Key handlers. Every key handler of the page is made here, so that none takes a key from an input method.

const INPUT_METHOD = 229; // Safari ends a conversion with a keydown that is recognizable by this code only

let isConverting = false;

/** @param {KeyboardEvent} event */
const isComposing = (event) => event.isComposing || event.keyCode === INPUT_METHOD;

document.addEventListener("keydown", (event) => (isConverting = isComposing(event)), true);
document.addEventListener("keyup", () => (isConverting = false), true);

/** Calls `handle` for each key pressed in `target`, except those that an input method uses.
    @param {EventTarget} target
    @param {(event: KeyboardEvent) => void} handle
    @param {boolean} [isFirst] whether it gets a key before all handlers that are not */
export function onKey(target, handle, isFirst = false) {
  const listener = (/** @type {Event} */ event) => {
    if (event instanceof KeyboardEvent && !isComposing(event)) handle(event);
  };
  target.addEventListener("keydown", listener, isFirst);
}

/** Whether an input method uses the key that is down now. Escape must then not close a dialog. */
export const isInputMethodsKey = () => isConverting;
