"""The event streams that are open in this process: whose they are, and how they are ended."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from cruddur.identity.service import Session
from cruddur.model import User

PER_USER_MAX = 20
"""Enough for anybody's tabs and devices; one that forgets to close must not hold the server's memory."""


class Stream:
    """One open stream."""

    def __init__(self, user: User, session: Session) -> None:
        self.user = user
        self.session = session
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


class Streams:
    """All open streams, by person."""

    def __init__(self) -> None:
        self._of_user: dict[str, list[Stream]] = {}
        self.count = 0

    @contextmanager
    def opened(self, stream: Stream) -> Iterator[None]:
        """Known for as long as the context lasts. The oldest of too many is ended."""
        mine = self._of_user.setdefault(stream.user.user_uuid, [])
        mine.append(stream)
        self.count += 1
        for old in mine[:-PER_USER_MAX]:
            old.end()
        try:
            yield
        finally:
            self._forget(stream)

    def is_first(self, stream: Stream) -> bool:
        """Whether this one speaks for its person, where one of them is enough."""
        return next(iter(self._of_user.get(stream.user.user_uuid, ())), None) is stream

    def has(self, user_uuid: str) -> bool:
        return user_uuid in self._of_user

    def end_session(self, session: Session) -> None:
        """Ends what was opened with this token."""
        for stream in self._of_user.get(session.user_uuid, ()):
            if stream.session.token_id == session.token_id:
                stream.end()

    def _forget(self, stream: Stream) -> None:
        mine = self._of_user[stream.user.user_uuid]
        mine.remove(stream)
        self.count -= 1
        if not mine:
            del self._of_user[stream.user.user_uuid]
