// The events of the live stream, as the parts of the page hear them. stream_memory.js opens it, after the first view.

import { Emitter } from "./emitter.js";

/** @import { SharedStream } from "./shared_stream.js" */

/** Emits the events of the stream, whichever tab holds it, each as "event" as well, and "state".
    @extends {Emitter<Events.ByName & { event: Page.ServerEvent; state: Page.StreamState }>} */
export class LiveStream extends Emitter {
  /** @type {Page.StreamState} */
  state = "connecting";
  connections = 0;
  /** Whether the stream tells what happened before it was open, between "ready" and "caught_up". */
  isCatchingUp = false;
  /** @type {SharedStream | null} */
  source = null;

  /** Whether this tab holds the stream, so that it does for all tabs what is to be done once. */
  get isLeader() {
    return this.source?.isLeader ?? false;
  }

  /** Closes a connection that may be broken, and connects again. */
  restart() {
    this.source?.restart();
  }
}
