"""What stands in the message list: a section for each day, and in it messages in runs of one sender.

`static/js/message_rows.js` computes this in the browser, with days in the reader's time zone.
`tests/js/message_rows.test.js` compares the two, and `tests/browser/test_first_paint.py` their HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import nan

from cruddur.domain.model import Message

_RUN_SECONDS = 10 * 60


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message, and its place in a run of messages that one person sent within ten minutes."""

    message: Message
    is_first: bool
    is_last: bool
    is_first_unread: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The messages below one line with a date. `at` is the time of the first of them."""

    at: str
    rows: list[MessageRow] = field(default_factory=list)


def days_of(messages: Sequence[Message], new_from: int | None, user_uuid: str) -> list[Day]:
    """Returns what a person sees of these messages, which are in the order of their numbers.

    `new_from` is the number of the first message that the person has not read; None shows no line about
    new messages. A day has one line, even if a wrong clock makes it come twice.
    """
    unread = _first_unread(messages, new_from, user_uuid)
    days: list[Day] = []
    seen = set[str]()
    for at, message in enumerate(messages):
        day = _day(message)
        if day not in seen:
            seen.add(day)
            days.append(Day(message.created_at))
        is_first = at == 0 or not _continues(messages[at - 1], message, unread)
        is_last = at + 1 == len(messages) or not _continues(message, messages[at + 1], unread)
        days[-1].rows.append(MessageRow(message, is_first, is_last, message is unread))
    return days


def _first_unread(
    messages: Sequence[Message], new_from: int | None, user_uuid: str
) -> Message | None:
    if new_from is None:
        return None
    unread = (
        one
        for one in messages
        if one.seq >= new_from and one.user_uuid != user_uuid and one.kind == "text"
    )
    return next(unread, None)


def _continues(one: Message, other: Message, unread: Message | None) -> bool:
    is_event = "event" in (one.kind, other.kind)
    is_same = one.user_uuid == other.user_uuid and _day(one) == _day(other) and not is_event
    return is_same and other is not unread and _seconds(other) - _seconds(one) < _RUN_SECONDS


def _day(message: Message) -> str:
    return message.created_at[:10]


def _seconds(message: Message) -> float:
    """Returns NaN, which compares as false, for a time that another program wrote in another form."""
    try:
        moment = datetime.fromisoformat(message.created_at)
    except ValueError:
        return nan
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
