// UUIDs of version 7 (RFC 9562, 5.7). They begin with the time, so that their order is that of their times.

let lastTime = 0;
let counter = 0;

/** Returns a UUID that is greater than the one before, even within a millisecond and after the clock was set back. */
export function uuidv7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  tick(((bytes[6] & 0x07) << 8) | bytes[7]);
  for (let at = 0; at < 6; at += 1) bytes[at] = Math.floor(lastTime / 2 ** (8 * (5 - at))) & 0xff;
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return dashed([...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
}

/** @param {number} seed */
function tick(seed) {
  const now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    counter = seed;
  } else if (counter < 0xfff) counter += 1;
  else {
    lastTime += 1;
    counter = seed;
  }
}

/** @param {string} hex */
const dashed = (hex) =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    "-",
  );
