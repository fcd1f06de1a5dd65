"""Estimates a load's capacity units and their price a month, by pure functions over prices.py."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cruddur.messaging.messages.find_stored import TAIL_PAGE
from cruddur.ports.metering import Ceiling, Units
from cruddur.tools.capacity.calls import calls
from cruddur.tools.capacity.ceilings import ceilings
from cruddur.tools.capacity.load import Load
from cruddur.tools.capacity.prices import READ_MILLION_DOLLARS, WRITE_MILLION_DOLLARS
from cruddur.tools.capacity.sizes import item_bytes, usual_group, usual_message

# These prices are from the price list that prices.py names, for the Standard table class.
WRITE_HOUR_DOLLARS = 0.00065
READ_HOUR_DOLLARS = 0.00013
STORAGE_GB_DOLLARS = 0.25
FREE_STORAGE_GB = 25

# The size of a page by `bench/read`, of messages of about 100 characters, without compression; and
# Momento's price for transfer.
INBOX_PAGE_BYTES = 10_500
CONVERSATION_PAGE_BYTES = 7_500
MOMENTO_GB_DOLLARS = 0.50

TARGET_USE = 0.7
"""The part of provisioned units that should be in use. The rest is for peaks within a minute."""

HOURS_A_MONTH = 730
_SECONDS_A_MONTH = HOURS_A_MONTH * 3600
_WRITE_UNIT_BYTES = 1024
_READ_UNIT_BYTES = 4096
_PAGE = 20
_MEASURED_CHARS = 100
_INDEXING_BYTES = 100  # DynamoDB adds these to each stored item
_GB = 1 << 30
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One access pattern under the load. `demand` is in capacity units a second."""

    letter: str
    question: str
    calls: float
    demand: Units


# The index's part of a ceiling. A refresh is a delete and a put for each of two members, a new
# conversation two puts, and the walk through an inbox reads keys for half a unit.
_INDEX_WRITES = {"project it and refresh the index, once an hour": 4, "start a conversation": 2}
_INDEX_READS = {"the 20 newest of an inbox": 1}
# The patterns that cost more for longer messages. Ceilings are for messages of about a line; reading
# their conversation costs half a unit more. A transaction, which starts a conversation, costs double.
_MESSAGES_READ = {
    "a conversation's 20 newest messages": _PAGE,
    "send a message, nothing remembered": TAIL_PAGE,
}
_EDIT, _REACT = "edit or delete a message, applied", "react to a message, applied"
_EDITED_BYTES = (
    100  # what a changed message has more: the change's number and time, a few reactions
)
_GROUP_READ = 0.5
_ROW_READ = 0.5
_TWO = 2  # the members for whom ceilings are declared
_MESSAGE_WRITES = {
    "send a message": 1,
    "send a message, nothing remembered": 1,
    "start a conversation": 2,
}


# What is no access pattern of its own. Where another process wrote the message before, a process reads
# on from where it was, and now and then a put fails, which is billed. A page reads the index four times:
# twice to list the inbox, and twice to see what moved while it was opened.
_OVERTAKEN = "read on, as another process wrote last"
_OPEN = "open a page"
_PAGE_INDEX = 2
_OF_TWENTY = "send a message, one of 20 processes"
_PLACES = "keep a consumer's lease and place, a minute"
_PLACE_WRITES = 8
"""Six write units a minute for the lease, and two for the place (docs/feed.md)."""


def _others() -> Mapping[str, tuple[str, Units]]:
    alone, of_twenty, page = (ceilings()[name] for name in ("send a message", _OF_TWENTY, _OPEN))
    more = Units(table_write=of_twenty.write - alone.write, table_read=of_twenty.read - alone.read)
    return {
        _OVERTAKEN: (alone.letter, more),
        _OPEN: (page.letter, Units(table_read=page.read - _PAGE_INDEX, index_read=_PAGE_INDEX)),
        _PLACES: ("X", Units(table_write=_PLACE_WRITES)),
    }


def lines(load: Load) -> Sequence[Line]:
    """Returns every pattern of the load, each at its ceiling."""
    # With messages of all processes mixed, the one before is another process's that often.
    overtaken = load.sends * (1 - 1 / load.processes)
    consumers = bool(load.pushes) + bool(load.events)
    others = {_OVERTAKEN: overtaken, _OPEN: load.opens, _PLACES: consumers / 60}
    asked = {question: count for question, count in calls(load).items() if count}
    found = [_line(ceilings()[question], count, load) for question, count in asked.items()]
    return found + [_other(question, count) for question, count in others.items() if count]


def total(found: Sequence[Line]) -> Units:
    """Returns the sum of the lines' demands."""
    return sum((line.demand for line in found), Units())


def provisioned(demand: Units) -> Mapping[str, tuple[int, int]]:
    """Returns the (write, read) units to provision for the table and for its index."""
    return {
        "table": (_held(demand.table_write), _held(demand.table_read)),
        "index": (_held(demand.index_write), _held(demand.index_read)),
    }


def on_demand_dollars(demand: Units) -> float:
    """Returns the price of a month on demand, in US dollars."""
    second = demand.write * WRITE_MILLION_DOLLARS + demand.read * READ_MILLION_DOLLARS
    return second / _MILLION * _SECONDS_A_MONTH


def provisioned_dollars(demand: Units) -> float:
    """Returns the price of a month with provisioned units, in US dollars."""
    hour = sum(
        write * WRITE_HOUR_DOLLARS + read * READ_HOUR_DOLLARS
        for write, read in provisioned(demand).values()
    )
    return hour * HOURS_A_MONTH


def saved_dollars(load: Load) -> float:
    """Returns what the reads that the cache answers would cost a month on demand, in US dollars."""
    with_cache, without = total(lines(load)), total(lines(replace(load, hit_rate=0)))
    return on_demand_dollars(without) - on_demand_dollars(with_cache)


def momento_dollars(load: Load) -> float:
    """Returns the price of a month of cached pages from Momento, in US dollars.

    Increments and fills are not included.
    """
    longer = _PAGE * (load.message_chars - _MEASURED_CHARS)
    conversations = load.conversation_reads * (CONVERSATION_PAGE_BYTES + longer)
    pages = load.inbox_reads * INBOX_PAGE_BYTES + conversations
    return pages * load.hit_rate * _SECONDS_A_MONTH / _GB * MOMENTO_GB_DOLLARS


def storage_gb(messages: float, chars: int) -> float:
    """Returns the size of this number of messages, with this number of one-byte characters each."""
    return messages * (item_bytes(usual_message(chars)) + _INDEXING_BYTES) / _GB


def monthly_messages(load: Load) -> float:
    """Returns the number of messages a month."""
    return load.sends * _SECONDS_A_MONTH


def monthly_items(load: Load) -> float:
    """Returns the number of messages and changes a month. A change has about the size of a message."""
    return (load.sends + load.changes) * _SECONDS_A_MONTH


def _line(ceiling: Ceiling, calls: float, load: Load) -> Line:
    index_write = _INDEX_WRITES.get(ceiling.question, 0)
    index_read = _INDEX_READS.get(ceiling.question, 0)
    write = ceiling.write + _more_write(ceiling.question, load.message_chars)
    read = max(ceiling.read, _messages_read(ceiling.question, load.message_chars))
    demand = Units(read - index_read, index_read, write - index_write, index_write)
    demand += _of_members(ceiling.question, load.members)
    return Line(ceiling.letter, ceiling.question, calls, demand * calls)


def _other(question: str, calls: float) -> Line:
    letter, demand = _others()[question]
    return Line(letter, question, calls, demand * calls)


def _of_members(question: str, members: int) -> Units:
    """What each member beyond the second costs: a row, and room in the group."""
    if members == _TWO:
        return Units()
    # The members of a group change, so that it is read strongly, at twice the price.
    more, group = members - _TWO, 2 * _group_units(members) - _group_units(_TWO)
    match question:
        case "project it" | "bring it to the rows":
            return Units(table_write=more, table_read=more * _ROW_READ + group)
        case "project it and refresh the index, once an hour":
            return Units(
                table_write=more, index_write=2 * more, table_read=more * _ROW_READ + group
            )
        case "start a conversation":  # a transaction, which costs double on the table
            return Units(table_write=2 * more, index_write=more)
        case _ if question in _MESSAGES_READ:
            return Units(table_read=group)
    return Units()


def _group_units(members: int) -> float:
    """The read units of a group, eventually consistent."""
    return math.ceil(item_bytes(usual_group(members)) / _READ_UNIT_BYTES) / 2


def _more_write(question: str, chars: int) -> int:
    """The write units of a message beyond the first one, and of an edit beyond its two."""
    size = item_bytes(usual_message(chars))
    if question == _EDIT:  # the first one, whose change holds the text before it too
        return _write_units(size + chars) + _write_units(size + _EDITED_BYTES) - 2
    if question == _REACT:
        return _write_units(size + _EDITED_BYTES) - 1
    return _MESSAGE_WRITES.get(question, 0) * (_write_units(size) - 1)


def _write_units(size: int) -> int:
    return math.ceil(size / _WRITE_UNIT_BYTES)


def _messages_read(question: str, chars: int) -> float:
    """The read units of a conversation and its messages, eventually consistent."""
    if question not in _MESSAGES_READ:
        return 0
    together = _MESSAGES_READ[question] * item_bytes(usual_message(chars))
    return _GROUP_READ + math.ceil(together / _READ_UNIT_BYTES) / 2


def _held(units: float) -> int:
    return max(1, math.ceil(units / TARGET_USE))
