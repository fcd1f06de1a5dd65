"""Calls to addresses that somebody gave: a webhook of a host, the push service of a browser.

Such an address may be chosen by an attacker, who wants the service to call what only it can reach:
the machine's own ports, the network around it, the metadata of a cloud. So every call goes through this
port.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

CONNECT_SECONDS = 5.0
CALL_SECONDS = 15.0
"""The most seconds of a whole call: name, connection, request and answer."""

ANSWER_MAX_BYTES = 64 * 1024
"""What is read of an answer. The rest is left, and the connection closed."""

URL_MAX_CHARS = 2048


class OutboundRefused(Exception):
    """The address may not be called: its form is wrong, or it leads to where only this service can go.

    The text is a sentence for the person who gave the address, without what the address holds in secret.
    """


class OutboundFailed(Exception):
    """There was no whole answer: no such name, no connection, a wrong certificate, or not in time.

    The request may have arrived nevertheless. The text is a few words for a log.
    """


@dataclass(frozen=True, slots=True)
class OutboundAnswer:
    """What the other side answered. Names of headers are in small letters; of several, the first counts.

    `body` has at most ANSWER_MAX_BYTES. A redirect is an answer like any other, and is not followed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def asked_pause(self, now: datetime, most: float) -> float:
        """Returns the seconds that `Retry-After` asks for (RFC 9110, 10.2.3), `most` at the most.

        It is 0 where the header is missing, over, or neither a number of seconds nor a date.
        """
        text = self.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return min(float(text[:9]), most)
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return 0.0
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
        return min(max(0.0, seconds), most)


class Outbound(Protocol):
    """Calls addresses that somebody gave, and nothing that lies inside."""

    async def check(self, url: str) -> None:
        """Says early what a call would refuse. A call checks again, so this is for good manners only.

        Raises OutboundRefused, and OutboundFailed if the name leads nowhere now.
        """
        ...

    async def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        seconds: float = CALL_SECONDS,
    ) -> OutboundAnswer:
        """Sends this body once. Raises OutboundRefused, OutboundFailed."""
        ...

    async def get(
        self, url: str, headers: Mapping[str, str], *, seconds: float = CALL_SECONDS
    ) -> OutboundAnswer:
        """Asks once. Raises OutboundRefused, OutboundFailed."""
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...
