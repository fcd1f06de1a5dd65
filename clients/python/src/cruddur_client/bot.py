"""A bot: a function that is called once for each message, and whose answer is stored once.

Three things make that true. Messages have numbers without a gap, so the bot knows what it has not dealt
with, after any absence. An answer's `message_uuid` is made from the message that it answers, so that an
answer that is sent again is stored once. And how far the bot has come is on disk before the next message
is begun.
"""

import asyncio
import inspect
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar, cast
from uuid import UUID, uuid5

from cruddur_client.async_client import AsyncClient
from cruddur_client.errors import ApiError
from cruddur_client.model import Conversation, Event, Message
from cruddur_client.places import Places
from cruddur_client.retries import pauses
from cruddur_client.tokens import AsyncToken

Answer = str | Sequence[str] | None
AsyncHandler = Callable[[Message], Awaitable[Answer]]
Handler = Callable[[Message], Answer] | AsyncHandler
H = TypeVar("H", bound=Handler)

HANDLER_TRIES = 5
"""How often a handler is called for one message. If it fails each time, the bot gives no answer."""

_AT_ONCE = 16
_PAGE = 100
_TOLD_MAX = 1000
"""How many messages of events are kept until their turn comes. Others are read when it does."""

_ANSWERS = UUID("6d9a3a7e-0f0f-4c53-9e0b-5d1f6c1f7a11")
_UNAUTHORIZED, _NOT_FOUND = 401, 404

_log = logging.getLogger("cruddur_client.bot")


class Bot:
    """Answers the messages that come to one account.

    `state` is a file that says how far the bot has come. Without it a bot that starts again begins with
    what its account has not read, and may pass over messages that came while it answered earlier ones.
    """

    def __init__(self, url: str, token: AsyncToken, *, state: str | Path | None = None) -> None:
        self._client = AsyncClient(url, token, tries=None)
        self._state = state
        self._handler: Handler | None = None

    def on_message(self, handler: H) -> H:
        """Makes this the function that gets each message; use it as a decorator.

        It returns the answer, several, or None. It is not called for the bot's own messages, for events
        of a group, or for what was deleted. After an exception it is called again, `HANDLER_TRIES` times
        in all. Messages of one conversation come one after the other, and those of several come at
        once: a plain function runs in threads, and a coroutine function in the event loop.
        """
        self._handler = handler
        return handler

    def run(self) -> None:
        """Runs until SIGINT or SIGTERM. Raises ApiError if the service refuses the token, StateInUse."""
        asyncio.run(self._until_stopped())

    async def serve(self) -> None:
        """Runs until it is cancelled, in an event loop of your own."""
        if self._handler is None:
            raise ValueError("the bot has no handler: decorate a function with on_message")
        handler = _awaitable(self._handler)
        async with self._client:
            me = await self._client.me()
            places = Places.open(self._state, me.uuid)
            try:
                await _Run(self._client, me.uuid, handler, places).follow()
            finally:
                places.close()

    async def _until_stopped(self) -> None:
        serving = asyncio.ensure_future(self.serve())
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
        with suppress(asyncio.CancelledError):
            await serving


def _awaitable(handler: Handler) -> AsyncHandler:
    if inspect.iscoroutinefunction(handler):
        return cast(AsyncHandler, handler)
    plain = cast(Callable[[Message], Answer], handler)
    return lambda message: asyncio.to_thread(plain, message)


class _Run:
    """A bot that runs. Each conversation has a task while it has messages that are not dealt with."""

    def __init__(
        self, client: AsyncClient, user_uuid: str, handler: AsyncHandler, places: Places
    ) -> None:
        self._client = client
        self._user_uuid = user_uuid
        self._handler = handler
        self._places = places
        self._wanted: dict[str, int] = {}
        self._told: dict[tuple[str, int], Message] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def follow(self) -> None:
        """Follows the events. Raises what ended a conversation's task, if that ends the bot."""
        following = asyncio.ensure_future(self._follow())
        try:
            await asyncio.wait({following, self._failed}, return_when=asyncio.FIRST_COMPLETED)
            (self._failed if self._failed.done() else following).result()
        finally:
            tasks = [following, *self._tasks.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._failed.cancel()

    async def _follow(self) -> None:
        async for event in self._client.events():
            await self._take(event)

    async def _take(self, event: Event) -> None:
        data = event.data
        if event.type == "message":
            message = Message.from_json(data)
            if len(self._told) < _TOLD_MAX:
                self._told[message.conversation, message.seq] = message
            await self._want(message.conversation, message.seq)
        elif event.type == "group":
            await self._want(data["uuid"], data["last_seq"], data["read_seq"])
        elif event.type == "caught_up" and not data["is_complete"]:
            async for row in self._client.conversations():
                await self._want(row.uuid, row.last_seq, row.read_seq)

    async def _want(self, conversation: str, seq: int, read_seq: int | None = None) -> None:
        """Notes that the conversation has messages up to this number, and deals with those."""
        place = self._places.get(conversation)
        if place is None:
            # It is stored before anything is answered here: an answer counts as having read.
            place = await self._read_seq(conversation) if read_seq is None else read_seq
            self._places.put(conversation, place)
        self._wanted[conversation] = max(seq, self._wanted.get(conversation, 0))
        if place >= seq:
            self._told.pop((conversation, seq), None)
        elif conversation not in self._tasks:
            self._tasks[conversation] = asyncio.create_task(self._deal_with(conversation))

    async def _read_seq(self, conversation: str) -> int:
        try:
            row: Conversation = await self._client.conversation(conversation)
        except ApiError as error:
            if error.status != _NOT_FOUND:
                raise
            return 0  # so new that it is in no inbox yet
        return row.read_seq

    async def _deal_with(self, conversation: str) -> None:
        try:
            while (self._places.get(conversation) or 0) < self._wanted[conversation]:
                async with self._turns:
                    await self._answer_some(conversation)
        except ApiError as error:
            if error.status == _UNAUTHORIZED and not self._failed.done():
                self._failed.set_exception(error)
            # The bot is no member any more, or somebody has blocked it.
            _log.warning("conversation %s: %s", conversation, error)
        except Exception as error:  # noqa: BLE001  the bot ends with it, instead of passing over messages
            if not self._failed.done():
                self._failed.set_exception(error)
        finally:
            del self._tasks[conversation]

    async def _answer_some(self, conversation: str) -> None:
        wanted, place = self._wanted[conversation], self._places.get(conversation) or 0
        told = self._told.get((conversation, place + 1))
        messages = [told] if told else await self._read_on(conversation, place)
        if not messages:  # the others are hidden from the bot
            self._places.put(conversation, wanted)
            return
        for message in messages:
            if self._is_to_answer(message):
                await self._answer(message)
            self._places.put(conversation, message.seq)
            self._told.pop((conversation, message.seq), None)
        if messages[-1].user_uuid != self._user_uuid:
            await self._client.mark_read(conversation, messages[-1].seq)

    async def _read_on(self, conversation: str, place: int) -> list[Message]:
        return await self._client.messages(conversation, after=place, limit=_PAGE)

    def _is_to_answer(self, message: Message) -> bool:
        is_text = message.kind == "text" and message.deleted_at is None
        return is_text and message.user_uuid != self._user_uuid

    async def _answer(self, message: Message) -> None:
        given = await self._ask(message)
        texts = [given] if isinstance(given, str) else given or []
        for number, text in enumerate(texts):
            name = f"{self._user_uuid}/{message.conversation}/{message.seq}/{number}"
            try:
                await self._client.send(
                    text,
                    conversation=message.conversation,
                    message_uuid=str(uuid5(_ANSWERS, name)),
                    after=message.seq,
                )
            except ApiError as error:
                if error.status == _UNAUTHORIZED:
                    raise
                _log.warning("no answer to %s/%s: %s", message.conversation, message.seq, error)

    async def _ask(self, message: Message) -> Answer:
        """Returns what the handler says, or None if it fails each time."""
        for pause in [*pauses(HANDLER_TRIES), None]:
            try:
                return await self._handler(message)
            except Exception:  # noqa: BLE001  the handler is not ours
                _log.exception("the handler failed for %s/%s", message.conversation, message.seq)
            if pause is not None:
                await asyncio.sleep(pause)
        return None
