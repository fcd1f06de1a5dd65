import type { ReactNode } from "react";
import type { Chat as Connection, Conversation, Inbox, Options, Unread } from "./index.js";

/** Connects while it is mounted. There is one on a page. */
export function Chat(properties: Options & { children?: ReactNode }): ReactNode;

/** The connection, or null before there is one. */
export function useChat(): Connection | null;

/** The inbox, or null before there is a connection. */
export function useInbox(): Inbox | null;

/** How much is unread. */
export function useUnread(): Unread;

/** A conversation by its uuid, `@` and a handle, or `ext:` and your own id; null before there is one. */
export function useConversation(to: string | null | undefined): Conversation | null;
