"""How busy inboxes are, as far as this process has seen: it chooses the slack of their rows."""

from datetime import datetime, timedelta

from cachetools import FIFOCache, LRUCache

from cruddur.domain.model import InboxRow
from cruddur.messaging.index_places import HOUR, MINUTES, SECOND, Slack, slack_of
from cruddur.schema import keys

FEW = 20
"""The most rows of an inbox that should move within a slack. Each costs a page half a read unit."""

WATCHED = timedelta(minutes=10)
"""How long a process must have watched an inbox before it says that an inbox is no longer busy."""

REMEMBERED_INBOXES = 4096


class BusyInboxes:
    """The conversations that moved last, of the inboxes that moved last.

    A process sees the messages that it projects. One of several that share the work sees its part, and
    takes an inbox for less busy than it is, by as much.
    """

    def __init__(self) -> None:
        self._inboxes: LRUCache[str, _Inbox] = LRUCache(REMEMBERED_INBOXES)

    def slack(self, row: InboxRow, at: str) -> Slack:
        """Records that the row moves at this time, and returns the slack that it is to have.

        The times are those of messages, so a late or repeated message tells the same. Raises ValueError
        for a text that is not a time.
        """
        moment = datetime.fromisoformat(at)
        inbox = self._inboxes.setdefault(row.owner_uuid, _Inbox(moment))
        inbox.move(row.message_group_uuid, moment)
        busy, own = inbox.slack(moment), slack_of(row.indexed_at)
        if busy.time > own.time and moment < inbox.since + WATCHED:
            # This process may just have started. But a row that was quiet for so long can wait as long.
            since = datetime.fromisoformat(keys.index_time(row.indexed_at))
            return busy if moment >= since + busy.time else own
        return busy


class _Inbox:
    """Which conversations of an inbox moved last, and when. It is watched since the first of them."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        # Setting a value makes it the last to go, and reading one does not.
        self._moved: FIFOCache[str, datetime] = FIFOCache(FEW + 1)

    def move(self, message_group_uuid: str, at: datetime) -> None:
        self._moved[message_group_uuid] = at

    def slack(self, at: datetime) -> Slack:
        """Returns the longest slack within which no more than FEW rows move."""
        if len(self._moved) <= FEW:
            return HOUR
        within = at - min(self._moved.values())
        return next((s for s in (HOUR, MINUTES) if within >= s.time), SECOND)
