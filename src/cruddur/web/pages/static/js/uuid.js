// UUIDs of version 7 (RFC 9562, 5.7). They begin with the time, so that their order is that of their times.

/** 48 bits for the milliseconds since 1970, and twelve for a counter, which begins at chance. */
let last = 0n;

/** Returns a UUID that is greater than the one before, even within a millisecond and after the clock was set back. */
export function uuidv7() {
  const [seed, random] = crypto.getRandomValues(new BigUint64Array(2));
  const now = (BigInt(Date.now()) << 12n) + (seed >> 53n);
  last = now > last ? now : last + 1n;
  const hex = last.toString(16).padStart(15, "0");
  const tail = ((random >> 2n) | (2n << 62n)).toString(16); // it begins with the variant, binary 10
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(12)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
