// The sign-in and sign-up pages.

import * as api from "./api.js";
import { submitting } from "./fields.js";

const form = document.querySelector("form[data-account]");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submitting(form, form.dataset.account === "sign-up" ? signUp : signIn);
});

async function signUp() {
  const { handle, display_name: displayName, password } = valuesOf(form);
  await api.post("/api/accounts", { handle, display_name: displayName, password });
  await signIn();
}

async function signIn() {
  const { handle, password } = valuesOf(form);
  const { user } = await api.post("/api/sessions", { handle: handle.trim().replace(/^@/, ""), password });
  if ("BroadcastChannel" in globalThis) new BroadcastChannel("cruddur-session").postMessage(user.uuid);
  location.assign(whereTo());
}

const valuesOf = (element) => Object.fromEntries(new FormData(element));

/** Back to where they were; never to another site, which a link to this page could ask for. */
function whereTo() {
  const next = new URLSearchParams(location.search).get("next") ?? "/";
  const url = URL.canParse(next, location.origin) ? new URL(next, location.origin) : null;
  return url?.origin === location.origin ? url.pathname : "/";
}

for (const link of document.querySelectorAll("a[data-keep-next]")) link.search = location.search;

document.querySelector("[data-show-password]")?.addEventListener("change", (event) => {
  form.elements.password.type = event.target.checked ? "text" : "password";
});
