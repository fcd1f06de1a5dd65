// The e-mail address in the settings sheet. Only its owner sees it, and it counts once it is confirmed by a link.

import { asFailure, call, get, patch } from "./api.js";
import { byId, h, setText } from "./dom.js";
import { clearProblems, submitting } from "./form_errors.js";
import { field } from "./form_field.js";

/** @returns {() => void} to be called when the sheet opens: shows what is in force */
export function installEmailForm() {
  const form = new EmailForm();
  return () => void form.load();
}

class EmailForm {
  #section = byId("email-part");
  #state = h("p", { class: "settings-note", id: "email-state", role: "status" });
  #email = input("email", "email", "email", "email-state email-error");
  #password = input("current_password", "password", "current-password", "email-password-error");
  #remove = h("button", { type: "button", class: "danger quiet" }, "Remove");
  #form = h(
    "form",
    { method: "post", novalidate: true },
    this.#state,
    field("E-mail address", this.#email),
    field("Current password", this.#password),
    h("p", { class: "form-error", role: "alert", hidden: true }),
    h(
      "div",
      { class: "dialog-buttons" },
      this.#remove,
      h("button", { type: "submit", class: "secondary" }, "Save address"),
    ),
  );

  #digest = h("input", { type: "checkbox" });
  #digestLabel = h(
    "label",
    { class: "check" },
    this.#digest,
    " Mail me once a day what stayed unread for an hour",
  );
  #digestProblem = h("p", { class: "form-error", role: "alert", hidden: true });

  constructor() {
    this.#section.append(this.#form, this.#digestLabel, this.#digestProblem);
    this.#digest.addEventListener("change", () => this.#switch(this.#digest.checked));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#change("PUT", { email: this.#email.value });
    });
    this.#remove.addEventListener("click", () => this.#change("DELETE", {}));
    byId("settings").addEventListener("close", () => {
      this.#form.reset(); // nothing secret stays in a page that is left open
      clearProblems(this.#form);
    });
  }

  async load() {
    try {
      this.#show((await get("/api/me/email")).data);
    } catch (error) {
      setText(this.#state, asFailure(error).message);
    }
  }

  /** @param {"PUT" | "DELETE"} method
      @param {{ email?: string }} change */
  async #change(method, change) {
    const body = { ...change, current_password: this.#password.value };
    await submitting(this.#form, async () => {
      const { data } = await call(method, "/api/me/email", body);
      this.#form.reset();
      this.#show(data);
    });
  }

  /** What was not stored is not shown as chosen.
      @param {boolean} digest */
  async #switch(digest) {
    this.#digestProblem.hidden = true;
    try {
      this.#show(await patch("/api/me/email", { digest }));
    } catch (error) {
      this.#digest.checked = !digest;
      setText(this.#digestProblem, asFailure(error).message);
      this.#digestProblem.hidden = false;
    }
  }

  /** @param {Api.Email} email */
  #show({ email, pending, sends_mail: sendsMail, digest }) {
    this.#digestLabel.hidden = email === null;
    this.#digest.checked = digest;
    this.#section.hidden = !sendsMail && email === null && pending === null;
    this.#remove.hidden = email === null && pending === null;
    this.#email.value = pending ?? email ?? "";
    setText(this.#state, wordsFor(email, pending));
  }
}

/** @param {string | null} email
    @param {string | null} pending */
function wordsFor(email, pending) {
  const now = email === null ? "" : `${email} is your address. `;
  if (pending !== null)
    return `${now}A link was sent to ${pending}: that address counts once you open it. Nothing came? Save it again.`;
  if (email !== null) return `${now}Nobody else sees it.`;
  return "With an address you can set a new password yourself, if you forget yours. Nobody else sees it.";
}

/** @param {string} name
    @param {string} type
    @param {string} autocomplete
    @param {string} describedBy */
function input(name, type, autocomplete, describedBy) {
  const id = type === "email" ? "email" : `email-${type}`;
  return h("input", { id, name, type, autocomplete, "aria-describedby": describedBy });
}
