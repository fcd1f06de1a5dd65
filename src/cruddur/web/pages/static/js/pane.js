// The edge between the two panes, by which the list of conversations is made wider or narrower.

import { byId } from "./dom.js";

/** Fetches what moves the edge when a pointer or the focus comes to it. */
export function install() {
  const edge = byId("pane-edge");
  const load = async () => {
    const part = await (async () => await import("./pane_edge.js"))().catch(() => null);
    part?.installEdge(edge);
  };
  edge.addEventListener("pointerdown", ({ pointerId }) => edge.setPointerCapture(pointerId));
  for (const type of ["pointerenter", "focus"]) edge.addEventListener(type, load, { once: true });
}
