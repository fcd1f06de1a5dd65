// A service that runs, and the modules under test, which look at the browser when they are loaded.

import { beBrowser, load, Service } from "./service.js";

export const service = await new Service().start();
beBrowser(service.address);

export const { Outbox } = await load("outbox");
export const { correctStored, rewrite } = await load("rewriting");
export const { PagedTimeline } = await load("paged_timeline");
export const { PageInbox } = await load("page_inbox");
export const { session } = await load("api");
