"""A difference between what is stored and what follows from messages and their log of changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from cruddur.domain.erasure import Erasure
from cruddur.domain.item import Item, Key
from cruddur.domain.message_changes import FoldedChanges
from cruddur.domain.model import InboxRow, MessageGroup, User
from cruddur.domain.renaming import Renaming


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between the stored items and the messages.

    `expected` is the row as it should be, and `missing` are items that should exist. `is_behind` says
    that the row was right before the latest messages, which a projector may be processing.
    `dead_letter` is the sort key of a dead letter. `is_unreadable` says that the stored row holds no
    data and may be replaced. `changes` are those of a message that is not as the log says.
    `person` is the profile whose name others should have, `unwanted` are items of an older name, and
    `renaming` is a name that did not come to the conversation `where`, or to all of the person `where`.
    `erasure` is that of a person of whom something is left at `where`. `expired` is a group that has
    messages still which are too old.
    """

    where: str
    what: str
    found: InboxRow | None = None
    expected: InboxRow | None = None
    is_behind: bool = False
    dead_letter: str | None = None
    is_mended: bool = False
    is_unreadable: bool = False
    missing: Sequence[Item] = ()
    changes: FoldedChanges | None = None
    person: User | None = None
    unwanted: Sequence[Key] = ()
    renaming: Renaming | None = None
    erasure: Erasure | None = None
    expired: MessageGroup | None = None
