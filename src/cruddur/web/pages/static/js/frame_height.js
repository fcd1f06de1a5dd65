// How high a frame has to be for everything in it to be seen without scrolling.

import { byId } from "./dom.js";

/** Tells the height, in pixels, at first and whenever it changes.
    @param {(height: number) => void} tell */
export function fitFrame(tell) {
  let told = 0;
  let isAsked = false;
  const look = () => {
    isAsked = false;
    const height = Math.ceil(
      Math.max(paneHeight("rows-scroller", "rows"), paneHeight("log", "messages")),
    );
    if (height !== told) tell(height);
    told = height;
  };
  const later = () => {
    if (!isAsked) requestAnimationFrame(look);
    isAsked = true;
  };
  const observer = new ResizeObserver(later);
  for (const id of ["rows", "messages", "composer"]) observer.observe(byId(id));
  later();
}

/** The height of the pane around a scroller, if the scroller were as high as what is in it; 0 if it is not shown.
    @param {string} scroller
    @param {string} content */
function paneHeight(scroller, content) {
  const box = byId(scroller);
  if (!box.offsetParent) return 0;
  const around = document.documentElement.clientHeight - box.clientHeight;
  return around + byId(content).offsetHeight;
}
