// Presses of a mouse, a pen or a finger. If the page moves its elements between the beginning and the end of a press,
// the click goes to another element, or to none.

/** @type {EventTarget | null} */
let target = null;
let isDown = false;

function went() {
  isDown = false;
}

document.addEventListener(
  "pointerdown",
  (event) => ([target, isDown] = [event.target, true]),
  true,
);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, went, true);
addEventListener("blur", went); // the button may be released outside the window

/** The element on which the last press began. */
export const pressedOn = () => target;

/** Calls `work` after the press has ended and its click has been dispatched.
    @param {() => void} work */
export function afterPress(work) {
  const ends = ["pointerup", "pointercancel"];
  const afterClick = () => {
    for (const end of ends) document.removeEventListener(end, afterClick, true);
    setTimeout(work); // the click is dispatched in the same task as pointerup
  };
  if (!isDown) afterClick();
  else for (const end of ends) document.addEventListener(end, afterClick, true);
}
