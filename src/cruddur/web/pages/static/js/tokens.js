// The bearer token of this page: asked for when it is needed, and once more before it ends or when it was refused.

const MARGIN_MS = 20_000; // a request may take as long

/** @implements {Page.TokenSource} */
export class Tokens {
  #ask;
  /** @type {string | null} */
  #token = null;
  /** When to ask for another one, by a clock that nobody sets. */
  #until = 0;
  /** @type {Promise<string | null> | null} */
  #asking = null;

  /** `ask` resolves to a token, or to null if nobody is signed in.
      @param {Page.AskForToken} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  async get() {
    return this.#token && performance.now() < this.#until ? this.#token : this.#renew("expired");
  }

  /** Another token than this one, which was refused; null if there is none.
      @param {string} refused */
  async instead(refused) {
    if (this.#token !== refused) return this.get();
    const token = await this.#renew("refused");
    return token === refused ? null : token;
  }

  /** Several requests share one question.
      @param {Page.WhyAToken} why */
  #renew(why) {
    this.#asking ??= this.#begin(this.#token ? why : "first")
      .catch((cause) => {
        throw Error("", { cause });
      })
      .finally(() => {
        this.#asking = null;
      });
    return this.#asking;
  }

  /** @param {Page.WhyAToken} why */
  async #begin(why) {
    const asked = performance.now();
    const token = (await this.#ask(why)) || null;
    this.#token = token;
    this.#until = asked + (token ? lifetimeOf(token) : 0);
    return token;
  }
}

/** For how many milliseconds a token is used. The times in it are those of the clock that signed it, so that only their
    difference counts. Of a token that does not say both, the first refusal tells that it has ended.
    @param {string} token */
function lifetimeOf(token) {
  try {
    const { iat, exp } = JSON.parse(
      atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")),
    );
    const lifetime = (exp - iat) * 1000;
    if (lifetime > 0) return Math.max(lifetime - MARGIN_MS, lifetime / 2);
  } catch {
    // It is no token of ours, or says nothing of times.
  }
  return Infinity;
}
