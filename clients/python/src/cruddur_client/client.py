"""The client that waits for each answer."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Self, TypeVar

import httpx

from cruddur_client import calls
from cruddur_client.addresses import checked_url
from cruddur_client.calls import Call
from cruddur_client.closing import Closing
from cruddur_client.event_parser import events_of
from cruddur_client.model import Changes, Conversation, Event, Message, User
from cruddur_client.retries import TRIES, Attempts, content_of, pauses, refusal_of
from cruddur_client.tokens import Token, headers_of

T = TypeVar("T")

TIMEOUT_SECONDS = 30.0
SILENCE_SECONDS = 75.0
"""A stream in which nothing came for so long is broken: the service sends a heartbeat more often."""


class Client(Closing):
    """Acts for one person. It repeats what fails for a moment; to repeat any of its requests is safe.

    `url` is the address of the service, with its path if it has one. Methods raise ApiError for a
    refusal, and Unavailable if the service did not answer at any of `tries` tries.
    """

    def __init__(self, url: str, token: Token, *, tries: int | None = TRIES) -> None:
        self._http = httpx.Client(base_url=checked_url(url), timeout=TIMEOUT_SECONDS)
        self._given = token
        self._token = token if isinstance(token, str) else ""
        self._tries = tries

    @classmethod
    def sign_in(cls, url: str, handle: str, password: str) -> Self:
        """Returns a client with a new session of this person, for 30 days."""
        with Client(url, "") as stranger:
            return cls(url, stranger.run(calls.sign_in(handle, password)))

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def me(self) -> User:
        """Returns the person for whom this client acts."""
        return self.run(calls.me())

    def conversations(self, *, unread: bool = False) -> Iterator[Conversation]:
        """Yields the conversations of the inbox, newest first, or those with unread messages."""
        call = calls.conversations(100, unread=unread)
        while True:
            answer = self._answer(call)
            yield from call.read(content_of(answer))
            link = answer.links.get("next")
            if link is None:
                return
            call = calls.following(str(answer.url.join(link["url"])))

    def conversation(self, conversation: str) -> Conversation:
        """Returns one conversation of the inbox."""
        return self.run(calls.conversation(conversation))

    def messages(
        self,
        conversation: str,
        *,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> list[Message]:
        """Returns the newest messages, or those before or after a number: at most 100, oldest first."""
        return self.run(calls.messages(conversation, before=before, after=after, limit=limit))

    def changes(self, conversation: str, *, after: int, limit: int = 100) -> Changes:
        """Returns the messages that were changed after the change of this number, as they are now."""
        return self.run(calls.changes(conversation, after=after, limit=limit))

    def send(
        self,
        text: str,
        *,
        conversation: str | None = None,
        to: str | None = None,
        message_uuid: str | None = None,
        after: int | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """Sends to a conversation, or to the person with the handle `to`. Returns the stored message.

        With the same `message_uuid` it is stored once, however often it is sent.
        """
        return self.run(
            calls.send(
                text,
                conversation=conversation,
                handle=to,
                message_uuid=message_uuid,
                after=after,
                reply_to=reply_to,
            )
        )

    def edit(self, message: Message, text: str) -> Message:
        """Gives one's own message another text."""
        return self.run(calls.edit(message, text))

    def delete(self, message: Message) -> Message:
        """Deletes one's own message for everybody. Its number stays."""
        return self.run(calls.delete(message))

    def react(self, message: Message, emoji: str) -> Message:
        """Puts one's own emoji on a message."""
        return self.run(calls.react(message, emoji))

    def mark_read(self, conversation: str, seq: int) -> None:
        """Marks a conversation as read up to this number."""
        self.run(calls.mark_read(conversation, seq))

    def events(self, last_event_id: str | None = None) -> Iterator[Event]:
        """Yields the events of this person without an end. It connects again by itself.

        Raises ApiError if the service refuses the token.

        After each connection comes `ready`, then what was missed, then `caught_up`. If that one's
        `is_complete` is false, read the inbox: too much was missed to be told.
        """
        attempts = self._attempts(None)
        while True:
            try:
                with self._stream(last_event_id) as answer:
                    if answer.is_success:
                        attempts = self._attempts(None)
                        for event in events_of(answer.iter_lines()):
                            last_event_id = event.id or last_event_id
                            yield event
                        pause = next(pauses())  # the service has ended it, as before a restart
                    else:
                        answer.read()
                        asked = self._pause_after(answer, attempts)
                        if asked is None:
                            raise refusal_of(answer)
                        pause = asked
            except httpx.TransportError as error:
                pause = attempts.after_failure(error)
            time.sleep(pause)

    def run(self, call: Call[T]) -> T:
        """Sends a request and returns its answer. Raises ApiError, Unavailable."""
        return call.read(content_of(self._answer(call)))

    def _answer(self, call: Call[T]) -> httpx.Response:
        attempts = self._attempts(self._tries)
        while True:
            try:
                answer = self._http.request(
                    call.method,
                    call.path,
                    json=call.body,
                    params=call.query,
                    headers=self._headers(),
                )
                pause = self._pause_after(answer, attempts)
            except httpx.TransportError as error:
                pause = attempts.after_failure(error)
            else:
                if pause is None:
                    return answer
            time.sleep(pause)

    def _stream(self, last_event_id: str | None) -> AbstractContextManager[httpx.Response]:
        resumed = {"Last-Event-ID": last_event_id} if last_event_id else {}
        return self._http.stream(
            "GET",
            calls.EVENTS,
            headers={**self._headers(), **resumed},
            timeout=httpx.Timeout(TIMEOUT_SECONDS, read=SILENCE_SECONDS),
        )

    def _attempts(self, tries: int | None) -> Attempts:
        return Attempts(tries, may_renew=callable(self._given))

    def _pause_after(self, answer: httpx.Response, attempts: Attempts) -> float | None:
        if attempts.renews(answer):
            self._token = ""
            return 0.0
        return attempts.after_answer(answer)

    def _headers(self) -> dict[str, str]:
        if not self._token and callable(self._given):
            self._token = self._given()
        return headers_of(self._token)
