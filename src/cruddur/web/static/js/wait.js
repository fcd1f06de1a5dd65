// Waiting well: longer each time, never in step with everyone else, and able to be woken.

/** Milliseconds before try number `failures` + 1: doubling, half of it random. */
export function backoff(failures, { first = 1000, most = 60_000 } = {}) {
  const full = Math.min(most, first * 2 ** Math.max(0, failures - 1));
  return full / 2 + Math.random() * (full / 2);
}

/** A pause that `wake` ends early. */
export class Pause {
  #end = null;

  for(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  wake() {
    this.#end?.();
  }
}

/** Only one page at a time does this work; where the browser has no locks, the server's rules suffice. */
export const exclusively = (name, work) =>
  navigator.locks ? navigator.locks.request(name, work) : work();
