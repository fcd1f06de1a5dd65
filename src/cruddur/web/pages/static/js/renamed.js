// People who take another display name: the user, by the form in the settings sheet, and others, by an event.

import { patch } from "./api.js";
import { isErased } from "./conversation_ref.js";
import { avatar, byId, part, parts, setText } from "./dom.js";
import { clearProblems, submitting } from "./form_errors.js";
import { showTitle } from "./header.js";
import { showHeader } from "./navigation.js";
import { notePictures } from "./pictures.js";

/** @import { MessagesPage } from "./page.js" */

/** @typedef {{ uuid: string; name: string; handle?: string }} Named */

/** @type {Map<string, number>} By person: the version of the newest name. Events may come late. */
const versions = new Map();

/** @param {MessagesPage} page */
export function install(page) {
  document.addEventListener("error", ({ target }) => dropBroken(target), true);
  parts(document, ".avatar img").forEach(dropBroken);
  const form = byId("name-form", HTMLFormElement);
  const field = part(form, "[name=display_name]", HTMLInputElement);
  const done = byId("name-done");
  let shown = page.me.display_name;
  /** Shows the name as it is now, but not over what is being typed. */
  const show = () => {
    if (field.value === shown) field.value = page.me.display_name;
    shown = page.me.display_name;
  };
  field.value = shown;
  form.addEventListener("input", () => {
    done.hidden = true;
  });
  byId("settings").addEventListener("close", () => {
    field.value = shown;
    clearProblems(form);
    done.hidden = true;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await submitting(form, () => submit(page, field)))) return;
    show();
    done.hidden = false;
  });
  page.stream.on("person", (person) => {
    onEvent(page, person);
    show();
  });
}

/** Removes a picture that is not there any more, so that the initials below show.
    @param {EventTarget | null} image */
function dropBroken(image) {
  const isIt = image instanceof HTMLImageElement && image.complete && !image.naturalWidth;
  if (isIt && image.closest(".avatar")) image.remove();
}

/** @param {MessagesPage} page
    @param {HTMLInputElement} field */
async function submit(page, field) {
  const { uuid } = page.me;
  const before = versions.get(uuid);
  /** @type {Api.User} */
  const { display_name: name } = await patch("/api/me", { display_name: field.value });
  field.value = name; // without the blanks around it
  // An event that came before the answer has this name, or a newer one of another device.
  if (versions.get(uuid) === before) showPerson(page, { uuid, name });
}

/** @param {MessagesPage} page
    @param {Events.ByName["person"]} person */
function onEvent(page, person) {
  const { user_uuid: uuid, handle, display_name: name, name_version: version } = person;
  if (version < (versions.get(uuid) ?? 0)) return;
  versions.set(uuid, version);
  notePictures(person);
  if (uuid === page.me.uuid) page.me.picture = person.picture;
  showPerson(page, { uuid, name, handle });
  if (isErased(handle)) page.inbox.refresh(); // their rows have another handle as well
}

/** Shows a person's name and picture wherever the page shows them. A message keeps the name under which it was written.
    @param {MessagesPage} page
    @param {Named} named */
export function showPerson(page, named) {
  const { me, inbox } = page;
  if (named.uuid === me.uuid) showMe(me, named.name);
  inbox.rename(named.uuid, named.name);
  showOpen(page, named);
}

/** @param {Api.User} me
    @param {string} name */
function showMe(me, name) {
  me.display_name = name;
  byId("me-face").replaceChildren(avatar(me.uuid, name, "small"));
  for (const id of ["me-word", "me-name"]) setText(byId(id), name);
}

/** @param {MessagesPage} page
    @param {Named} named */
function showOpen(page, { uuid, name, handle }) {
  const { conversation, messageList } = page;
  const { ref } = conversation;
  if (!ref) return;
  if (ref.kind === "group") {
    messageList.people = messageList.people.map((one) =>
      one.uuid === uuid ? { ...one, display_name: name } : one,
    );
    conversation.render({ quiet: true });
  } else if (ref.userUuid === uuid) {
    conversation.ref = { ...ref, name, handle: handle ?? ref.handle };
    showHeader(page);
    showTitle(page.inbox.unread(), conversation.ref);
  }
}
