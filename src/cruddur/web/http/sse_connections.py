"""The open event streams of this process: by user, how they are woken, and how they are ended."""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import takewhile
from typing import Protocol

from cruddur.domain.errors import RateLimited, declare_code
from cruddur.identity.context import Session, SessionsEnded
from cruddur.logs import Log

_TOO_MANY = declare_code(
    "event_streams_exceed_max_20",
    "A person has at most 20 event streams open; the newest is refused.",
)

PER_USER_MAX = 20
"""The most streams of a user. A client that does not close its streams must not fill the memory."""

FULL_RETRY_SECONDS = 30.0
"""The seconds after which a client with too many streams tries again."""

LOOK_AGAIN_AFTER = (2.0, 20.0)
"""The pauses before searching for late events, in seconds. A message that another process sent just
before the stream opened is found once its inbox row has changed, mostly by the first search."""

RECONNECTS_PER_SECOND = 500
"""How many streams of one process may reconnect in a second, when all of them were ended at once."""

RETRY_MIN_SECONDS, RETRY_MAX_SECONDS = 1.0, 120.0
"""The least and the most time over which clients are told to spread their reconnects."""

HEARTBEAT_SECONDS = 15.0
"""The seconds between two heartbeats of an event stream."""

_FLUSHED_AT_ONCE = 200
"""How many streams are written to before other work has its turn."""

_log = Log()


class OpenStream(Protocol):
    """One open stream."""

    user_uuid: str
    session: Session

    def flush(self) -> None:
        """Writes what has arrived."""

    def beat(self) -> None:
        """Called every HEARTBEAT_SECONDS."""

    def end(self) -> None:
        """Ends the stream. Its device reconnects if it may."""


class Streams:
    """All open streams, by user."""

    def __init__(self) -> None:
        self._of_user: dict[str, list[OpenStream]] = {}
        self.count = 0

    def open(self, stream: OpenStream) -> None:
        """Registers the stream. Raises RateLimited."""
        self.require_room(stream.user_uuid)
        self._of_user.setdefault(stream.user_uuid, []).append(stream)
        self.count += 1

    def require_room(self, user_uuid: str) -> None:
        """Raises RateLimited if the user has the most streams that are allowed.

        The newest stream is refused. If the oldest were ended instead, its device would reconnect and
        end the next one, without an end.
        """
        if len(self._of_user.get(user_uuid, ())) >= PER_USER_MAX:
            raise RateLimited(
                f"At most {PER_USER_MAX} event streams of one person are open at a time.",
                retry_after=FULL_RETRY_SECONDS,
                code=_TOO_MANY,
            )

    def is_first(self, stream: OpenStream) -> bool:
        """Whether this is the user's first stream, which acts for all of them."""
        return next(iter(self._of_user.get(stream.user_uuid, ())), None) is stream

    def has(self, user_uuid: str) -> bool:
        """Whether the user has an open stream in this process."""
        return user_uuid in self._of_user

    def retry_seconds(self) -> float:
        """The time over which the clients of this process spread their reconnects."""
        needed = self.count / RECONNECTS_PER_SECOND
        return min(RETRY_MAX_SECONDS, max(RETRY_MIN_SECONDS, needed))

    def end_sessions(self, ended: SessionsEnded) -> None:
        """Ends the streams of the sessions that have ended."""
        for stream in tuple(self._of_user.get(ended.user_uuid, ())):
            if ended.ends(stream.session.token_id):
                stream.end()

    def forget(self, stream: OpenStream) -> None:
        """Removes a stream that has ended."""
        mine = self._of_user[stream.user_uuid]
        mine.remove(stream)
        self.count -= 1
        if not mine:
            del self._of_user[stream.user_uuid]


class FlushQueue:
    """Writes to streams soon after something arrived for them, some streams at a time.

    All that arrives for a stream in one iteration of the event loop is one write.
    """

    def __init__(self) -> None:
        self._waiting: deque[OpenStream] = deque()

    def add(self, stream: OpenStream) -> None:
        """Lets the stream be flushed soon. A stream is added once until then."""
        self._waiting.append(stream)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        for _ in range(min(_FLUSHED_AT_ONCE, len(self._waiting))):
            _try(self._waiting.popleft().flush)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._flush)


class Heartbeats:
    """Calls `beat` of each stream at equal intervals, with one timer for all of them."""

    def __init__(self) -> None:
        self.seconds = HEARTBEAT_SECONDS
        self._due: dict[OpenStream, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def start(self, stream: OpenStream) -> None:
        """Begins to call the stream."""
        self._due[stream] = asyncio.get_running_loop().time() + self.seconds
        if self._timer is None:
            self._wait()

    def stop(self, stream: OpenStream) -> None:
        """Calls the stream no more."""
        self._due.pop(stream, None)

    def _wait(self) -> None:
        pause = min(0.5, self.seconds / 4)
        self._timer = asyncio.get_running_loop().call_later(pause, self._sweep)

    def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        # All streams have the same interval, so they are in the order of their times.
        for stream, _ in tuple(takewhile(lambda entry: entry[1] <= now, self._due.items())):
            del self._due[stream]
            self._due[stream] = now + self.seconds
            _try(stream.beat)
        self._timer = None
        if self._due:
            self._wait()


def _try(act: Callable[[], None]) -> None:
    """Lets no failing stream silence the others, which the same queue and timer serve."""
    try:
        act()
    except Exception:  # noqa: BLE001  whatever it is, the other streams go on
        _log.exception("an event stream failed")
