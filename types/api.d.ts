// What the API answers and takes, made from its OpenAPI description.
// tests/web/test_page_types.py compares the two, and writes this file anew with UPDATE_TYPES=1.

declare namespace Api {
  interface AssertionIn {
    authenticator_data: string;
    client_data: string;
    id: string;
    signature: string;
    user_handle?: string;
  }

  interface AttestationIn {
    attestation_object: string;
    client_data: string;
    id: string;
  }

  interface Blocked {
    blocked_at: string;
    display_name: string;
    handle: string;
    picture?: string | null;
    uuid: string;
  }

  interface ChangedEmail {
    digest: boolean;
  }

  interface ChangedMe {
    display_name?: string;
    shares_receipts?: boolean;
    who_may_write?: string | null;
  }

  interface ChangedMessage {
    after?: number | null;
    change_uuid?: string | null;
    message: string;
  }

  interface ChangedPassword {
    current_password: string;
    new_password: string;
  }

  interface Changes {
    hidden_seq?: number;
    last_change_seq: number;
    messages: Message[];
    receipts?: ReadMark[];
  }

  interface Confirmation {
    token: string;
  }

  interface Conversation {
    archived_at?: string | null;
    archived_seq?: number;
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
    last_kind?: "text" | "event";
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
    who_may_add?: "everybody" | "admins";
    who_may_rename?: "everybody" | "admins";
    who_may_write?: "everybody" | "admins";
  }

  interface CreationOptions {
    algorithms: number[];
    challenge: string;
    exclude: KnownKey[];
    rp_id: string;
    rp_name: string;
    timeout_seconds: number;
    user_display_name: string;
    user_id: string;
    user_name: string;
  }

  interface Credentials {
    handle: string;
    password: string;
    recovery_code?: string | null;
  }

  interface Dead {
    dead: DeadWebhook[];
  }

  interface DeadWebhook {
    at: string;
    number: number;
    ordering_key: string;
    sort_key?: string;
    type: string;
    webhook_id: string;
    why: string;
  }

  interface EditedGroup {
    colour?: number | null;
    emoji?: string | null;
    retention_days?: number | null;
    title?: string;
    who_may_add?: "everybody" | "admins";
    who_may_rename?: "everybody" | "admins";
    who_may_write?: "everybody" | "admins";
  }

  interface Email {
    digest: boolean;
    email: string | null;
    pending: string | null;
    sends_mail: boolean;
  }

  interface EndOfAccount {
    handle?: string | null;
    passkey?: AssertionIn | null;
    password?: string | null;
  }

  interface EndOfEmail {
    current_password: string;
  }

  interface Factors {
    has_password: boolean;
    passkeys: Passkey[];
    password_min_chars: number;
    recovery_codes_left: number;
    second_factor_since: string | null;
  }

  interface FieldProblem {
    detail: string;
    field: string;
  }

  interface Forgetful {
    who: string;
  }

  interface GroupHappening {
    days?: number | null;
    title?: string | null;
    type:
      | "made"
      | "renamed"
      | "pictured"
      | "added"
      | "joined"
      | "left"
      | "removed"
      | "retention"
      | "told";
    user_uuids?: string[];
  }

  interface Health {
    status: "live" | "ready";
  }

  interface HiddenMessages {
    seqs: number[];
  }

  interface HostKey {
    created_at: string;
    name: string;
    number: number;
    scopes: string[];
  }

  interface HostUser {
    avatar_url: string | null;
    created_at: string;
    disabled_at: string | null;
    display_name: string;
    external_id: string;
    handle: string;
    metadata: Record<string, string>;
    picture: string | null;
    uuid: string;
  }

  interface HostUserResult {
    external_id: string;
    problem?: Problem | null;
    status: number;
    user?: HostUser | null;
  }

  interface HostUsers {
    results: HostUserResult[];
  }

  interface InboxRow {
    archived_at?: string | null;
    archived_seq?: number;
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
    last_kind?: "text" | "event";
    last_seq: number;
    last_user_uuid: string | null;
    marked_unread?: boolean;
    mention_seq?: number;
    message: string;
    muted_until?: string | null;
    picture?: string | null;
    pin_order?: number;
    pinned_at?: string | null;
    preview_seq?: number | null;
    read_seq: number;
    settings_version?: number;
    title: string | null;
    unread: number;
    unread_events?: number[];
    unread_mark?: number | null;
    user_uuid: string | null;
    uuid: string;
  }

  interface Invitation {
    display_name: string;
    invited_at: string;
    message_group_uuid: string;
    title: string;
    user_uuid: string;
  }

  interface InviteMade {
    expires_at: number;
    needs_approval: boolean;
    token: string;
    uses_left: number;
  }

  interface Invite {
    expires_at: number;
    needs_approval: boolean;
    uses_left: number;
  }

  interface InvitedBy {
    display_name: string | null;
    expires_at: number;
  }

  interface InvitedTo {
    colour: number | null;
    emoji: string | null;
    needs_approval: boolean;
    people: number;
    title: string;
  }

  interface JoinRequest {
    asked_at: string;
    display_name: string;
    handle: string;
    picture?: string | null;
    uuid: string;
  }

  interface Joined {
    is_member: boolean;
    message_group_uuid: string | null;
  }

  interface KnownKey {
    id: string;
    transports: string[];
  }

  interface Me {
    display_name: string;
    handle: string;
    picture?: string | null;
    service_who_may_write: string;
    shares_receipts: boolean;
    uuid: string;
    who_may_write: string | null;
  }

  interface MemberChange {
    role: "owner" | "admin" | "member";
  }

  interface Member {
    display_name: string;
    handle: string;
    joined_seq: number;
    picture?: string | null;
    role?: "owner" | "admin" | "member";
    uuid: string;
  }

  interface Mention {
    handle: string;
    user_uuid: string;
  }

  interface Message {
    change_seq?: number;
    created_at: string;
    deleted_at?: string | null;
    display_name: string;
    edited_at?: string | null;
    event?: GroupHappening | null;
    handle: string;
    kind?: "text" | "event";
    mentions?: Mention[];
    message: string;
    message_group_uuid: string;
    reactions?: Record<string, string[]>;
    reply_to_seq?: number | null;
    seq: number;
    user_uuid: string;
    uuid: string;
  }

  interface MessageText {
    at: string;
    change_seq: number;
    message: string;
  }

  interface NewAccount {
    display_name: string;
    email?: string | null;
    handle: string;
    invite?: string | null;
    password: string;
  }

  interface NewEmail {
    current_password: string;
    email: string;
  }

  interface NewGroup {
    handles: string[];
    title: string;
  }

  interface NewHostUser {
    avatar_url?: string | null;
    display_name: string;
    handle?: string | null;
    metadata?: Record<string, string> | null;
  }

  interface NewHostUserOfBatch {
    avatar_url?: string | null;
    display_name: string;
    external_id: string;
    handle?: string | null;
    metadata?: Record<string, string> | null;
  }

  interface NewHostUsers {
    users: NewHostUserOfBatch[];
  }

  interface NewInvite {
    days?: number;
    needs_approval?: boolean;
    uses?: number;
  }

  interface NewMembers {
    handles: string[];
  }

  interface NewMessage {
    after?: number | null;
    handle?: string | null;
    message: string;
    message_group_uuid?: string | null;
    message_uuid?: string | null;
    reply_to_seq?: number | null;
    user_receiver_handle?: string | null;
  }

  interface NewPasskey {
    name?: string;
    passkey: AttestationIn;
    transports?: string[];
  }

  interface NewPushChoices {
    quiet_from?: number | null;
    quiet_until?: number | null;
    texts?: boolean;
  }

  interface NewPushDevice {
    auth: string;
    endpoint: string;
    key: string;
    p256dh: string;
    time_zone?: string;
  }

  interface NewReport {
    message_group_uuid: string;
    note?: string;
    reason: "spam" | "harassment" | "hate" | "violence" | "sexual" | "other";
    seq: number;
  }

  interface NewRowSettings {
    archived?: boolean;
    cleared_seq?: number;
    marked_unread?: boolean;
    muted_until?: string | null;
    pin_place?: number;
    pinned?: boolean;
  }

  interface NewSignUpInvite {
    days?: number;
    uses?: number;
  }

  interface NewSystemMessage {
    display_name?: string | null;
    message: string;
    message_group_uuid: string;
    message_uuid?: string | null;
  }

  interface NewToken {
    display_name?: string | null;
    external_id: string;
    ttl?: number;
  }

  interface NewWebhook {
    events?: "message" | "change" | "group" | "read" | "report" | "user"[];
    name: string;
    url: string;
  }

  interface PasskeyAsked {
    handle?: string | null;
    password?: string | null;
  }

  interface PasskeyCredentials {
    passkey: AssertionIn;
  }

  interface Passkey {
    created_at: string;
    id: string;
    is_synced: boolean;
    last_used_at: string | null;
    name: string;
  }

  interface PasswordByLink {
    new_password: string;
    token: string;
  }

  interface PeopleShownIn {
    user_uuids: string[];
  }

  interface Problem {
    code: string;
    detail: string;
    errors?: FieldProblem[];
    field?: string;
    status: number;
    title: string;
    type: string;
  }

  interface Profile {
    blocked_at?: string | null;
    created_at: string;
    display_name: string;
    handle: string;
    picture?: string | null;
    shared_groups: SharedGroup[];
    uuid: string;
  }

  interface ProofIn {
    passkey?: AssertionIn | null;
    password?: string | null;
  }

  interface PushChoices {
    quiet_from: number | null;
    quiet_until: number | null;
    texts: boolean;
  }

  interface PushDevice {
    created_at: string;
    device: string;
    id: string;
    is_current: boolean;
    time_zone: string;
  }

  interface Push {
    choices: PushChoices;
    devices: PushDevice[];
    key: string | null;
    texts_allowed: boolean;
  }

  interface ReadMark {
    read_at: string;
    read_seq: number;
    user_uuid: string;
  }

  interface ReadUpTo {
    seq: number;
  }

  interface RenamedPasskey {
    name: string;
  }

  interface ReplayedConversation {
    change_seq?: number | null;
    message_group_uuid: string;
    seq?: number;
  }

  interface Report {
    id: string;
  }

  interface RequestOptions {
    allow: KnownKey[];
    challenge: string;
    rp_id: string;
    timeout_seconds: number;
    user_verification: string;
  }

  interface Requests {
    count: number;
    has_more: boolean;
  }

  interface SecondFactorOn {
    recovery_codes: string[];
  }

  interface Sent {
    sent: SentWebhook[];
  }

  interface SentWebhook {
    answer: string;
    at: string;
    milliseconds: number;
    type: string;
    webhook_id: string;
  }

  interface Session {
    address: string;
    created_at: string;
    device: string;
    expires_at: string;
    id: string;
    is_current: boolean;
    last_used_at: string;
  }

  interface SharedGroup {
    colour?: number | null;
    emoji?: string | null;
    title: string | null;
    uuid: string;
  }

  interface SignUpInviteMade {
    expires_at: number;
    id: string;
    made_at: string;
    token: string;
    uses: number;
    uses_left: number;
  }

  interface SignUpInvite {
    expires_at: number;
    id: string;
    made_at: string;
    uses: number;
    uses_left: number;
  }

  interface SignUpToken {
    token: string;
  }

  interface SignedIn {
    recovery_codes_left?: number | null;
    token: string;
    user: User;
  }

  interface StartedGroup {
    archived_at?: string | null;
    archived_seq?: number;
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
    last_kind?: "text" | "event";
    last_seq: number;
    last_user_uuid: string | null;
    marked_unread?: boolean;
    mention_seq?: number;
    message: string;
    message_group_uuid: string;
    muted_until?: string | null;
    picture?: string | null;
    pin_order?: number;
    pinned_at?: string | null;
    preview_seq?: number | null;
    read_seq: number;
    settings_version?: number;
    title: string | null;
    unread: number;
    unread_events?: number[];
    unread_mark?: number | null;
    user_uuid: string | null;
    uuid: string;
  }

  interface Token {
    expires_at: string;
    token: string;
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

  interface WebhookMade {
    created_at: string;
    disabled_at?: string | null;
    events: "message" | "change" | "group" | "read" | "report" | "user"[];
    name: string;
    paused_at?: string | null;
    secret: string;
    url: string;
  }

  interface Webhook {
    created_at: string;
    disabled_at?: string | null;
    events: "message" | "change" | "group" | "read" | "report" | "user"[];
    name: string;
    paused_at?: string | null;
    url: string;
  }

  interface Webhooks {
    webhooks: Webhook[];
  }
}
