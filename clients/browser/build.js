// Makes `dist/` from the page's own modules: what the service serves as /embed/v1.js, shortened, and its types.
// `npm pack` runs it. It needs esbuild, which `npm ci` in the repository brings.

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const HERE = new URL("./", import.meta.url);
const ROOT = new URL("../../", HERE);
const at = (path, from = HERE) => new URL(path, from).pathname;
const { build } = createRequire(at("package.json", ROOT))("esbuild");

const EXPORTED = `
export type Chat = Client.Chat;
export type Conversation = Client.Conversation;
export type Inbox = Client.Inbox;
export type Pending = Client.Pending;
export type Failure = Client.Failure;
export type State = Client.State;
export type Options = Client.Options;
export type Frame = Client.Frame;
export type FrameOptions = Client.FrameOptions;
export type Look = Client.Look;
export type Me = Api.Me;
export type User = Api.User;
export type Message = Api.Message;
export type InboxRow = Api.InboxRow;
export type Unread = Api.Unread;

/** Connects a page: its person's inbox, conversations and outbox. A second call closes the first connection. */
export function connect(options: Client.Options): Client.Chat;

/** Shows the whole page in a frame within \`place\`. */
export function frame(place: Element, options: Client.FrameOptions): Client.Frame;
`;

rmSync(at("dist"), { recursive: true, force: true });
mkdirSync(at("dist"));
await build({
  entryPoints: { index: at("src/cruddur/web/pages/static/js/client.js", ROOT) },
  outdir: at("dist"),
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2022",
});
const types = ["api", "events", "client"].map((name) =>
  readFileSync(at(`types/${name}.d.ts`, ROOT)),
);
writeFileSync(at("dist/index.d.ts"), [...types, EXPORTED].join("\n"));
for (const name of ["react.js", "react.d.ts"]) copyFileSync(at(name), at(`dist/${name}`));
