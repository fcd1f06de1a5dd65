// The service worker: what a browser runs beside the pages, also while none is open. Each of its tasks is a module here
// that exports `install()`, which adds its listeners at once: a browser knows no listener that is added later.
// web/pages/service_worker.py joins them into /service-worker.js.

import * as lifetime from "./lifetime.js";
import * as pictures from "./pictures.js";
import * as push from "./push.js";
import * as shell from "./shell.js";

lifetime.install();
pictures.install();
push.install();
shell.install();
