"""What a message of each length costs: `docs/prices.md` has the table."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.prices.patterns import Stage
from tests.stage import beside

from cruddur.messaging.inbox.project import project
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.list_messages import list_messages
from cruddur.ports.metering import Units, measured

PAGE = 20
LENGTHS = (
    (100, "x"),
    (700, "x"),
    (1024, "x"),
    (2048, "x"),
    (4096, "x"),
    (4096, "語"),
    (4096, "😀"),
)
_LETTERS = {"x": "Latin letters", "語": "CJK letters", "😀": "emoji"}


class Length(NamedTuple):
    """What a message of so many characters costs: in all, and a page of twenty such messages."""

    name: str
    sent: Units
    projected: Units
    edited: Units
    listed: Units


async def measure_lengths(stage: Stage) -> Sequence[Length]:
    """Returns the prices of each length, in this order."""
    return [await _measure(stage, chars, letter) for chars, letter in LENGTHS]


async def _measure(stage: Stage, chars: int, letter: str) -> Length:
    stage.text_of = lambda _: letter * chars
    for _ in range(PAGE):
        await stage.send(stage.messaging)
    await stage.project_new(stage.messaging)
    with measured() as sent:
        message = await stage.send(stage.messaging)
    changes = await stage.new_changes()
    with measured() as projected:
        await project(beside(stage.messaging), changes)
    with measured() as listed:
        await list_messages(beside(stage.messaging), stage.me.user_uuid, stage.group)
    text = "." + message.message[1:]
    with measured() as edited:
        await edit_message(stage.messaging, stage.me.user_uuid, stage.group, message.seq, text)
    return Length(f"{chars:,} {_LETTERS[letter]}", sent, projected, edited, listed)
