"""The load whose units and price are estimated."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """The calls a second in an average minute of a busy hour, and what else determines the price.

    `moving` is the number of a user's conversations that get messages within an hour, `cold` the part of
    the messages that reach a process without the conversation's tail, `hit_rate` the part of the reads
    that a cache answers. `members` is how many a conversation has, `processes` how many write side by
    side, `pages` how many pages are open, of which `opens` are opened a second.
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
    members: int = 2
    processes: int = 1
    pages: float = 0
    opens: float = 0
