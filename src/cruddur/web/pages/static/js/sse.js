// Server-sent events out of a byte stream (WHATWG HTML, 9.2.6).

/** Yields {type, id, data} for each event, and {type: "heartbeat"} for each comment. */
export async function* eventsIn(body) {
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

class Parser {
  #rest = "";
  #event = fresh();

  *feed(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) yield* this.#line(line);
  }

  *#line(line) {
    if (line === "") {
      if (this.#event.data.length) yield { ...this.#event, data: this.#event.data.join("\n") };
      this.#event = fresh();
    } else if (line.startsWith(":")) yield { type: "heartbeat" };
    else this.#field(line);
  }

  #field(line) {
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.#event.type = value;
    else if (name === "id") this.#event.id = value;
    else if (name === "data") this.#event.data.push(value);
  }
}

const fresh = () => ({ type: "message", id: null, data: [] });
