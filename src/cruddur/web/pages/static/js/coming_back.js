// Connects anew when the network is back, or the window after a long time.

/** @import { LiveStream } from "./live_stream.js" */

const AWAY_MS = 60_000;

/** @param {LiveStream} stream
    @param {() => void} online is called as well when the network is back
    @param {AbortSignal} [signal] ends it */
export function onReturn(stream, online, signal) {
  let hiddenAt = 0;
  const back = () => {
    stream.restart();
    online();
  };
  const looked = () => {
    if (document.visibilityState === "hidden") hiddenAt = Date.now();
    else if (Date.now() - hiddenAt > AWAY_MS) stream.restart(); // the connection does not survive a computer's sleep
  };
  addEventListener("online", back, { signal });
  addEventListener("offline", () => stream.restart(), { signal });
  document.addEventListener("visibilitychange", looked, { signal });
}
