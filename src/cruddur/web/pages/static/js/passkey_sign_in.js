// Signing in with a passkey: by its button, from the list of the handle's field, and as the second step after the
// password.

import { asFailure, post } from "./api.js";
import { byId, part, setText } from "./dom.js";
import { clearProblems, showProblem } from "./form_errors.js";
import { askPasskey, hasPasskeys, offersInFields } from "./passkey_device.js";

const STALE_MS = 9 * 60_000; // the challenge in the field's list counts for ten minutes

/** @typedef {{ handle: string; password: string }} Credentials */

export class PasskeySignIn {
  #form;
  #enter;
  #button = byId("passkey-button", HTMLButtonElement);
  #second = byId("second-step");
  #code = part(byId("recovery"), "input", HTMLInputElement);
  #listing = new AbortController();
  #listedAt = 0;

  /** @param {HTMLFormElement} form
      @param {(signedIn: Api.SignedIn) => void} enter Opens the page for the person. */
  constructor(form, enter) {
    this.#form = form;
    this.#enter = enter;
    byId("passkey-way").hidden = !hasPasskeys();
    this.#button.addEventListener("click", () => this.#alone());
    byId("recovery-button").addEventListener("click", () => this.#showRecovery());
    byId("second-step-back").addEventListener("click", () => location.reload());
    this.#list();
    // A page that was left open has a challenge that counts no more.
    document.addEventListener("visibilitychange", () => {
      const isStale = Date.now() - this.#listedAt > STALE_MS;
      if (!document.hidden && this.#listedAt && isStale) this.#list();
    });
  }

  get isSecondStep() {
    return !this.#second.hidden;
  }

  /** The recovery code that was typed, or null if none is asked for. */
  get recoveryCode() {
    return this.isSecondStep && !byId("recovery").hidden ? this.#code.value : null;
  }

  /** Asks for the passkey of the person whose password was right.
      @param {Credentials} credentials */
  async secondStep(credentials) {
    if (!this.isSecondStep) this.#showSecondStep();
    if (hasPasskeys()) this.#enter(await signInByPasskey(credentials));
  }

  #showSecondStep() {
    this.#listing.abort();
    this.#listedAt = 0;
    this.#second.hidden = false;
    byId("first-step").hidden = true;
    byId("second-step-ways").hidden = false;
    byId("other-ways").hidden = true;
    setText(part(this.#form, "[type=submit]"), "Use a passkey");
    byId("second-step-title").focus();
    if (!hasPasskeys()) this.#showRecovery();
  }

  #showRecovery() {
    clearProblems(this.#form);
    byId("recovery").hidden = false;
    byId("recovery-button").hidden = true;
    setText(part(this.#form, "[type=submit]"), "Sign in");
    this.#code.focus();
  }

  async #alone() {
    this.#listing.abort(); // a browser answers one question at a time
    this.#button.disabled = true;
    clearProblems(this.#form);
    try {
      this.#enter(await signInByPasskey({}));
    } catch (error) {
      showProblem(this.#form, error);
      this.#list();
    } finally {
      this.#button.disabled = false;
    }
  }

  /** Offers passkeys in the list of the handle's field, where the browser can. */
  async #list() {
    if (this.isSecondStep || !(await offersInFields())) return;
    this.#listing.abort();
    this.#listing = new AbortController();
    this.#listedAt = Date.now();
    const { signal } = this.#listing;
    try {
      this.#enter(await signInByPasskey({}, { mediation: "conditional", signal }));
    } catch (error) {
      // What nobody has asked for is no problem of theirs, unless they have chosen a passkey.
      const { code } = /** @type {Page.Failure} */ (asFailure(error));
      if (code && CHOSEN.has(code)) showProblem(this.#form, error);
      if (code === "challenge_expired") this.#list();
    }
  }
}

const CHOSEN = new Set([
  "passkey_wrong",
  "passkey_copied",
  "account_disabled",
  "challenge_expired",
]);

/** @param {Partial<Credentials>} credentials none for a passkey alone
    @param {{ mediation?: CredentialMediationRequirement; signal?: AbortSignal }} [how]
    @returns {Promise<Api.SignedIn>} */
async function signInByPasskey(credentials, how) {
  /** @type {Api.RequestOptions} */
  const options = await post("/api/sessions/passkey_options", credentials);
  const passkey = await askPasskey(options, how);
  return post("/api/sessions/passkey", { passkey });
}
