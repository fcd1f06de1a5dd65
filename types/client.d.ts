// What `/embed/v1.js` gives to pages of other products. Fields are added here, and never removed or renamed: a page that
// was written for version 1 goes on to work. The npm package has the same types (clients/browser).

declare namespace Client {
  /** "polling": the service answers, but not with a stream. "signed_out": the token was refused, or is another person's. */
  type State = "connecting" | "open" | "polling" | "signed_out" | "closed";

  /** Why a token is asked for. */
  type Why = "first" | "expired" | "refused";

  interface Options {
    /** The address of the service, with its base path. Not needed with its own /embed/v1.js. */
    url?: string;
    /** Resolves to a bearer token of the person, or to null if nobody is signed in. It is called again before the token
        ends, and when it was refused. If it rejects, it is asked again a little later. */
    token: (why: Why) => Promise<string | null> | string | null;
  }

  /** What was refused, by RFC 9457, or `status` 0 if no answer came. */
  interface Failure extends Error {
    status?: number;
    /** Stable. */
    code?: string;
    field?: string | null;
    /** Seconds. */
    retryAfter?: number | null;
  }

  /** A message that the service has not stored yet. It is kept on this device, and sent again until it is. */
  interface Pending {
    uuid: string;
    message: string;
    created_at: string;
    reply_to_seq: number | null;
    /** "failed": it was refused, and waits for `retry` or `discard`. */
    state: "sending" | "waiting" | "failed";
    /** What to tell people. */
    trouble: string | null;
  }

  /** The events of a chat: the service's own, by their types, and three of the client. */
  interface ChatEvents extends Omit<Events.ByName, "ready" | "unread" | "group_changed"> {
    state: State;
    unread: Api.Unread;
    inbox: undefined;
  }

  interface Told<ByName> {
    /** Calls `listener` until the returned function is called. */
    on<Name extends keyof ByName & string>(
      name: Name,
      listener: (detail: ByName[Name]) => unknown,
    ): () => void;
  }

  interface Inbox extends Told<{ change: undefined }> {
    /** What is pinned, and then the newest first. */
    readonly rows: Api.InboxRow[];
    readonly hasMore: boolean;
    readonly isLoaded: boolean;
    loadMore(): Promise<void>;
  }

  interface Conversation extends Told<{ change: undefined }> {
    readonly to: string;
    /** Null until somebody has written. */
    readonly uuid: string | null;
    readonly row: Api.InboxRow | null;
    readonly name: string;
    /** Each once, in the order of their numbers. */
    readonly messages: Api.Message[];
    readonly pending: Pending[];
    readonly hasOlder: boolean;
    readonly isLoaded: boolean;
    /** Why it cannot be shown. */
    readonly error: Failure | null;
    /** Resolves when the service has stored the message. Until then it is on this device, also after a reload.
        `reply_to_seq` is the number of the message that it answers. */
    send(text: string, more?: { reply_to_seq?: number | null }): Promise<Api.Message>;
    /** Sets the text of one's own message. It rejects where that is refused, or no answer comes. */
    edit(seq: number, text: string): Promise<Api.Message>;
    /** Deletes one's own message for everybody. It keeps its number, with `deleted_at` and without a text. */
    delete(seq: number): Promise<Api.Message>;
    react(seq: number, emoji: string, wanted?: boolean): Promise<Api.Message>;
    /** The message of this number, also if it is not among `messages`; null if there is none to be seen, undefined
        while it is asked for. */
    quoted(seq: number): Api.Message | null | undefined;
    /** Up to the newest message, if no number is given. */
    markRead(seq?: number): Promise<void>;
    /** To be called at each key; it is told every three seconds. */
    typing(): void;
    loadOlder(): Promise<void>;
    retry(uuid: string): Promise<void>;
    discard(uuid: string): Promise<void>;
    close(): void;
  }

  interface Chat extends Told<ChatEvents> {
    /** Rejects if the token is refused. */
    readonly ready: Promise<Api.Me>;
    readonly me: Api.Me | null;
    readonly state: State;
    readonly unread: Api.Unread;
    readonly inbox: Inbox;
    /** `to`: a conversation's uuid, `@` and a handle, or `ext:` and your own id of a person. */
    conversation(to: string): Conversation;
    /** The JSON of the answer of any other route, such as `call("GET", "/api/blocks")`. */
    call<Data = unknown>(method: string, path: string, body?: unknown): Promise<Data>;
    close(): void;
  }

  type Scheme = "light" | "dark" | "system";

  interface Look {
    scheme?: Scheme;
    /** By the names of CSS variables, such as `--cruddur-accent`. */
    variables?: Record<string, string>;
  }

  interface FrameOptions extends Options {
    show?: "both" | "inbox" | "conversation";
    /** What is open first. */
    to?: string;
    theme?: Scheme;
    variables?: Record<string, string>;
    /** Makes the frame as high as what it shows, within these bounds in pixels. */
    height?: { min?: number; max?: number };
    /** The name of the frame for screen readers. */
    title?: string;
  }

  interface FrameEvents {
    hello: { version: 1 };
    token_wanted: { reason: Why };
    ready: { user_uuid: string };
    unread: Api.Unread;
    /** What everything shown would need, in pixels. */
    height: { height: number };
    /** `to` is its uuid, or `@` and a handle where nobody has written yet; null if none is open. */
    open: { uuid: string | null; to: string | null };
    error: { code: string; detail: string };
  }

  interface Frame extends Told<FrameEvents> {
    readonly element: HTMLIFrameElement;
    open(to: string): void;
    theme(look: Look): void;
    close(): void;
  }

  function connect(options: Options): Chat;

  function frame(place: Element, options: FrameOptions): Frame;
}
