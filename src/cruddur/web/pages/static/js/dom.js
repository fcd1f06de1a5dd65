// Makes and changes elements. Texts become text nodes only, so that no text can become markup.

import { pictureOf } from "./pictures.js";
import { avatarColour, initials } from "./text.js";

/** h("p", {class: "note", hidden: true}, "text", node) → an element.
    @template {keyof HTMLElementTagNameMap} Name
    @param {Name} name
    @param {Record<string, Page.AttributeValue>} attributes
    @param {(Node | string | null | undefined)[]} children
    @returns {HTMLElementTagNameMap[Name]} */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets the attribute, or removes it for null, undefined and false. It does not write what is there already.
    @param {Element} element
    @param {string} name
    @param {Page.AttributeValue} value */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else {
    const text = value === true ? "" : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

/** @param {Node | null} node
    @param {string} text */
export function setText(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/** @param {string} name */
export const icon = (name) => h("span", { class: `icon icon-${name}`, "aria-hidden": "true" });

/** @param {string} text */
export const hiddenText = (text) => h("span", { class: "visually-hidden" }, text);

/** @param {string | null} uuid
    @param {string} name
    @param {string} more
    @param {Page.Picture} [picture] of a group */
export function avatar(uuid, name, more = "", picture = {}) {
  const shape = picture.emoji ? `${more} pictured` : more;
  const classes = `avatar ${faceColour(uuid, picture)} ${shape}`.trim();
  return h("span", { class: classes, "aria-hidden": "true" }, ...inFace(uuid, name, picture));
}

/** What an avatar holds: the picture of a person lies on the initials, which show until it is there.
    @param {string | null} uuid
    @param {string} name
    @param {Page.Picture} picture of a group */
export function inFace(uuid, name, { emoji }) {
  const src = pictureOf(uuid);
  const image = src ? h("img", { src, alt: "", loading: "lazy" }) : "";
  return [emoji ?? initials(name), image];
}

/** @param {string | null} uuid
    @param {Page.Picture} picture */
export const faceColour = (uuid, { colour }) =>
  typeof colour === "number" ? `colour-${colour}` : avatarColour(uuid);

/** Makes `wanted` the children of `parent`, in this order, and moves as few of them as possible.
    @param {Element} parent
    @param {Element[]} wanted */
export function arrange(parent, wanted) {
  /** @type {Set<Node>} */
  const keep = new Set(wanted);
  for (const child of [...parent.childNodes]) if (!keep.has(child)) child.remove();
  let at = parent.firstChild;
  for (const child of wanted) {
    if (child === at) at = at.nextSibling;
    else parent.insertBefore(child, at);
  }
}

/** The element with this id in the server's page. Throws if it is missing or of another type.
    @template {HTMLElement} [Type=HTMLElement]
    @param {string} id
    @param {{new (): Type}} [type]
    @returns {Type} */
export function byId(id, type) {
  return part(document, `[id="${id}"]`, type);
}

/** Like `byId`, but returns the first element in `root` that matches `selector`.
    @template {HTMLElement} [Type=HTMLElement]
    @param {ParentNode} root
    @param {string} selector
    @param {{new (): Type}} [type]
    @returns {Type} */
export function part(root, selector, type) {
  const found = root.querySelector(selector);
  if (!(found instanceof (type ?? HTMLElement))) throw new Error(`The page has no ${selector}.`);
  return /** @type {Type} */ (found);
}

/** All elements in `root` that match `selector`, in the order of the document.
    @param {ParentNode} root
    @param {string} selector
    @returns {HTMLElement[]} */
export const parts = (root, selector) => [...root.querySelectorAll(selector)].filter(isElement);

/** The event target, or its nearest ancestor, that matches `selector`; null if there is none.
    @param {EventTarget | null} target
    @param {string} selector
    @returns {HTMLElement | null} */
export function closest(target, selector) {
  const found = target instanceof Element ? target.closest(selector) : null;
  return isElement(found) ? found : null;
}

/** @param {unknown} node
    @returns {node is HTMLElement} */
const isElement = (node) => node instanceof HTMLElement;

/** The value of the JSON that the server has written into a data attribute, or null.
    @param {HTMLElement} element
    @param {string} name */
export function dataJson(element, name) {
  const text = element.dataset[name];
  return text ? JSON.parse(text) : null;
}

export const isTouch = () => matchMedia("(hover: none) and (pointer: coarse)").matches;
