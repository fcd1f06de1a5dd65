"""What every use case needs, in one hand: the table, the bus, the clock and this process's memory."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cruddur.messaging.cache_port import Cache, NoCache
from cruddur.messaging.ports import Bus, Table
from cruddur.messaging.seen import Seen
from cruddur.messaging.tails import Tails
from cruddur.model import MessageGroup, timestamp

REMEMBERED_GROUPS = 16384


class DirectGroups:
    """The direct conversations seen last. Their people never change, so this memory cannot be wrong."""

    def __init__(self) -> None:
        self._groups: OrderedDict[str, MessageGroup] = OrderedDict()

    def get(self, message_group_uuid: str) -> MessageGroup | None:
        return self._groups.get(message_group_uuid)

    def remember(self, group: MessageGroup) -> None:
        if group.kind == "direct":
            self._groups[group.message_group_uuid] = group
            if len(self._groups) > REMEMBERED_GROUPS:
                self._groups.popitem(last=False)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Messaging:
    """Handed to every use case; `bootstrap` makes the only one of a process."""

    table: Table
    bus: Bus
    clock: Callable[[], datetime] = utc_now
    tails: Tails = field(default_factory=Tails)
    direct_groups: DirectGroups = field(default_factory=DirectGroups)
    cache: Cache = field(default_factory=NoCache)
    seen: Seen = field(default_factory=Seen)

    def now(self) -> str:
        return timestamp(self.clock())
