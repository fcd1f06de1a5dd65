// Passkeys and the second factor, in the settings sheet.

import { call, get, patch, post, remove } from "./api.js";
import { copied } from "./clipboard.js";
import { byId, h, setText } from "./dom.js";
import { attempting } from "./form_errors.js";
import { hasPasskeys, makePasskey } from "./passkey_device.js";
import { ProofDialog } from "./proof_dialog.js";
import { plural } from "./text.js";
import { fullTime, shortTime } from "./time.js";

/** @param {Api.User} me
    @param {() => void} signedOutOthers Called after something that has signed out all other devices.
    @param {(least: number) => void} showLeast Says how many characters a new password has at least.
    @returns {() => void} to be called when the sheet opens: shows what is in force */
export function installPasskeysForm(me, signedOutOthers, showLeast) {
  const form = new PasskeysForm(me, signedOutOthers, showLeast);
  return () => void form.load();
}

class PasskeysForm {
  #signedOutOthers;
  #showLeast;
  #proof;
  /** @type {Api.Factors | null} */
  #factors = null;
  #note = h("p", { class: "settings-note" });
  #list = h("ul", { class: "devices-list", "aria-labelledby": "passkeys-title" });
  #add = h("button", { type: "button", class: "secondary" }, "Add a passkey");
  #addRow = h("div", { class: "dialog-buttons" }, this.#add);
  #needed = h("input", { type: "checkbox", "aria-describedby": "factor-note" });
  #label = h("label", { class: "check" }, this.#needed, " Ask for a passkey besides the password");
  #factorNote = h("p", { class: "settings-note", id: "factor-note" });
  #fresh = h("button", { type: "button", class: "secondary" }, "New recovery codes");
  #freshRow = h("div", { class: "dialog-buttons" }, this.#fresh);
  #codes = h("div", { class: "recovery-codes", hidden: true });
  #problem = h("p", { class: "form-error", role: "alert", hidden: true });

  /** @param {Api.User} me
      @param {() => void} signedOutOthers
      @param {(least: number) => void} showLeast */
  constructor(me, signedOutOthers, showLeast) {
    this.#signedOutOthers = signedOutOthers;
    this.#showLeast = showLeast;
    this.#proof = new ProofDialog(me.handle);
    byId("passkeys").append(
      this.#note,
      this.#list,
      this.#addRow,
      this.#label,
      this.#factorNote,
      this.#freshRow,
      this.#codes,
      this.#problem,
    );
    this.#add.addEventListener("click", () => this.#addOne());
    this.#fresh.addEventListener("click", () =>
      this.#require("Get new recovery codes", "Get codes"),
    );
    this.#needed.addEventListener("change", () => this.#switch(this.#needed.checked));
    byId("settings").addEventListener("close", () => this.#hideCodes());
  }

  async load() {
    await attempting(this.#problem, async () => {
      this.#factors = (await get("/api/me/factors")).data;
      this.#show();
    });
  }

  #show() {
    const factors = this.#factors;
    if (!factors) return;
    const { has_password: hasPassword, passkeys, second_factor_since: since } = factors;
    setText(this.#note, noteFor(factors));
    this.#list.replaceChildren(...passkeys.map((one) => this.#row(one)));
    this.#addRow.hidden = !hasPassword || !hasPasskeys();
    this.#label.hidden = !since && (!hasPassword || passkeys.length === 0);
    this.#needed.checked = since !== null;
    this.#factorNote.hidden = this.#label.hidden;
    setText(this.#factorNote, factorNote(factors));
    this.#freshRow.hidden = since === null;
    this.#showLeast(factors.password_min_chars);
  }

  /** @param {Api.Passkey} passkey */
  #row(passkey) {
    const { name, created_at: added, last_used_at: used } = passkey;
    const last = used ? `Last used ${shortTime(used)}` : "Not used yet";
    const line = passkey.is_synced ? `${last}, on several devices` : last;
    const words = h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-name" }, name),
      h("span", { class: "option-detail", title: `Added ${fullTime(added)}` }, line),
    );
    const rename = button("Rename", `Rename ${name}`, () => this.#rename(passkey, words));
    const away = button("Remove", `Remove ${name}`, () => this.#remove(passkey));
    return h("li", {}, words, h("span", { class: "row-buttons" }, rename, away));
  }

  #addOne() {
    this.#ask(
      {
        title: "Add a passkey",
        text: "First show that it is you. Then your browser asks where the passkey is to be: on this device, on your phone, or on a security key.",
        yes: "Go on",
      },
      async (proof) => {
        /** @type {Api.CreationOptions} */
        const options = await post("/api/me/passkeys/options", proof);
        await post("/api/me/passkeys", await makePasskey(options));
      },
    );
  }

  /** @param {Api.Passkey} passkey
      @param {HTMLElement} words */
  #rename(passkey, words) {
    const label = `New name of ${passkey.name}`;
    const box = h("input", {
      type: "text",
      value: passkey.name,
      "aria-label": label,
      autocomplete: "off",
    });
    const form = h(
      "form",
      { class: "field-row" },
      box,
      h("button", { class: "secondary" }, "Save"),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const path = `/api/me/passkeys/${passkey.id}`;
      if (!(await attempting(this.#problem, () => patch(path, { name: box.value })))) return;
      await this.load();
      byId("passkeys-title").focus();
    });
    words.parentElement?.replaceChildren(form);
    box.select();
  }

  /** @param {Api.Passkey} passkey */
  #remove({ id, name }) {
    this.#ask(
      {
        title: `Remove ${name}?`,
        text: "It no longer signs you in, and all your other devices are signed out.",
        yes: "Remove",
      },
      async (proof) => {
        await remove(`/api/me/passkeys/${id}`, proof);
        this.#signedOutOthers();
      },
    );
  }

  /** @param {boolean} isWanted */
  #switch(isWanted) {
    if (isWanted) return this.#require("Ask for a passkey besides the password", "Turn on");
    this.#ask(
      {
        title: "Let the password alone sign you in?",
        text: "Your passkeys stay. Your recovery codes no longer count.",
        yes: "Turn off",
      },
      async (proof) => {
        await remove("/api/me/second_factor", proof);
        this.#hideCodes();
      },
    );
  }

  /** @param {string} title
      @param {string} yes */
  #require(title, yes) {
    const text =
      "You get recovery codes, for the day on which your device is lost. Earlier ones no longer count, and all your other devices are signed out.";
    this.#ask({ title, text, yes }, async (proof) => {
      const { data } = await call("PUT", "/api/me/second_factor", proof);
      this.#showCodes(data.recovery_codes);
      this.#signedOutOthers();
    });
  }

  /** @param {{ title: string; text: string; yes: string }} question
      @param {(proof: Api.ProofIn) => Promise<void>} work */
  async #ask(question, work) {
    const byPasskey = (this.#factors?.passkeys.length ?? 0) > 0;
    const isDone = await this.#proof.ask({ ...question, byPasskey }, work);
    if (isDone) await this.load();
    else this.#show(); // what was not done is not shown as done
    const codes = this.#codes.querySelector("h4");
    if (isDone) (codes ?? byId("passkeys-title")).focus();
  }

  /** Nothing shows them again.
      @param {string[]} codes */
  #showCodes(codes) {
    const text = codes.join("\n");
    const copy = button("Copy", "Copy the recovery codes", async () => {
      setText(said, (await copied(text)) ? "Copied." : "They could not be copied.");
    });
    const done = button("I have kept them", null, () => this.#hideCodes());
    const said = h("p", { class: "settings-note", role: "status" });
    this.#codes.replaceChildren(
      h("h4", { tabindex: "-1" }, "Your recovery codes"),
      h(
        "p",
        {},
        "Keep them where you find them without this device. Each works once, with your password. They are not shown again.",
      ),
      h("ol", {}, ...codes.map((code) => h("li", {}, h("code", {}, code)))),
      said,
      h("div", { class: "dialog-buttons" }, copy, done),
    );
    this.#codes.hidden = false;
  }

  #hideCodes() {
    this.#codes.hidden = true;
    this.#codes.replaceChildren();
  }
}

/** @param {Api.Factors} factors */
function noteFor({ has_password: hasPassword }) {
  if (!hasPassword)
    return "You sign in elsewhere, and that place decides who you are. Passkeys are for people with a password here.";
  if (hasPasskeys())
    return "Sign in without a password: by this device’s lock, your phone, a security key, or a password manager.";
  return "This browser has no passkeys here. They need an address that is a name and begins with https.";
}

/** @param {Api.Factors} factors */
function factorNote({ second_factor_since: since, recovery_codes_left: left }) {
  if (since === null) return "Then the password alone opens nothing, wherever it is known.";
  return `The password alone opens nothing. ${plural(left, "recovery code is", "recovery codes are")} left.`;
}

/** @param {string} words
    @param {string | null} label
    @param {() => unknown} press */
function button(words, label, press) {
  const made = h("button", { type: "button", class: "secondary", "aria-label": label }, words);
  made.addEventListener("click", press);
  return made;
}
