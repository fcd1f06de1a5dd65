// An EventTarget whose events have names and details that `tsc` can check.

/** `Events` maps the name of each event to the detail that its listeners get, or to undefined.
    @template {object} Events */
export class Emitter extends EventTarget {
  /** Calls `listener` with the detail of each event of this name, until the returned function is called or the signal
      comes.
      @template {keyof Events & string} Name
      @param {Name} name
      @param {(detail: Events[Name]) => unknown} listener
      @param {AbortSignal} [signal] */
  on(name, listener, signal) {
    const heard = (/** @type {Event} */ event) =>
      listener(/** @type {CustomEvent} */ (event).detail);
    this.addEventListener(name, heard, { signal });
    return () => this.removeEventListener(name, heard);
  }

  /** Calls all listeners. An error in one of them is reported, and the others are called as well.
      @template {keyof Events & string} Name
      @param {Name} name
      @param {undefined extends Events[Name] ? [] : [Events[Name]]} details */
  emit(name, ...details) {
    this.dispatchEvent(new CustomEvent(name, { detail: details[0] }));
  }
}
