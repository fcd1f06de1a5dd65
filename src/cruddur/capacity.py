"""How many capacity units a load takes, and what they cost a month: pure functions over prices.py."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cruddur.messaging.append_message import TAIL_PAGE
from cruddur.messaging.inbox_rows import INDEX_SLACK
from cruddur.messaging.ports import Item
from cruddur.messaging.send_message import uuid7
from cruddur.model import Message
from cruddur.prices import CEILINGS, READ_MILLION_DOLLARS, WRITE_MILLION_DOLLARS, Ceiling
from cruddur.table.items import message_item

# Of the price list that prices.py names, Standard table class.
WRITE_HOUR_DOLLARS = 0.00065
READ_HOUR_DOLLARS = 0.00013
STORAGE_GB_DOLLARS = 0.25
FREE_STORAGE_GB = 25

# A page as `bench/read` found it, of messages of some 100 characters, without compression; and
# Momento's price by transfer.
INBOX_PAGE_BYTES = 10_500
CONVERSATION_PAGE_BYTES = 7_500
MOMENTO_GB_DOLLARS = 0.50

TARGET_USE = 0.7
"""The part of provisioned units that should be in use: the rest is for the next minute's peak."""

HOURS_A_MONTH = 730
_SECONDS_A_MONTH = HOURS_A_MONTH * 3600
_WRITE_UNIT_BYTES = 1024
_READ_UNIT_BYTES = 4096
_PAGE = 20
_MEASURED_CHARS = 100
_INDEXING_BYTES = 100  # DynamoDB adds them to each item that it stores
_GB = 1 << 30
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Load:
    """Calls a second, in the middle of a busy hour, and what else matters to the price.

    `moving` is how many of a person's conversations somebody writes in within an hour, `cold` the
    part of the messages that reach a process which does not remember their conversation,
    `hit_rate` the part of the reads that a cache answers.
    """

    sends: float
    users: int
    inbox_reads: float
    conversation_reads: float
    marks: float
    starts: float
    moving: float = 5
    cold: float = 0.1
    hit_rate: float = 0.0
    message_chars: int = 100


@dataclass(frozen=True, slots=True)
class Demand:
    """Units a second, the table's and its index's."""

    table_write: float = 0
    index_write: float = 0
    table_read: float = 0
    index_read: float = 0

    @property
    def write(self) -> float:
        return self.table_write + self.index_write

    @property
    def read(self) -> float:
        return self.table_read + self.index_read

    def __add__(self, other: "Demand") -> "Demand":
        return Demand(
            self.table_write + other.table_write,
            self.index_write + other.index_write,
            self.table_read + other.table_read,
            self.index_read + other.index_read,
        )

    def __mul__(self, times: float) -> "Demand":
        return Demand(
            self.table_write * times,
            self.index_write * times,
            self.table_read * times,
            self.index_read * times,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One access pattern under the load."""

    letter: str
    question: str
    calls: float
    demand: Demand


_CEILINGS: Mapping[str, Ceiling] = {ceiling.question: ceiling for ceiling in CEILINGS}
# What of a ceiling falls to the index: a refresh is a delete and a put in it for each of two
# members, a new conversation two puts; an inbox's walk reads half a unit of keys.
_INDEX_WRITES = {"project it and refresh the index, once an hour": 4, "start a conversation": 2}
_INDEX_READS = {"the 20 newest of an inbox": 0.5}
# What grows with the messages. A ceiling is for messages of a line or so; their conversation is read
# besides, for half a unit. And in a transaction, as a conversation starts, each write costs double.
_MESSAGES_READ = {
    "a conversation's 20 newest messages": _PAGE,
    "send a message, nothing remembered": TAIL_PAGE,
}
_GROUP_READ = 0.5
_MESSAGE_WRITES = {
    "send a message": 1,
    "send a message, nothing remembered": 1,
    "start a conversation": 2,
}


def lines(load: Load) -> Sequence[Line]:
    """Every pattern that the load has, each at its ceiling."""
    refreshes = min(load.sends, load.users * load.moving / 2 / INDEX_SLACK.total_seconds())
    cold = load.sends * load.cold
    calls = {
        "a conversation's 20 newest messages": load.conversation_reads * (1 - load.hit_rate),
        "the 20 newest of an inbox": load.inbox_reads * (1 - load.hit_rate),
        "send a message": load.sends - cold,
        "send a message, nothing remembered": cold,
        "project it": load.sends - refreshes,
        "project it and refresh the index, once an hour": refreshes,
        "start a conversation": load.starts,
        "mark read": load.marks,
    }
    return [_line(_CEILINGS[question], count, load) for question, count in calls.items()]


def total(found: Sequence[Line]) -> Demand:
    return sum((line.demand for line in found), Demand())


def provisioned(demand: Demand) -> Mapping[str, tuple[int, int]]:
    """(write, read) units to hold ready, for the table and for its index."""
    return {
        "table": (_held(demand.table_write), _held(demand.table_read)),
        "index": (_held(demand.index_write), _held(demand.index_read)),
    }


def on_demand_dollars(demand: Demand) -> float:
    """A month of it."""
    second = demand.write * WRITE_MILLION_DOLLARS + demand.read * READ_MILLION_DOLLARS
    return second / _MILLION * _SECONDS_A_MONTH


def provisioned_dollars(demand: Demand) -> float:
    """A month of it."""
    hour = sum(
        write * WRITE_HOUR_DOLLARS + read * READ_HOUR_DOLLARS
        for write, read in provisioned(demand).values()
    )
    return hour * HOURS_A_MONTH


def saved_dollars(load: Load) -> float:
    """What the reads that the cache answers would cost a month on demand."""
    with_cache, without = total(lines(load)), total(lines(replace(load, hit_rate=0)))
    return on_demand_dollars(without) - on_demand_dollars(with_cache)


def momento_dollars(load: Load) -> float:
    """A month of the pages that Momento hands out; increments and refills come on top."""
    longer = _PAGE * (load.message_chars - _MEASURED_CHARS)
    conversations = load.conversation_reads * (CONVERSATION_PAGE_BYTES + longer)
    pages = load.inbox_reads * INBOX_PAGE_BYTES + conversations
    return pages * load.hit_rate * _SECONDS_A_MONTH / _GB * MOMENTO_GB_DOLLARS


def storage_gb(messages: float, chars: int) -> float:
    """What so many messages take up, of so many one-byte characters each."""
    return messages * (item_bytes(_message(chars)) + _INDEXING_BYTES) / _GB


def monthly_messages(load: Load) -> float:
    return load.sends * _SECONDS_A_MONTH


def item_bytes(item: Item) -> int:
    """An item's size as DynamoDB counts it: names and values, of strings their UTF-8."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: object) -> int:
    match value:
        case str():
            return len(value.encode())
        case bool():
            return 1
        case int():
            return math.ceil(len(str(abs(value))) / 2) + 1
        case Mapping():
            return 3 + len(value) + item_bytes(value)
        case _:
            raise TypeError(f"an item may not hold a {type(value).__name__}")


def _line(ceiling: Ceiling, calls: float, load: Load) -> Line:
    index_write = _INDEX_WRITES.get(ceiling.question, 0)
    index_read = _INDEX_READS.get(ceiling.question, 0)
    write = ceiling.write + _more_write(ceiling.question, load.message_chars)
    read = max(ceiling.read, _messages_read(ceiling.question, load.message_chars))
    demand = Demand(write - index_write, index_write, read - index_read, index_read)
    return Line(ceiling.letter, ceiling.question, calls, demand * calls)


def _more_write(question: str, chars: int) -> int:
    """What a message costs beyond its first unit."""
    units = math.ceil(item_bytes(_message(chars)) / _WRITE_UNIT_BYTES)
    return _MESSAGE_WRITES.get(question, 0) * (units - 1)


def _messages_read(question: str, chars: int) -> float:
    """A conversation and some of its messages, of which DynamoDB adds up the bytes, at half price."""
    if question not in _MESSAGES_READ:
        return 0
    together = _MESSAGES_READ[question] * item_bytes(_message(chars))
    return _GROUP_READ + math.ceil(together / _READ_UNIT_BYTES) / 2


def _message(chars: int) -> Item:
    """A message of usual names."""
    message = Message(
        message_group_uuid=uuid7(),
        seq=1,
        message_uuid=uuid7(),
        message="m" * chars,
        user_uuid=uuid7(),
        user_handle="andrewbrown",
        user_display_name="Andrew Brown",
        created_at="2026-11-23T04:49:03.123Z",
    )
    return message_item(message)


def _held(units: float) -> int:
    return max(1, math.ceil(units / TARGET_USE))
