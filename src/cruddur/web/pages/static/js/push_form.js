// What is pushed and when, and the list of browsers that are notified, in the settings sheet.

import { asFailure, get, patch, remove } from "./api.js";
import { byId, h } from "./dom.js";
import { attempting } from "./form_errors.js";
import { keepQuietHours } from "./notification_settings.js";
import { fullTime, shortTime } from "./time.js";

const NIGHT = { from: "22:00", until: "07:00" };

/** Shows what is in force: what the service knows of this person. */
export class PushForm {
  #texts = byId("notify-texts", HTMLInputElement);
  #quiet = byId("notify-quiet", HTMLInputElement);
  #from = byId("notify-from", HTMLInputElement);
  #until = byId("notify-until", HTMLInputElement);
  #problem = byId("notify-problem");

  #uuid;

  /** @param {string} userUuid */
  constructor(userUuid) {
    this.#uuid = userUuid;
    this.#texts.addEventListener("change", () => this.#change({ texts: this.#texts.checked }));
    for (const one of [this.#quiet, this.#from, this.#until])
      one.addEventListener("change", () => this.#changeHours());
  }

  /** To be called when the sheet opens, and when this browser was turned on or off. */
  async load() {
    await attempting(this.#problem, async () => {
      /** @type {Api.Push} */
      const push = (await get("/api/push")).data;
      byId("notify-push").hidden = push.key === null;
      if (push.key === null) return;
      this.#showChoices(push.choices);
      byId("notify-devices").replaceChildren(...push.devices.map((one) => this.#row(one)));
      byId("notify-nowhere").hidden = push.devices.length > 0;
      byId("notify-no-texts").hidden = push.texts_allowed;
    });
  }

  /** @param {Api.PushChoices} choices */
  #showChoices(choices) {
    const { texts, quiet_from: from, quiet_until: until } = choices;
    keepQuietHours(this.#uuid, choices);
    this.#texts.checked &&= texts;
    this.#quiet.checked = from !== null;
    byId("notify-hours").hidden = from === null;
    this.#from.value = from === null ? NIGHT.from : clock(from);
    this.#until.value = until === null ? NIGHT.until : clock(until);
  }

  #changeHours() {
    const [from, until] = [minutes(this.#from.value), minutes(this.#until.value)];
    const isOn = this.#quiet.checked && from !== null && until !== null;
    return this.#change({ quiet_from: isOn ? from : null, quiet_until: isOn ? until : null });
  }

  /** @param {Api.NewPushChoices} wanted */
  #change(wanted) {
    return attempting(this.#problem, async () => {
      this.#showChoices(await patch("/api/push", wanted));
    });
  }

  /** @param {Api.PushDevice} device */
  #row(device) {
    const line = device.is_current ? "This browser" : `since ${shortTime(device.created_at)}`;
    const words = h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-name" }, device.device),
      h("span", { class: "option-detail", title: fullTime(device.created_at) }, line),
    );
    const label = `Stop notifying ${device.device}, ${line}`;
    const button = h("button", { type: "button", class: "secondary", "aria-label": label }, "Stop");
    button.addEventListener("click", () => this.#stop(device.id));
    return h("li", { "data-device": device.id }, words, button);
  }

  /** @param {string} id */
  async #stop(id) {
    await attempting(this.#problem, async () => {
      await remove(`/api/push/${id}`).catch((error) => {
        if (asFailure(error).code !== "push_device_not_found") throw error;
      });
    });
    await this.load();
    byId("notify-title").focus();
  }
}

/** @param {number} minute of the day */
const clock = (minute) =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");

/** @param {string} time such as "22:00" */
function minutes(time) {
  const [hour, minute] = time.split(":").map(Number);
  return Number.isInteger(hour) && Number.isInteger(minute) ? hour * 60 + minute : null;
}
