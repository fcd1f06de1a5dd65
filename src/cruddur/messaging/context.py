"""The dependencies of messaging's use cases: table, bus, clock and this process's memory."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cachetools import FIFOCache

from cruddur.domain.checked_texts import MESSAGE_MAX_CHARS
from cruddur.domain.model import InboxRow, Message, MessageGroup, timestamp
from cruddur.domain.who_may_write import WhoMayWrite
from cruddur.messaging.busy_inboxes import BusyInboxes
from cruddur.messaging.change_tails import ChangeTails
from cruddur.messaging.events import MessagingEvent
from cruddur.messaging.index_places import HOUR, Slack, chosen_part
from cruddur.messaging.moved_groups import MovedGroups
from cruddur.messaging.newest_names import NewestNames
from cruddur.messaging.tails import Tails
from cruddur.ports.bus import Bus, Event
from cruddur.ports.clock import utc_now
from cruddur.ports.remembered import Remembered
from cruddur.ports.table import Table, Write
from cruddur.ports.wrappable import Wrappers

REMEMBERED_GROUPS = 16384


DIRECT_GROUP_SECONDS = 600.0
"""How long a direct conversation is remembered. So long a process that no event reaches may not know a
name in it, or that one of the two has blocked the other."""

SHOWN_SECONDS = 60.0
"""How long it is remembered for what shows messages. So long another process may not know that a member
has cleared it, if no event says so."""


class DirectGroups:
    """The direct conversations used last. Their members never change, only the names of these, and what
    they have cleared and blocked.
    """

    def __init__(self, seconds: float = DIRECT_GROUP_SECONDS) -> None:
        self._groups: Remembered[str, MessageGroup] = Remembered(
            seconds=seconds, most=REMEMBERED_GROUPS
        )
        self._young: Remembered[str, bool] = Remembered(
            seconds=SHOWN_SECONDS, most=REMEMBERED_GROUPS
        )
        self._doubted: Remembered[str, bool] = Remembered(
            seconds=SHOWN_SECONDS, most=REMEMBERED_GROUPS
        )

    def get(self, message_group_uuid: str) -> MessageGroup | None:
        return self._groups.get(message_group_uuid)

    def remember(self, group: MessageGroup) -> None:
        """Remembers the group if it is a direct conversation."""
        if group.kind == "direct":
            self._groups.remember(group.message_group_uuid, group)
            self._young.remember(group.message_group_uuid, True)

    def doubt(self, message_group_uuid: str) -> None:
        """Forgets the group, which has just changed, so that no lagging replica answers for it."""
        self.forget(message_group_uuid)
        self._doubted.remember(message_group_uuid, True)

    def is_doubted(self, message_group_uuid: str) -> bool:
        """Whether a replica that lags may not know the group as it is."""
        return bool(self._doubted.get(message_group_uuid))

    def forget_old(self, message_group_uuid: str) -> None:
        """Forgets the group if it was read more than SHOWN_SECONDS ago."""
        if not self._young.get(message_group_uuid):
            self.forget(message_group_uuid)

    def forget(self, message_group_uuid: str) -> None:
        """Forgets the group, so that it is read again."""
        self._groups.forget(message_group_uuid)


class Acquaintances:
    """The people with whom a user has a direct conversation, as far as this process has listed them.

    Such a conversation stays. Where one of the two blocks the other, what is remembered is forgotten.
    """

    def __init__(self) -> None:
        self._people: FIFOCache[str, set[str]] = FIFOCache(REMEMBERED_GROUPS)

    def of(self, user_uuid: str) -> Collection[str]:
        """Returns the people who are remembered for this user."""
        return self._people.get(user_uuid, ())

    def remember(self, user_uuid: str, people: Iterable[str]) -> None:
        """Remembers people, besides those that are remembered already."""
        known = self._people.get(user_uuid)
        if known is None:
            known = self._people[user_uuid] = set()
        known.update(people)

    def forget(self, user_uuid: str) -> None:
        """Forgets the people of this user, so that they are looked up again."""
        self._people.pop(user_uuid, None)


class ChangedGroups:
    """The groups that this process changed last.

    A use case may have read a group before it was changed. Its event would then go to a member who
    has left, and not to one who has joined. A group changed on another process is not in here, so that
    for some milliseconds events may still go to its older members.
    """

    def __init__(self) -> None:
        self._groups: FIFOCache[str, MessageGroup] = FIFOCache(REMEMBERED_GROUPS)

    def newest(self, group: MessageGroup) -> MessageGroup:
        """Returns the newer of this group and the one that this process remembers."""
        known = self._groups.get(group.message_group_uuid)
        return known if known is not None and known.version > group.version else group

    def remember(self, group: MessageGroup) -> None:
        """Remembers the group, unless a newer version is remembered."""
        self._groups[group.message_group_uuid] = self.newest(group)


PEOPLE_APART_SECONDS = 600.0
"""How long a process that missed the event of a block goes on without it."""


def _people_apart() -> Remembered[str, frozenset[str]]:
    return Remembered(seconds=PEOPLE_APART_SECONDS, most=REMEMBERED_GROUPS)


InsertMessages = Callable[[MessageGroup, Sequence[Message]], Awaitable[None]]
"""Inserts messages of a conversation under their numbers, all or none."""

ChangeMessages = Callable[[MessageGroup, Sequence[Message], Sequence[Write]], Awaitable[None]]
"""Executes writes that leave these messages of a conversation as they are given, all or none."""


@dataclass(slots=True)
class MessagingContext:
    """The dependencies of messaging's use cases. `bootstrap` makes one for the process."""

    table: Table
    bus: Bus
    clock: Callable[[], datetime] = utc_now
    message_max_chars: int = MESSAGE_MAX_CHARS
    tails: Tails = field(default_factory=Tails)
    change_tails: ChangeTails = field(default_factory=ChangeTails)
    direct_groups: DirectGroups = field(default_factory=DirectGroups)
    acquaintances: Acquaintances = field(default_factory=Acquaintances)
    people_apart: Remembered[str, frozenset[str]] = field(default_factory=_people_apart)
    """By user: those whom they have blocked, and those who have blocked them."""
    changed_groups: ChangedGroups = field(default_factory=ChangedGroups)
    newest_names: NewestNames = field(default_factory=NewestNames)
    moved_groups: MovedGroups = field(default_factory=MovedGroups)
    busy_inboxes: BusyInboxes = field(default_factory=BusyInboxes)
    encode: Callable[[MessagingEvent], Event] | None = None
    """Writes events as devices read them. Without it none are published: nobody can be listening."""
    rows_put_aside: int = 0
    """How many inbox rows waited to be written when this process's projector last came back to them."""
    insert_with_rows: InsertMessages | None = None
    """Inserts messages of a direct conversation with the inbox rows that follow them, if the table can.
    Otherwise the projector brings the rows up to date."""
    who_may_write: WhoMayWrite = "everybody"
    """The rule for strangers of people who have none of their own."""
    retention_days: int = 0
    """After how many days messages go in all conversations; 0 keeps them for good."""
    change_with_rows: ChangeMessages | None = None
    """Executes writes that change messages of a direct conversation, with the inbox rows that follow."""
    wrappers: Wrappers = field(default_factory=dict)
    """What `cached/` wraps around some of the use cases. A new context has none."""

    def slack(self, row: InboxRow, at: str) -> Slack:
        """Returns how far a row that moves at this time may be ahead of its place in the index.

        Where the index is exact no place is ever behind, so there is nothing to choose.
        """
        if part := chosen_part(row):
            return part
        return (
            HOUR
            if self.table.index_is_exact or row.is_request
            else self.busy_inboxes.slack(row, at)
        )

    def now(self) -> str:
        """Returns the present time in the form in which times are stored."""
        return timestamp(self.clock())
