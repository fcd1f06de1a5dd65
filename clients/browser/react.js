"use client";
// The client in React, from version 18 on. <Chat> connects while it is mounted; the hooks render again when something changes.

import {
  createContext,
  createElement,
  useContext,
  useEffect,
  useReducer,
  useRef,
  useState,
} from "react";
import { connect } from "./index.js";

const Context = createContext(null);
const NOTHING = { messages: 0, conversations: 0 };

/** Connects with `url` and `token`, as `connect` does. There is one on a page. */
export function Chat({ url, token, children }) {
  const ask = useRef(token);
  useEffect(() => {
    ask.current = token; // another function is no other connection
  });
  const [chat, setChat] = useState(null);
  useEffect(() => {
    const connected = connect({ url, token: (why) => ask.current(why) });
    setChat(connected);
    return () => {
      setChat(null);
      connected.close();
    };
  }, [url]);
  return createElement(Context.Provider, { value: chat }, children);
}

/** Renders again at each such event. */
function useChanges(source, name) {
  const [, again] = useReducer((count) => count + 1, 0);
  useEffect(() => {
    if (!source) return undefined;
    again(); // what came between the rendering and now
    return source.on(name, again);
  }, [source, name]);
}

/** The connection, or null before there is one; `chat.state` says how it is. */
export function useChat() {
  const chat = useContext(Context);
  useChanges(chat, "state");
  return chat;
}

/** The inbox, or null before there is a connection. */
export function useInbox() {
  const inbox = useContext(Context)?.inbox ?? null;
  useChanges(inbox, "change");
  return inbox;
}

/** How much is unread. */
export function useUnread() {
  const chat = useContext(Context);
  useChanges(chat, "unread");
  return chat?.unread ?? NOTHING;
}

/** A conversation by its uuid, `@` and a handle, or `ext:` and your own id; null before there is one. */
export function useConversation(to) {
  const chat = useContext(Context);
  const [conversation, setConversation] = useState(null);
  useEffect(() => {
    if (!chat || !to) return undefined;
    const opened = chat.conversation(to);
    setConversation(opened);
    return () => {
      setConversation(null);
      opened.close();
    };
  }, [chat, to]);
  useChanges(conversation, "change");
  return conversation;
}
