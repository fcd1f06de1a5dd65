"""Makes the use cases of messaging read through a cache."""

from cruddur.messaging.access import recent_group
from cruddur.messaging.cached.cached_group import CachedGroup
from cruddur.messaging.cached.cached_inbox import CachedInbox
from cruddur.messaging.cached.cached_messages import CachedMessages
from cruddur.messaging.cached.invalidate_again import InvalidateAgain
from cruddur.messaging.cached.invalidating_table import InvalidatingTable
from cruddur.messaging.cached.monotonic_reads import MonotonicReads
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.advance_inbox_rows import advance_inbox_rows
from cruddur.messaging.inbox.bring_name import bring_name
from cruddur.messaging.inbox.list_inbox import read_rows
from cruddur.messaging.inbox.retitle_inbox_rows import retitle_inbox_rows
from cruddur.messaging.inbox.write_row import write_row
from cruddur.messaging.messages.list_messages import read_messages
from cruddur.ports.cache import Cache


def with_cache(messaging: MessagingContext, cache: Cache) -> MessagingContext:
    """Wraps the context's table and some of its use cases, and returns the context."""
    shown = MonotonicReads()
    recent_group.wrap(messaging, CachedGroup(cache).find)
    read_messages.wrap(messaging, CachedMessages(cache, shown).read)
    read_rows.wrap(messaging, CachedInbox(cache, shown).read)
    return with_invalidation(messaging, cache)


def with_invalidation(messaging: MessagingContext, cache: Cache) -> MessagingContext:
    """Wraps what writes: every write invalidates what contains its item. Returns the context.

    Every context of one service needs this, also one that reads nothing through the cache, such as the
    projector's in a Lambda.
    """
    again = InvalidateAgain(cache)
    messaging.table = InvalidatingTable(messaging.table, cache)
    advance_inbox_rows.wrap(messaging, again.advance_inbox_rows)
    write_row.wrap(messaging, again.write_row)
    retitle_inbox_rows.wrap(messaging, again.retitle_inbox_rows)
    bring_name.wrap(messaging, again.bring_name)
    return messaging
