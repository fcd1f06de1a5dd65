// Parses server-sent events (WHATWG HTML, 9.2.6).

/** @typedef {{ type: string; id: string | null; data: string }} SseEvent */

/** Yields each event, one of the type "heartbeat" for each comment, and one of the type "retry" for each time that
    the server says.
    @param {Response} response */
export async function* eventsIn({ body }) {
  if (!body) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new Parser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.feed(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Takes a text in pieces, cut anywhere, and yields the events that each piece completes. */
export class Parser {
  #rest = "";
  #event = fresh();

  /** @param {string} text
      @returns {Generator<SseEvent>} */
  *feed(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) yield* this.#line(line);
  }

  /** @param {string} line
      @returns {Generator<SseEvent>} */
  *#line(line) {
    if (line === "") {
      if (this.#event.data.length) yield { ...this.#event, data: this.#event.data.join("\n") };
      this.#event = fresh();
    } else if (line.startsWith(":")) yield { type: "heartbeat", id: null, data: "" };
    else if (/^retry: ?\d+$/.test(line))
      yield { type: "retry", id: null, data: line.replace(/^retry: ?/, "") };
    else this.#field(line);
  }

  /** @param {string} line */
  #field(line) {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.#event.type = value;
    else if (name === "id") this.#event.id = value;
    else if (name === "data") this.#event.data.push(value);
  }
}

/** @returns {{ type: string; id: string | null; data: string[] }} */
const fresh = () => ({ type: "message", id: null, data: [] });
