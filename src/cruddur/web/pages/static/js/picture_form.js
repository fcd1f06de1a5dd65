// One's own picture in the settings sheet: to choose a file, to move and zoom it below a circle, and to remove it.

import { call, remove } from "./api.js";
import { Crop } from "./crop.js";
import { avatar, byId, h } from "./dom.js";
import { attempting } from "./form_errors.js";
import { onKey } from "./keyboard.js";
import { draw, readPicture, smallPicture } from "./picture_file.js";
import { notePictures, pictureOf } from "./pictures.js";
import { showPerson } from "./renamed.js";

/** @import { MessagesPage } from "./page.js" */

const ANY_PICTURE = "image/*";
const STAGE_PIXELS = 512;
const KEY_STEP = 0.04;
const ZOOM_STEP = 1.1;
/** @type {Record<string, [number, number]>} By key: where the picture goes, to the right and down. */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** @type {Record<string, number>} */
const ZOOMS = { "+": ZOOM_STEP, "=": ZOOM_STEP, "-": 1 / ZOOM_STEP };

/** @param {MessagesPage} page
    @returns {() => void} to be called when the sheet opens */
export function installPictureForm(page) {
  const form = new PictureForm(page);
  byId("name-form").before(form.element);
  page.stream.on("person", ({ user_uuid: uuid }) => uuid === page.me.uuid && form.show());
  byId("settings").addEventListener("close", () => form.drop());
  return () => form.show();
}

class PictureForm {
  #page;
  #face = h("span", { class: "picture-face" });
  #file = h("input", { type: "file", accept: ANY_PICTURE, id: "picture-file", hidden: true });
  #choose = button("Choose a picture…", "secondary");
  #remove = button("Remove", "text-button");
  #problem = h("p", { class: "form-error", role: "alert", hidden: true });
  #said = h("p", { class: "settings-note", role: "status", hidden: true });
  #canvas = h("canvas", { width: STAGE_PIXELS, height: STAGE_PIXELS });
  #zoom = h("input", { type: "range", min: 1, step: "any", id: "picture-zoom" });
  #save = button("Save picture", "primary");
  #cancel = button("Cancel", "secondary");
  #stage;
  #row;
  #cropping;
  /** @type {{ picture: ImageBitmap; crop: Crop } | null} */
  #chosen = null;
  /** @type {Map<number, { x: number; y: number }>} By pointer: where it is. */
  #pointers = new Map();

  /** @param {MessagesPage} page */
  constructor(page) {
    this.#page = page;
    this.#stage = stageOf(this.#canvas);
    const acts = h("div", { class: "picture-acts" }, this.#choose, this.#remove);
    this.#row = h("div", { class: "picture-row" }, this.#face, acts);
    this.#cropping = h(
      "div",
      { class: "cropping", hidden: true },
      this.#stage,
      h("label", { class: "zoom" }, "Zoom", this.#zoom),
      h("div", { class: "dialog-buttons" }, this.#cancel, this.#save),
    );
    this.element = h(
      "section",
      { class: "settings-part", "aria-labelledby": "picture-title" },
      h("h3", { id: "picture-title" }, "Picture"),
      this.#row,
      this.#file,
      this.#cropping,
      h("p", { class: "settings-note" }, "Everybody who signs in here can see it."),
      this.#said,
      this.#problem,
    );
    this.#listen();
  }

  #listen() {
    this.#choose.addEventListener("click", () => this.#file.click());
    this.#file.addEventListener("change", () => this.#read());
    this.#remove.addEventListener("click", () => this.#clear());
    this.#save.addEventListener("click", () => this.#store());
    this.#cancel.addEventListener("click", () => {
      this.drop();
      this.#choose.focus();
    });
    this.#zoom.addEventListener("input", () => this.#zoomTo(this.#zoom.valueAsNumber));
    onKey(this.#stage, (event) => this.#key(event));
    this.#stage.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.#stage.addEventListener("pointerdown", (event) => this.#press(event));
    this.#stage.addEventListener("pointermove", (event) => this.#drag(event));
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"]))
      this.#stage.addEventListener(name, ({ pointerId }) => this.#pointers.delete(pointerId));
  }

  /** Shows what is in force, and not over a picture that is being cropped. */
  show() {
    const { me } = this.#page;
    this.#face.replaceChildren(avatar(me.uuid, me.display_name, "large"));
    this.#remove.hidden = pictureOf(me.uuid) === null;
  }

  /** Forgets the picture that was chosen. */
  drop() {
    this.#chosen?.picture.close();
    this.#chosen = null;
    this.#pointers.clear();
    this.#cropping.hidden = true;
    this.#row.hidden = false;
    this.#problem.hidden = true;
    this.#said.hidden = true;
  }

  async #read() {
    const [file] = this.#file.files ?? [];
    this.#file.value = ""; // so that the same file can be chosen once more
    if (!file) return;
    this.drop();
    await attempting(this.#problem, async () => {
      const picture = await readPicture(file);
      this.#chosen = { picture, crop: new Crop(picture.width, picture.height) };
    });
    if (!this.#chosen) return;
    this.#zoom.max = String(this.#chosen.crop.most);
    this.#zoom.disabled = this.#chosen.crop.most === 1;
    this.#cropping.hidden = false;
    this.#row.hidden = true;
    this.#zoomTo(1);
    this.#stage.focus();
    this.#save.scrollIntoView({ block: "nearest" });
  }

  async #store() {
    const chosen = this.#chosen;
    if (!chosen) return;
    this.#save.disabled = true;
    const isStored = await attempting(this.#problem, async () => {
      const file = await smallPicture(chosen.picture, chosen.crop);
      this.#changed((await call("PUT", "/api/me/picture", file)).data);
    });
    this.#save.disabled = false;
    if (!isStored) return;
    this.drop();
    this.#tell("Your picture is changed.");
  }

  async #clear() {
    const isGone = await attempting(this.#problem, async () =>
      this.#changed(await remove("/api/me/picture")),
    );
    if (isGone) this.#tell("You have no picture now.");
  }

  /** @param {Api.User} user */
  #changed(user) {
    const { me } = this.#page;
    me.picture = user.picture;
    notePictures(user);
    showPerson(this.#page, { uuid: me.uuid, name: me.display_name });
    this.show();
  }

  /** @param {string} text */
  #tell(text) {
    this.#said.textContent = text;
    this.#said.hidden = false;
    this.#choose.focus();
  }

  /** @param {number} zoom */
  #zoomTo(zoom) {
    this.#chosen?.crop.zoomTo(zoom);
    this.#draw();
  }

  /** @param {number} right
      @param {number} down */
  #move(right, down) {
    this.#chosen?.crop.move(right, down);
    this.#draw();
  }

  #draw() {
    if (!this.#chosen) return;
    draw(this.#canvas, this.#chosen.picture, this.#chosen.crop);
    this.#zoom.valueAsNumber = this.#chosen.crop.zoom;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const [move, zoom] = [MOVES[event.key], ZOOMS[event.key]];
    if (event.ctrlKey || event.metaKey || event.altKey || !(move || zoom)) return;
    event.preventDefault();
    event.stopPropagation();
    if (move) this.#move(move[0] * KEY_STEP, move[1] * KEY_STEP);
    else this.#zoomTo((this.#chosen?.crop.zoom ?? 1) * zoom);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    this.#zoomTo((this.#chosen?.crop.zoom ?? 1) * ZOOM_STEP ** (event.deltaY < 0 ? 1 : -1));
  }

  /** @param {PointerEvent} event */
  #press({ pointerId, clientX: x, clientY: y }) {
    this.#stage.setPointerCapture(pointerId);
    this.#pointers.set(pointerId, { x, y });
  }

  /** One pointer moves the picture; a second one zooms it.
      @param {PointerEvent} event */
  #drag({ pointerId, clientX: x, clientY: y }) {
    const before = this.#pointers.get(pointerId);
    if (!before) return;
    const apart = this.#apart();
    this.#pointers.set(pointerId, { x, y });
    const side = this.#stage.clientWidth * this.#pointers.size; // two pointers move it half each
    this.#move((x - before.x) / side, (y - before.y) / side);
    if (apart) this.#zoomTo(((this.#chosen?.crop.zoom ?? 1) * this.#apart()) / apart);
  }

  /** How far two pointers are from each other; 0 unless there are two. */
  #apart() {
    const [one, other] = this.#pointers.values();
    return this.#pointers.size === 2 ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
  }
}

/** @param {HTMLCanvasElement} canvas */
const stageOf = (canvas) =>
  h(
    "div",
    {
      class: "crop-stage",
      tabindex: 0,
      role: "group",
      "aria-label": "Part that is shown. Arrow keys move the picture, plus and minus zoom it.",
    },
    canvas,
  );

/** @param {string} text
    @param {string} look */
const button = (text, look) => h("button", { type: "button", class: look }, text);
