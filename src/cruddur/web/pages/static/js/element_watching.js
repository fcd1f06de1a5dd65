// Whether somebody looks at <cruddur-conversation>, and sees each message as it comes.

const SETTLE_MS = 5000; // what was missed comes so soon after the connection is there again

export class Watching {
  #isShown = false;
  #wasOpen = false;
  #absentUntil = 0;
  /** @type {(() => void)[]} */
  #ends = [];

  /** @param {Element} log
      @param {Client.Chat} chat
      @param {() => void} changed */
  constructor(log, chat, changed) {
    const shown = new IntersectionObserver(([entry]) => {
      this.#isShown = entry.isIntersecting;
      changed();
    });
    shown.observe(log);
    const names = ["focus", "visibilitychange"];
    for (const name of names) addEventListener(name, changed);
    this.#ends = [
      () => shown.disconnect(),
      () => names.forEach((name) => removeEventListener(name, changed)),
      chat.on("state", (state) => this.#heard(state)),
    ];
    this.#heard(chat.state);
  }

  /** Whether the messages are on the screen of a window with the focus. */
  get isThere() {
    return this.#isShown && document.visibilityState === "visible" && document.hasFocus();
  }

  /** Whether messages come one by one. After an absence they come together, and nobody has seen them. */
  get isLive() {
    return Date.now() >= this.#absentUntil;
  }

  close() {
    for (const end of this.#ends) end();
  }

  /** @param {Client.State} state */
  #heard(state) {
    const isOpen = state === "open" || state === "polling";
    if (isOpen && this.#absentUntil === Infinity) this.#absentUntil = Date.now() + SETTLE_MS;
    if (!isOpen && this.#wasOpen) this.#absentUntil = Infinity;
    this.#wasOpen ||= isOpen;
  }
}
