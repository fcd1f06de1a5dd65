// The shapes that the page's modules share. They exist for `tsc` alone; the page never loads this file.
// What the server answers is in api.d.ts, what its events hold in events.d.ts.

declare namespace Page {
  /** One of the server's events. */
  type ServerEvent = {
    [K in keyof Events.ByName]: { type: K; id: string | null; detail: Events.ByName[K] };
  }[keyof Events.ByName];

  /** "polling": the server answers, but not with a stream. */
  type StreamState = "connecting" | "open" | "polling";

  /** Why a token is asked for. */
  type WhyAToken = "first" | "expired" | "refused";

  /** Resolves to a bearer token, or to null if nobody is signed in. It rejects where the question may be asked again. */
  type AskForToken = (why: WhyAToken) => Promise<string | null> | string | null;

  /** Where requests get their token from. */
  interface TokenSource {
    get(): Promise<string | null>;
    /** Another token than this one, which was refused; null if there is none. */
    instead(refused: string): Promise<string | null>;
  }

  /** With what a page opens its first stream: the id of the page, a time from before it was made, and whether invitations
      may be open from before that. */
  interface RenderedStream {
    page: string | null;
    resume_at: string | null;
    /** A page that the device kept does not know. */
    may_be_invited?: boolean;
  }

  /** What the page shows first: the server has written it, or the device has a copy of it. */
  interface Rendered {
    me: Api.User;
    stream: RenderedStream;
    group: Api.Conversation | null;
    /** The other person of a conversation that nobody has started yet. */
    recipient: Api.User | null;
    rows: Api.InboxRow[];
    /** The path of the next rows, where the server has not written it into the page. */
    next?: string | null;
    messages: Api.Message[];
    quoted: Api.Message[];
    more: { older: boolean; newer: boolean };
    /** Of a copy: when it was last true, and up to which change its messages are (milliseconds since 1970). */
    copied?: { at: number; change: number };
  }

  /** What the list of conversations shows. */
  type InboxPart = "inbox" | "unread" | "archive" | "requests";

  /** What tabs say to each other about the stream. `isNew`: the tab has heard no event yet. */
  type TabSaying =
    | { type: "who"; isNew?: boolean }
    | { type: "doubt" | "bye" }
    | { type: "shows"; people: string[] }
    | ({ type: "lead"; state: StreamState; user: string | null } & LeaderHas)
    | { type: "event"; event: ServerEvent };

  /** Since when a tab leads, for how long it has had every event without a gap (both in milliseconds), the id from
      which another tab can go on, and when the tab connects again (milliseconds since 1970, or 0). */
  interface LeaderHas {
    since: number;
    coveredMs?: number;
    lastId?: string | null;
    nextTry?: number;
  }

  /** What a tab of our own page remembers of the stream, for tabs that are opened beside it. */
  interface StreamMemory {
    /** The people whom this tab shows. */
    shown: string[];
    /** For how many milliseconds every event is kept without a gap. */
    readonly coveredMs: number;
    /** Whether this tab lacks nothing if it gets the events of so many milliseconds. */
    isCovered(milliseconds?: number): boolean;
    /** This tab leads from now on. Returns the id of the page if no stream was opened with it. */
    leads(): string | null;
    /** Another tab leads. */
    follows(): void;
    shows(tab: string, people: string[]): void;
    /** What a tab that asks has not heard. */
    told(isNew?: boolean): ServerEvent[];
    take(event: ServerEvent, isLeader: boolean): void;
  }

  /** The same as another tab gets it; `from` names the tab that says it. */
  type TabMessage = TabSaying & { from: string };

  /** The tab that holds the stream, and since when (milliseconds since 1970). */
  interface Leader {
    from: string;
    since: number;
  }

  /** The picture of a group, where it has one. */
  interface Picture {
    emoji?: string | null;
    colour?: number | null;
  }

  /** Which conversation: one that exists, or one that its first message will start (no `uuid` yet). */
  interface ConversationRef {
    uuid: string | null;
    kind: Api.InboxRow["kind"];
    name: string;
    picture?: Picture;
    handle: string | null;
    userUuid: string | null;
    /** Names it in the outbox and among the drafts. */
    key: string;
    path: string;
  }

  /** To whom a message in the outbox goes. */
  interface Address {
    conversation: string;
    name: string;
    message_group_uuid?: string;
    handle?: string | null;
    /** The number of the message that it answers. Entries of older pages have none. */
    reply_to_seq?: number | null;
  }

  /** False: on disk. Otherwise a page of a newer version has been there, or the disk does not do it. */
  type Unkept = false | "newer" | "refused";

  /** A message in the outbox. Times are milliseconds since 1970. */
  interface Entry extends Address {
    message_uuid: string;
    user_uuid: string;
    message: string;
    created_at: string;
    /** The last number known when it was first sent; null while it never was. */
    after: number | null;
    attempts: number;
    next_attempt: number;
    not_before: number;
    failed: { code: string; detail: string } | null;
    /** Whether it is only in this tab's memory, and why. */
    unkept?: Unkept;
    /** Its text was changed after the server may have stored it. */
    rewritten?: boolean;
  }

  /** A change that waits to be sent: of a message, of what was read, or of the settings of a conversation. */
  interface WaitingChange {
    /** Its user, its conversation and what it sets: a later change of the same replaces it. */
    key: string;
    user_uuid: string;
    /** Ordered by time. The server knows an edit by it. */
    id: string;
    group: string;
    kind: "reaction" | "edit" | "read" | "settings";
    /** The number of the message, or the last one that was read. */
    seq?: number;
    emoji?: string;
    wanted?: boolean;
    text?: string;
    /** The last change that was known when an edit was made. */
    after?: number | null;
    settings?: Api.NewRowSettings;
    /** What the row has until the server answers. */
    shown?: Partial<Api.InboxRow>;
    unkept?: Unkept;
  }

  /** The message that another one answers, as it is now. "hidden": this user may not see it. */
  interface Quote {
    seq: number;
    state: "shown" | "deleted" | "loading" | "hidden";
    name: string;
    text: string;
  }

  /** Up to which numbers something of a conversation is known: its messages, its changes, how often this user has
      deleted messages for themselves, and up to which message they have cleared it. */
  interface CopiedTo {
    last: number;
    change: number;
    hidden: number;
    cleared: number;
  }

  /** The device's copy of a conversation: its newest messages, in order. `older`: there are others before them. */
  interface Copied extends CopiedTo {
    uuid: string;
    messages: Api.Message[];
    older: boolean;
  }

  /** An emoji on a message: how many have it, and their names as one text. */
  interface Chip {
    emoji: string;
    count: number;
    isOwn: boolean;
    names: string;
  }

  /** For whom a message is deleted: for this user, or for everybody. */
  type DeletedFor = "me" | "all";

  /** A deletion that waits to be sent, at `due` (milliseconds since 1970); 0 is at once. */
  interface Deletion {
    id: string;
    group: string;
    seqs: number[];
    from: DeletedFor;
    due: number;
    /** Whether it is only in this tab's memory. */
    unkept?: boolean;
  }

  type SendingState = "sending" | "waiting" | "failed";

  /** A message as the message list shows it; `seq` is null while it is on its way. */
  interface Item {
    uuid: string;
    seq: number | null;
    user_uuid: string;
    handle?: string;
    display_name: string;
    message: string;
    created_at: string;
    edited_at?: string | null;
    deleted_at?: string | null;
    kind?: Api.Message["kind"];
    mentions?: Api.Mention[];
    state: "sent" | SendingState;
    quote?: Quote | null;
    /** Whether the other person of a direct conversation has read it. */
    read?: boolean;
    chips?: Chip[];
    /** Whether a change of it waits for a connection. */
    waits?: boolean;
    /** What people are told about it. */
    trouble?: string | null;
  }

  /** A message whose text is being changed: on the server, or still in the outbox (no number). */
  type Rewritten = { uuid: string; message: string } & (
    | { seq: number; message_group_uuid: string }
    | { seq: null; message_group_uuid?: undefined }
  );

  interface MessageRow {
    kind: "message";
    key: string;
    item: Item;
    /** The first, the last of a run of one sender. */
    first: boolean;
    last: boolean;
  }

  type ListRow =
    | { kind: "day"; key: string; at: string }
    | { kind: "new"; key: "new" }
    | MessageRow;

  /** What can be chosen in a list of suggestions; `face` is the uuid that colours the avatar. */
  interface Option<Value> {
    name: string;
    detail: string;
    face: string;
    value: Value;
  }

  interface Question {
    title: string;
    text: string;
    /** The words on the button that agrees. */
    yes: string;
  }

  /** Whatever was thrown: the server's refusals and lost connections say more than other errors. */
  interface Failure extends Error {
    /** The HTTP status; 0 when no answer came. */
    status?: number;
    code?: string;
    /** The name of the field that it is about. */
    field?: string | null;
    /** Seconds. */
    retryAfter?: number | null;
  }

  /** What `h` and `setAttribute` take; null, undefined and false remove the attribute. */
  type AttributeValue = string | number | boolean | null | undefined;
}
