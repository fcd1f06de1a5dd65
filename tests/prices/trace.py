"""A day of a company's chat, the same each time: who writes to whom, and when.

Drawn as such traces are described: few of one's conversations have most of one's messages (a power law).
Messages come in bursts, of which most are short and some are long (log-normal, 10 at the median), with
half a minute between two of a burst. People write between eight and six. Two of them are desks that
answer everybody: theirs are the busy inboxes.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

PEOPLE = 600
DESKS = 2
BURSTS = 2000
SEED = 11
_MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


class Sent(NamedTuple):
    """One message of the trace: people are numbers, the desks the first ones."""

    at: datetime
    sender: int
    recipient: int


def trace() -> list[Sent]:
    """Returns the messages in the order of their times."""
    chance = Random(SEED)
    return sorted(sent for _ in range(BURSTS) for sent in _burst(chance))


def _burst(chance: Random) -> Iterator[Sent]:
    sender = chance.randrange(PEOPLE)
    pair = [sender, _other(sender, chance)]
    at = _MONDAY + timedelta(hours=chance.uniform(8, 18))
    for _ in range(max(1, round(chance.lognormvariate(2.3, 1)))):
        yield Sent(at, *pair)
        at += timedelta(seconds=chance.lognormvariate(3.4, 1))
        if chance.random() < 0.6:
            pair.reverse()


def _other(sender: int, chance: Random) -> int:
    """A quarter of all bursts are with a desk; the others follow a power law over one's colleagues."""
    if sender >= DESKS and chance.random() < 0.25:
        return chance.randrange(DESKS)
    return (sender + min(PEOPLE - 1, int(chance.paretovariate(1.1)))) % PEOPLE
