"""The places of inbox rows in `inbox-index`: a time, behind the prefix of a slack.

A row's last message is within the slack after the time of its place:

    time of indexed_at ≤ last_message_at < time of indexed_at + slack

A longer slack saves writes: as long as it lasts, messages leave the place alone. A shorter one saves
reads: listing the inbox looks at each row that may have moved within it. So in a busy inbox the
slack is ten minutes, in a very busy one a second. A minute would save nobody much, since people take as
long to answer. The prefix tells which, so that a reader need not know.
Places of an hour have none, as all places had before. Archived rows have a prefix of their own, and an
hour's slack: few of them move, and few people look at them. So have pinned rows, which every page shows,
however old they are.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from cruddur.domain.model import InboxRow, timestamp
from cruddur.schema import keys


class Slack(NamedTuple):
    """How far a row's last message may be ahead of its place, and the prefix of such places."""

    prefix: str
    time: timedelta

    def place(self, at: str) -> str:
        """Returns the place of a row whose last message is of this time."""
        return self.prefix + at

    def first_place(self, since: str) -> str:
        """Returns the earliest place of rows whose last message is of this time or later."""
        try:
            return self.place(timestamp(datetime.fromisoformat(since) - self.time))
        except OverflowError:  # the time would be before the year 1
            return self.place(since)


SECOND = Slack(keys.SECOND_PREFIX, timedelta(seconds=1))
MINUTES = Slack(keys.MINUTES_PREFIX, timedelta(minutes=10))
HOUR = Slack("", timedelta(hours=1))

ARCHIVED = Slack(keys.ARCHIVED_PREFIX, timedelta(hours=1))
PINNED = Slack(keys.PINNED_PREFIX, timedelta(hours=1))

SLACKS = (SECOND, PINNED, MINUTES, HOUR)
"""Those of the inbox, in the order in which a descending walk over the index meets their places."""

_BY_PREFIX = {slack.prefix: slack for slack in (ARCHIVED, *SLACKS)}
_OF_SETTINGS = (ARCHIVED, PINNED)


def slack_of(indexed_at: str) -> Slack:
    """Returns the slack of a place."""
    return _BY_PREFIX.get(indexed_at[: indexed_at.find("#") + 1], HOUR)


def chosen_part(row: InboxRow) -> Slack | None:
    """Returns the part of the index that the row's owner has chosen; None if how busy it is decides."""
    if row.archived_at is not None:
        return ARCHIVED
    return PINNED if row.pinned_at is not None else None


def part_of(indexed_at: str) -> Slack | None:
    """Returns the part of the index that this place says its owner has chosen; None if they did not."""
    slack = slack_of(indexed_at)
    return slack if slack in _OF_SETTINGS else None


def end_of(indexed_at: str) -> str:
    """Returns a time that is later than the last message of every row at this place.

    Raises ValueError or OverflowError for a place that another program wrote.
    """
    return _end(keys.index_time(indexed_at), slack_of(indexed_at))


def is_within(at: str, indexed_at: str, slack: Slack = HOUR) -> bool:
    """Whether a row whose last message is of this time may have this place.

    The message must be within the slack of the place and within this one. Raises like `end_of`.
    """
    start, own = keys.index_time(indexed_at), slack_of(indexed_at)
    return start <= at < _end(start, slack if slack.time < own.time else own)


@lru_cache(maxsize=16_384)
def _end(start: str, slack: Slack) -> str:
    """It is remembered: every message asks for it, and a row's place in the index stays for an hour."""
    return timestamp(datetime.fromisoformat(start) + slack.time)
