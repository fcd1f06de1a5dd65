// Links by which others make an account, in the settings sheet, where members may invite.

import { asFailure, get, post, remove } from "./api.js";
import { outside } from "./base_path.js";
import { choice, endOfLink, numberOf } from "./choices.js";
import { copied } from "./clipboard.js";
import { h, setText } from "./dom.js";
import { attempting } from "./form_errors.js";

const DAY = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const USES = [
  [1, "1 person"],
  [5, "5 people"],
  [20, "20 people"],
];

/** @returns {() => void} to be called when the sheet opens: shows what is in force */
export function installInviteForm() {
  const section = document.getElementById("invite-somebody");
  if (!section) return () => {};
  const form = new InviteForm(section);
  return () => form.load();
}

class InviteForm {
  #uses = choice("For", USES, 0);
  #days = endOfLink();
  #make = h("button", { type: "button", class: "secondary" }, "Make a link");
  #link = h("output", { class: "link-text" });
  #said = h("p", { class: "settings-note", role: "status" });
  #list = h("ul", { class: "people-list", "aria-label": "Open invitations" });
  #problem = h("p", { class: "form-error", role: "alert", hidden: true });

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#make.addEventListener("click", () => this.#makeLink());
    section.append(
      h("p", { class: "settings-note" }, "Anybody who has the link can make an account here."),
      this.#uses,
      this.#days,
      h("div", { class: "dialog-buttons" }, this.#make),
      h("p", {}, this.#link),
      this.#said,
      this.#list,
      this.#problem,
    );
    section.closest("dialog")?.addEventListener("close", () => this.#forgetLink());
  }

  load() {
    return attempting(this.#problem, async () =>
      this.#show((await get("/api/sign_up_invites")).data),
    );
  }

  /** A link lets people in, so it stays in no page that is left open. */
  #forgetLink() {
    setText(this.#link, "");
    setText(this.#said, "");
  }

  async #makeLink() {
    this.#make.disabled = true;
    await attempting(this.#problem, async () => {
      const wanted = { uses: numberOf(this.#uses), days: numberOf(this.#days) };
      /** @type {Api.SignUpInviteMade} */
      const made = await post("/api/sign_up_invites", wanted);
      const link = location.origin + outside(`/sign-up#${made.token}`);
      setText(this.#link, link);
      const isCopied = await copied(link);
      setText(this.#said, `${isCopied ? "The link is copied. " : ""}It is shown this once.`);
      this.#show((await get("/api/sign_up_invites")).data);
    });
    this.#make.disabled = false;
    if (document.activeElement === document.body) this.#make.focus();
  }

  /** @param {Api.SignUpInvite[]} invites */
  #show(invites) {
    this.#list.hidden = invites.length === 0;
    this.#list.replaceChildren(...invites.map((one) => this.#row(one)));
  }

  /** @param {Api.SignUpInvite} invite */
  #row({ id, made_at: madeAt, uses, uses_left: left, expires_at: ends }) {
    const made = `Made ${DAY.format(new Date(madeAt))}`;
    const button = h("button", { type: "button", class: "text-button" }, "End");
    button.setAttribute("aria-label", `End the invitation: ${made}, ${left} of ${uses} left`);
    button.addEventListener("click", () =>
      attempting(this.#problem, async () => {
        await remove(`/api/sign_up_invites/${id}`).catch((error) => {
          if (asFailure(error).code !== "sign_up_invite_not_found") throw error; // it is over anyway
        });
        this.#forgetLink();
        this.#show((await get("/api/sign_up_invites")).data);
        this.#make.focus();
      }),
    );
    const words = h(
      "span",
      { class: "option-words" },
      h("span", { class: "option-name" }, `${left} of ${uses} left`),
      h("span", { class: "option-detail" }, `${made}, ends ${DAY.format(new Date(ends * 1000))}`),
    );
    return h("li", {}, words, h("span", { class: "member-acts" }, button));
  }
}
