// Events come out of a stream as they were put in, however it is cut into pieces (WHATWG HTML, 9.2.6).

import assert from "node:assert/strict";
import { test } from "node:test";
import { eventsIn, Parser } from "../../src/cruddur/web/pages/static/js/sse.js";

const HEARTBEAT = { type: "heartbeat", id: null, data: "" };
const TABLE = {
  "a type, an id and data": [
    "event: read\nid: 7\ndata: {}\n\n",
    [{ type: "read", id: "7", data: "{}" }],
  ],
  "no type": ["data: x\n\n", [{ type: "message", id: null, data: "x" }]],
  "several lines of data": [
    "data: x\ndata:\ndata: y\n\n",
    [{ type: "message", id: null, data: "x\n\ny" }],
  ],
  "one blank is no part of the data": [
    "data:x\n\ndata:  y\n\n",
    [
      { type: "message", id: null, data: "x" },
      { type: "message", id: null, data: " y" },
    ],
  ],
  "no data, no event": ["event: read\nid: 7\n\n", []],
  "a comment": [": still here\n\n", [HEARTBEAT]],
  "a comment within an event": [
    "event: a\n:\ndata: x\n\n",
    [HEARTBEAT, { type: "a", id: null, data: "x" }],
  ],
  "the time over which to come back": [
    "retry: 1500\nretry: soon\ndata: x\n\n",
    [
      { type: "retry", id: null, data: "1500" },
      { type: "message", id: null, data: "x" },
    ],
  ],
  "fields of other names": ["foo\ndata: x\n\n", [{ type: "message", id: null, data: "x" }]],
  "nothing of one event is left for the next": [
    "event: a\nid: 1\ndata: x\n\ndata: y\n\n",
    [
      { type: "a", id: "1", data: "x" },
      { type: "message", id: null, data: "y" },
    ],
  ],
  "an event that is not ended": ["data: x\n", []],
};

const fed = (...pieces) => {
  const parser = new Parser();
  return pieces.flatMap((piece) => [...parser.feed(piece)]);
};

for (const [name, [text, wanted]] of Object.entries(TABLE)) {
  test(name, () => {
    for (const end of ["\n", "\r", "\r\n"]) {
      const ended = text.replaceAll("\n", end);
      // A lone carriage return at the very end may be the half of a line's end that is still to come.
      const whole = end === "\r" ? `${ended}: end\r` : ended;
      const expected = end === "\r" ? fed(text, ": end\n").slice(0, -1) : wanted;
      for (let at = 0; at <= whole.length; at += 1) {
        const events = fed(whole.slice(0, at), whole.slice(at));
        assert.deepEqual(events.slice(0, expected.length), expected, `cut at ${at}`);
      }
    }
    assert.deepEqual(fed(text), wanted);
    assert.deepEqual(fed(...text), wanted);
  });
}

test("characters that are cut in two come out whole", async () => {
  const bytes = new TextEncoder().encode("data: Inês 👋\n\n");
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  assert.deepEqual(await all(eventsIn(new Response(body))), [
    { type: "message", id: null, data: "Inês 👋" },
  ]);
});

async function all(events) {
  const found = [];
  for await (const event of events) found.push(event);
  return found;
}
