"""Heal the messages whose change is in the log but was not applied, because its process crashed."""

from collections.abc import Mapping, Sequence

from cruddur.domain.errors import Busy
from cruddur.domain.model import Message
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.messages.apply_change import apply_change
from cruddur.ports.change_feed import Change
from cruddur.schema import items

_log = Log()


async def heal_messages(
    messaging: MessagingContext, changes: Sequence[Change], seen: Sequence[Message]
) -> list[Change]:
    """Applies these additions to one conversation's log, unless they were applied.

    Returns those that cannot be read or applied. `seen` are messages of the same batch of the feed: one
    that has the change needs no read. Raises TableUnavailable.
    """
    applied: dict[int, int] = {}
    for message in seen:
        applied[message.seq] = max(applied.get(message.seq, 0), message.change_seq)
    in_order = sorted(changes, key=lambda change: change.key)
    return [change for change in in_order if not await _heal(messaging, change, applied)]


async def _heal(messaging: MessagingContext, change: Change, applied: Mapping[int, int]) -> bool:
    try:
        logged = items.change_from(change.new or {})
        has_texts = logged.kind == "deleted" and logged.edit_before > 0
        if has_texts or logged.change_seq > applied.get(logged.seq, 0):
            await apply_change(messaging, logged)
    except (Busy, *items.UNREADABLE) as error:
        _log.warning("a change cannot be applied", key=change.key, error=repr(error))
        return False
    return True
