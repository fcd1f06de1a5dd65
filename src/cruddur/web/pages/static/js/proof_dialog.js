// A dialog that asks for the password or a passkey before something is done that lets people in or keeps them out.

import { post } from "./api.js";
import { openDialog } from "./dialogs.js";
import { byId, h, setText } from "./dom.js";
import { clearProblems, submitting } from "./form_errors.js";
import { field } from "./form_field.js";
import { askPasskey, hasPasskeys } from "./passkey_device.js";

/** @typedef {{ title: string; text: string; yes: string; byPasskey: boolean }} ProofQuestion
    whether a passkey may be used in place of the password */

/** Shows that it is this person: a passkey that has answered a challenge of the server.
    @returns {Promise<Api.ProofIn>} */
export async function passkeyProof() {
  return { passkey: await askPasskey(await post("/api/me/confirmation_options")) };
}

export class ProofDialog {
  #dialog = byId("proof", HTMLDialogElement);
  #form = byId("proof-form", HTMLFormElement);
  #text = h("p", { id: "proof-text" });
  #password = h("input", {
    id: "proof-password",
    name: "password",
    type: "password",
    autocomplete: "current-password",
  });
  #yes = h("button", { type: "submit", class: "primary" });
  #byPasskey = h("button", { type: "button", class: "secondary" }, "Use a passkey");
  #isDone = false;
  /** @type {(proof: Api.ProofIn) => Promise<void>} */
  #work = async () => {};

  /** @param {string} handle for password managers */
  constructor(handle) {
    this.#form.append(
      this.#text,
      h("input", { type: "text", autocomplete: "username", value: handle, hidden: true }),
      field("Password", this.#password),
      h("p", { class: "form-error", role: "alert", hidden: true }),
      h("div", { class: "dialog-buttons" }, this.#byPasskey, this.#yes),
    );
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do(async () => ({ password: this.#password.value }));
    });
    this.#byPasskey.addEventListener("click", () => this.#do(passkeyProof));
    this.#dialog.addEventListener("close", () => {
      this.#form.reset(); // nothing secret stays in a page that is left open
      clearProblems(this.#form);
    });
  }

  /** Opens the dialog. `work` gets the proof; what it throws is shown, and the dialog stays for another try.
      Resolves to whether the work was done, once the dialog is closed.
      @param {ProofQuestion} question
      @param {(proof: Api.ProofIn) => Promise<void>} work
      @returns {Promise<boolean>} */
  ask({ title, text, yes, byPasskey }, work) {
    this.#work = work;
    this.#isDone = false;
    setText(byId("proof-title"), title);
    setText(this.#text, text);
    setText(this.#yes, yes);
    this.#byPasskey.hidden = !byPasskey || !hasPasskeys();
    openDialog(this.#dialog);
    this.#password.focus();
    return new Promise((resolve) => {
      this.#dialog.addEventListener("close", () => resolve(this.#isDone), { once: true });
    });
  }

  /** @param {() => Promise<Api.ProofIn>} prove */
  async #do(prove) {
    this.#isDone = await submitting(this.#form, async () => this.#work(await prove()));
    if (this.#isDone) this.#dialog.close();
  }
}
