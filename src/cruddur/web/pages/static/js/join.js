// The page of a link to a group: its button leads into the group, or asks the admins.

import * as api from "./api.js";
import { outside } from "./base_path.js";
import { byId, part } from "./dom.js";
import { submitting } from "./form_errors.js";

const form = byId("join", HTMLFormElement);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submitting(form, async () => {
    /** @type {Api.Joined} */
    const joined = await api.post(`/api/invites/${form.dataset.token}`);
    if (joined.is_member) location.assign(outside(`/c/${joined.message_group_uuid}`));
    else byId("join-asked").hidden = false;
  });
});
// It is disabled until now: a browser would send the form by itself.
part(form, "[type=submit]", HTMLButtonElement).disabled = false;
