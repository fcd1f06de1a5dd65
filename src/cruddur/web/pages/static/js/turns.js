// Lets a queue work on one conversation after another turn of it has ended, in this tab and in all others.

/** @typedef {{ busy: boolean; again: boolean; now: boolean; timer: number }} Turn `now`: what waits for the end of a
    back-off is due as well */

export class Turns {
  #lock;
  #work;
  /** @type {Map<string, Turn>} By conversation. */
  #turns = new Map();

  /** `lock` begins the names of the locks between tabs.
      @param {string} lock
      @param {(conversation: string, turn: Turn) => Promise<unknown>} work */
  constructor(lock, work) {
    this.#lock = lock;
    this.#work = work;
  }

  /** Runs the work. If it runs already, it runs once more after that. Resolves when there is no more to do.
      @param {string} conversation
      @param {{ now?: boolean }} [options] */
  async run(conversation, { now = false } = {}) {
    const turn = this.#turn(conversation);
    turn.again = true;
    turn.now ||= now;
    if (turn.busy) return;
    turn.busy = true;
    try {
      while (turn.again) {
        turn.again = false;
        await this.alone(conversation, () => this.#work(conversation, turn));
      }
    } finally {
      turn.busy = false;
    }
  }

  /** Runs something else while no tab works on the conversation.
      @template Result
      @param {string} conversation
      @param {() => Promise<Result>} work */
  alone(conversation, work) {
    const name = `${this.#lock}/${conversation}`;
    return navigator.locks ? navigator.locks.request(name, work) : underLease(name, work);
  }

  /** Runs the work at `due` (milliseconds since 1970).
      @param {string} conversation
      @param {number} due */
  later(conversation, due) {
    const turn = this.#turn(conversation);
    clearTimeout(turn.timer);
    turn.timer = setTimeout(() => this.run(conversation), due - Date.now() + 5);
  }

  /** @param {string} conversation */
  #turn(conversation) {
    const turn = this.#turns.get(conversation) ?? {
      busy: false,
      again: false,
      now: false,
      timer: 0,
    };
    this.#turns.set(conversation, turn);
    return turn;
  }
}

/** Runs work under a lease, where the browser has no locks because the page came without TLS. If what makes leases
    cannot be fetched, work runs at once: the server stores a message only once by its uuid.
    @template Result
    @param {string} name
    @param {() => Promise<Result>} work
    @returns {Promise<Result>} */
async function underLease(name, work) {
  const load = async () => await import("./leases.js");
  const leases = await load().catch(() => null);
  return leases ? leases.inTurn(name, work) : work();
}
