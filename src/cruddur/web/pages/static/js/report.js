// The dialog that reports a message to the people who run the service. It is fetched when it is first opened.

import { post } from "./api.js";
import { openDialog } from "./dialogs.js";
import { byId, h, part, parts, setText } from "./dom.js";
import { clearProblems, submitting } from "./form_errors.js";
import { field } from "./form_field.js";

const NOTE_MAX_CHARS = 1000;

/** As the API names them.
    @type {Record<Api.NewReport["reason"], string>} */
const REASONS = {
  spam: "Spam or fraud",
  harassment: "Harassment",
  hate: "Hate",
  violence: "Violence or a threat of it",
  sexual: "Sexual content",
  other: "Something else",
};

/** @type {Api.Message | null} The message that the dialog is about. */
let message = null;

/** What was chosen and written stays until another message is reported.
    @param {Api.Message} reported */
export function openReport(reported) {
  const form = byId("report-form", HTMLFormElement);
  if (!message) build(form);
  if (message?.uuid !== reported.uuid) form.reset();
  message = reported;
  clearProblems(form);
  showSent(form, false);
  setText(byId("report-text"), reported.message);
  openDialog(byId("report", HTMLDialogElement));
}

/** @param {HTMLFormElement} form */
function build(form) {
  const reasons = Object.entries(REASONS).map(([value, words], at) => {
    const radio = h("input", { type: "radio", name: "reason", value, checked: at === 0 });
    return h("label", {}, radio, words);
  });
  const about =
    "The people who run this service get it with the two messages before and after it. Nobody else learns of it.";
  form.append(
    h("p", { class: "report-sent", role: "status", tabindex: -1 }),
    h("blockquote", { class: "report-text", id: "report-text", dir: "auto" }),
    h("p", { class: "settings-note" }, about),
    h("fieldset", { class: "choices" }, h("legend", {}, "What is wrong with it?"), ...reasons),
    noteField(),
    h("p", { class: "form-error", role: "alert", hidden: true }),
    h(
      "div",
      { class: "dialog-buttons" },
      h("button", { type: "button", class: "secondary", "data-close": true }, "Cancel"),
      h("button", { type: "submit", class: "danger" }, "Report"),
    ),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitting(form, () => send(form));
  });
}

function noteField() {
  const note = h("textarea", { id: "report-note", name: "note", rows: 3, dir: "auto" });
  note.maxLength = NOTE_MAX_CHARS;
  return field("What else they should know (optional)", note);
}

/** @param {HTMLFormElement} form */
async function send(form) {
  if (!message) return;
  const reason = part(form, "[name=reason]:checked", HTMLInputElement).value;
  const note = part(form, "[name=note]", HTMLTextAreaElement).value.trim();
  const { message_group_uuid, seq } = message;
  await post("/api/reports", { message_group_uuid, seq, reason, note });
  form.reset();
  showSent(form, true);
}

/** Shows that it was sent, instead of the fields.
    @param {HTMLFormElement} form
    @param {boolean} isSent */
function showSent(form, isSent) {
  for (const one of parts(form, ":scope > :not(.dialog-top, .form-error)")) one.hidden = isSent;
  const sent = part(form, ".report-sent");
  sent.hidden = !isSent;
  setText(sent, isSent ? "Your report was sent. Thank you." : "");
  if (isSent) sent.focus();
}
