// A form's errors, each at the field it is about; what was typed stays.

import { setAttribute, setText } from "./dom.js";

/** Shows a problem at its field, or at the form when it has none here. */
export function showProblem(form, error) {
  clearProblems(form);
  const input = error.field ? form.elements.namedItem(error.field) : null;
  const place = input ? document.getElementById(`${input.id}-error`) : null;
  const note = place ?? form.querySelector(".form-error");
  setText(note, error.message);
  note.hidden = false;
  if (!place) return;
  setAttribute(input, "aria-invalid", "true");
  input.focus();
}

export function clearProblems(form) {
  for (const note of form.querySelectorAll(".field-error, .form-error")) {
    note.hidden = true;
    setText(note, "");
  }
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/** Runs `work` with the form's button out of reach, and shows what goes wrong. Returns success. */
export async function submitting(form, work) {
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  clearProblems(form);
  try {
    await work();
    return true;
  } catch (error) {
    showProblem(form, error);
    return false;
  } finally {
    button.disabled = false;
  }
}
