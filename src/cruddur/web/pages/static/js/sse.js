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
  #type = "message";
  /** @type {string | null} */
  #id = null;
  /** @type {string[]} */
  #data = [];

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
    const [name] = line.split(":", 1);
    const value = line.slice(name.length + 1).replace(/^ /, "");
    if (line && !name) yield { type: "heartbeat", id: null, data: "" };
    else if (name === "event") this.#type = value;
    else if (name === "id") this.#id = value;
    else if (name === "data") this.#data.push(value);
    else if (name === "retry" && /^\d+$/.test(value)) yield { type: name, id: null, data: value };
    else if (!line) yield* this.#end();
  }

  /** @returns {Generator<SseEvent>} */
  *#end() {
    const [type, id, data] = [this.#type, this.#id, this.#data];
    [this.#type, this.#id, this.#data] = ["message", null, []];
    if (data.length) yield { type, id, data: data.join("\n") };
  }
}
