// What the event stream sends, made from its AsyncAPI description.
// tests/web/test_page_types.py compares the two, and writes this file anew with UPDATE_TYPES=1.

declare namespace Events {
  interface Block {
    blocked_uuid: string;
    is_blocked: boolean;
    user_uuid: string;
  }

  interface CaughtUp {
    at: string;
    is_complete: boolean;
  }

  interface GroupChanged {
    by_user_uuid: string;
    colour: number | null;
    display_name: string;
    emoji: string | null;
    members: Member[];
    retention_days: number | null;
    title: string | null;
    uuid: string;
    version: number;
    who_may_add: "admins" | "everybody";
    who_may_rename: "admins" | "everybody";
    who_may_write: "admins" | "everybody";
  }

  interface GroupEvent {
    archived_at?: string | null;
    archived_seq?: number;
    by_user_uuid: string | null;
    cleared_seq?: number;
    colour?: number | null;
    created_at: string;
    display_name: string;
    emoji?: string | null;
    handle: string | null;
    hidden_version?: number;
    is_request?: boolean;
    kind: string;
    last_change_seq?: number;
    last_display_name: string | null;
    last_kind?: "event" | "text";
    last_seq: number;
    last_user_uuid: string | null;
    marked_unread?: boolean;
    members: Member[];
    mention_seq?: number;
    message: string;
    muted_until?: string | null;
    picture?: string | null;
    pin_order?: number;
    pinned_at?: string | null;
    preview_seq?: number | null;
    read_seq: number;
    retention_days?: number | null;
    settings_version?: number;
    title: string | null;
    unread: number;
    unread_events?: number[];
    unread_mark?: number | null;
    user_uuid: string | null;
    uuid: string;
    version: number;
    who_may_add?: "admins" | "everybody";
    who_may_rename?: "admins" | "everybody";
    who_may_write?: "admins" | "everybody";
  }

  interface GroupHappening {
    days?: number | null;
    title?: string | null;
    type:
      | "added"
      | "joined"
      | "left"
      | "made"
      | "pictured"
      | "removed"
      | "renamed"
      | "retention"
      | "told";
    user_uuids?: string[];
  }

  interface Group {
    kind: string;
    members: User[];
    title: string | null;
    version: number;
  }

  interface Invitation {
    display_name: string;
    invited_at: string;
    message_group_uuid: string;
    title: string;
    user_uuid: string;
  }

  interface Left {
    by_user_uuid?: string | null;
    message_group_uuid: string;
    title?: string | null;
    user_uuid: string;
    version: number;
  }

  interface Member {
    display_name: string;
    handle: string;
    joined_seq: number;
    picture?: string | null;
    role?: "admin" | "member" | "owner";
    uuid: string;
  }

  interface Mention {
    handle: string;
    user_uuid: string;
  }

  interface MessageChanged {
    by_user_uuid: string;
    change: "deleted" | "edited" | "reacted";
    change_seq?: number;
    created_at: string;
    deleted_at?: string | null;
    display_name: string;
    edited_at?: string | null;
    event?: GroupHappening | null;
    handle: string;
    kind?: "event" | "text";
    last_seq?: number;
    mentions?: Mention[];
    message: string;
    message_group_uuid: string;
    reactions?: Record<string, string[]>;
    reply_to_seq?: number | null;
    seq: number;
    user_uuid: string;
    uuid: string;
  }

  interface MessageEvent {
    change_seq?: number;
    created_at: string;
    deleted_at?: string | null;
    display_name: string;
    edited_at?: string | null;
    event?: GroupHappening | null;
    group: Group;
    handle: string;
    kind?: "event" | "text";
    last_change_seq?: number;
    mentions?: Mention[];
    message: string;
    message_group_uuid: string;
    reactions?: Record<string, string[]>;
    reply_to_seq?: number | null;
    seq: number;
    user_uuid: string;
    uuid: string;
  }

  interface MessagesHidden {
    hidden_version: number;
    message_group_uuid: string;
    seqs: number[];
    user_uuid: string;
  }

  interface PersonRenamed {
    display_name: string;
    handle: string;
    name_version: number;
    picture?: string | null;
    user_uuid: string;
  }

  interface PresenceChanged {
    hello?: boolean;
    online: boolean;
    user_uuid: string;
  }

  interface Read {
    message_group_uuid: string;
    seq: number;
    unread?: Unread;
    user_uuid: string;
  }

  interface Ready {
    stream_id?: string;
    unread?: Unread;
    user_uuid: string;
  }

  interface Receipt {
    message_group_uuid: string;
    read_at: string;
    read_seq: number;
    user_uuid: string;
  }

  interface ReceiptsSwitched {
    handle: string;
    shares_receipts: boolean;
    user_uuid: string;
  }

  interface RowSettings {
    archived_at: string | null;
    archived_seq: number;
    cleared_seq: number;
    marked_unread: boolean;
    message_group_uuid: string;
    muted_until: string | null;
    pin_order: number;
    pinned_at: string | null;
    settings_version: number;
    unread_mark: number | null;
    user_uuid: string;
  }

  interface Typing {
    display_name: string;
    handle: string;
    message_group_uuid: string;
    user_uuid: string;
  }

  interface UnreadChanged {
    conversations: number;
    messages: number;
    user_uuid: string;
  }

  interface Unread {
    conversations: number;
    messages: number;
  }

  interface User {
    display_name: string;
    handle: string;
    picture?: string | null;
    uuid: string;
  }

  interface ByName {
    block: Block;
    caught_up: CaughtUp;
    group: GroupEvent;
    group_changed: GroupChanged;
    invited: Invitation;
    left: Left;
    message: MessageEvent;
    message_changed: MessageChanged;
    messages_hidden: MessagesHidden;
    person: PersonRenamed;
    presence: PresenceChanged;
    read: Read;
    ready: Ready;
    receipt: Receipt;
    receipts_switched: ReceiptsSwitched;
    row_settings: RowSettings;
    typing: Typing;
    unread: UnreadChanged;
  }
}
