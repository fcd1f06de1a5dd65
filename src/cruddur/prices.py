"""The access patterns, what each may cost in capacity units, and what a unit costs in money.

The ceilings are promises: tests/prices runs each pattern on an engine that reports its units.
"""

from dataclasses import dataclass

REGION = "us-east-1"
AS_OF = "on the price list in force since November 2024"
WRITE_MILLION_DOLLARS = 0.625
READ_MILLION_DOLLARS = 0.125


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that one pattern may cost, of two people, in items of 1 KB or less.

    `pattern` is the name under which `table.metering` counts it.
    """

    letter: str
    pattern: str
    question: str
    write: float
    read: float


CEILINGS = (
    Ceiling("A", "list_messages", "a conversation's 20 newest messages", write=0, read=1.5),
    Ceiling("B", "list_inbox", "the 20 newest of an inbox", write=0, read=10.5),
    Ceiling("C", "send_message", "send a message", write=1, read=0),
    Ceiling("C", "send_message", "send a message, nothing remembered", write=1, read=2),
    Ceiling("D", "project", "project it", write=2, read=2),
    Ceiling("D", "project", "project it and refresh the index, once an hour", write=6, read=2),
    Ceiling("E", "start_group", "start a conversation", write=10, read=0),
    Ceiling("F", "mark_read", "mark read", write=1, read=0),
    Ceiling("G", "find_user", "find a person by handle", write=0, read=0.5),
    Ceiling("G", "search_handles", "people whose handle begins so", write=0, read=0.5),
)


def dollars_per_million(write: float, read: float) -> float:
    """What a million calls of so many units cost on demand."""
    return write * WRITE_MILLION_DOLLARS + read * READ_MILLION_DOLLARS
