// Building pieces of the page. Text goes in as text nodes only, so nothing anyone writes becomes markup.

import { avatarColour, initials } from "./text.js";

/** h("p", {class: "note", hidden: true}, "text", node) → an element. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets, or for null, undefined and false removes; touches nothing that is right already. */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else {
    const text = value === true ? "" : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export const icon = (name) => h("span", { class: `icon icon-${name}`, "aria-hidden": "true" });

export const hiddenText = (text) => h("span", { class: "visually-hidden" }, text);

export function avatar(uuid, name, more = "") {
  const classes = `avatar ${avatarColour(uuid)} ${more}`.trim();
  return h("span", { class: classes, "aria-hidden": "true" }, initials(name));
}

/** Makes `parent` hold exactly `wanted`, in order, moving as few as it can. */
export function arrange(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.childNodes]) if (!keep.has(child)) child.remove();
  let at = parent.firstChild;
  for (const child of wanted) {
    if (child === at) at = at.nextSibling;
    else parent.insertBefore(child, at);
  }
}

export const byId = (id) => document.getElementById(id);

/** JSON that the server left in a data attribute, or null. */
export function dataJson(element, name) {
  const text = element?.dataset[name];
  return text ? JSON.parse(text) : null;
}

export const isTouch = () => matchMedia("(hover: none) and (pointer: coarse)").matches;
