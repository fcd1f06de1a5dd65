"""The load whose units and price are estimated."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """The calls a second in an average minute of a busy hour, and what else determines the price.

    `moving` is the number of a user's conversations that get messages within an hour, `cold` the part of
    the messages that reach a process without the conversation's tail, `hit_rate` the part of the reads
    that a cache answers. `members` is how many a conversation has, `processes` how many write side by
    side, `pages` how many pages are open, of which `opens` are opened a second.

    `receipts` is the part of the marks that the other members learn of. The rest are counts a second:
    `edits` and deletions, `reactions`, `pushes` to a person, `events` to a webhook, and `mails`.
    `mailed` is how many people get a mail of what they have not read.
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
    receipts: float = 1.0
    edits: float = 0
    reactions: float = 0
    pushes: float = 0
    events: float = 0
    mails: float = 0
    mailed: float = 0

    @property
    def changes(self) -> float:
        """The edits, deletions and reactions a second."""
        return self.edits + self.reactions

    @property
    def requests(self) -> float:
        """The requests a second, without those of a page that is opened."""
        reads = self.inbox_reads + self.conversation_reads
        return self.sends + self.starts + reads + self.marks + self.changes
