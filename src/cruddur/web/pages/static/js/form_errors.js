// Shows errors at the fields of a form. What was typed stays.

import { asFailure } from "./api.js";
import { part, parts, setAttribute, setText } from "./dom.js";

/** Shows a problem at its field, or at the form if it names no field of the form. Typing removes it.
    @param {HTMLFormElement} form
    @param {unknown} error */
export function showProblem(form, error) {
  clearProblems(form);
  const { field, message } = asFailure(error);
  const input = field ? form.elements.namedItem(field) : null;
  const ownNote = input instanceof HTMLElement ? noteOf(input) : null;
  const note = ownNote ?? part(form, ".form-error");
  setText(note, message);
  note.hidden = false;
  form.addEventListener("input", mended);
  if (!ownNote || !(input instanceof HTMLElement)) return;
  setAttribute(input, "aria-invalid", "true");
  input.focus();
}

/** @param {HTMLFormElement} form */
export function clearProblems(form) {
  parts(form, ".field-error, .form-error").forEach(clear);
  for (const input of form.querySelectorAll("[aria-invalid]"))
    input.removeAttribute("aria-invalid");
}

/** Runs `work` while the form's button is disabled, and shows an error. Resolves to whether it succeeded.
    @param {HTMLFormElement} form
    @param {() => Promise<void>} work */
export async function submitting(form, work) {
  const button = part(form, "[type=submit]", HTMLButtonElement);
  if (button.disabled) return false;
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
    if (document.activeElement === document.body) button.focus(); // a button that is disabled loses the focus
  }
}

/** Runs `work`, and says in `problem` what went wrong, if anything does. Resolves to whether nothing did.
    @param {HTMLElement} problem
    @param {() => Promise<unknown>} work */
export async function attempting(problem, work) {
  problem.hidden = true;
  try {
    await work();
    return true;
  } catch (error) {
    setText(problem, asFailure(error).message);
    problem.hidden = false;
    return false;
  }
}

/** @param {HTMLElement} input */
const noteOf = (input) => document.getElementById(`${input.id}-error`);

/** @param {HTMLElement} note */
function clear(note) {
  note.hidden = true;
  setText(note, "");
}

/** @param {Event} event */
function mended({ target, currentTarget: form }) {
  if (!(target instanceof HTMLElement && form instanceof HTMLFormElement)) return;
  const note = noteOf(target);
  if (note) clear(note);
  target.removeAttribute("aria-invalid");
  parts(form, ".form-error").forEach(clear);
}
