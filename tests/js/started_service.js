// A service that runs, and the modules under test, which look at the browser when they are loaded.

import { beBrowser, load, Service } from "./service.js";

export const service = await new Service().start();
beBrowser(service.address);

export const { Outbox } = await load("outbox");
export const { Timeline } = await load("timeline");
export const { Inbox } = await load("inbox");
export const { session } = await load("api");
