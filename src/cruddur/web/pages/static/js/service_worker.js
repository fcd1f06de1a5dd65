// Registers the service worker, once the page is there: it must not take the network from the first view.

import { isFramed, outside } from "./base_path.js";

/** Registers it when the page has loaded. Browsers have none where the page came without TLS, and may refuse it. */
export function install() {
  if (!("serviceWorker" in navigator) || isFramed()) return;
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}

function register() {
  const address = outside("/service-worker.js");
  navigator.serviceWorker
    .register(address, { scope: outside("/"), updateViaCache: "none" })
    .catch(() => {}); // the page works without it, but not without a network
}
