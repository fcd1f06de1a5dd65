"""Count the mails with links that anybody can bring about, so that nobody's mailbox is flooded by them.

The count is an item of the address, whoever's account it is: so it holds for all accounts together, for
all processes, and after a restart.
"""

from cruddur.domain.errors import ConditionFailed
from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Condition, Equals, Put
from cruddur.schema.email_items import SentTo, sent_to_from, sent_to_item, sent_to_key
from cruddur.schema.readable import one_from

HOUR_MOST = 5
DAY_MOST = 20
"""The most mails with links to an address within an hour, and within a day."""

_HOUR, _DAY = 3600, 86_400
_ATTEMPTS = 3


@access_pattern("send_mail", Ceiling("H", "count a mail to an address", write=1, read=1))
async def count_mail(identity: IdentityContext, address: str) -> bool:
    """Counts a mail to this address. Returns False, and counts none, if there were too many.

    Raises TableUnavailable.
    """
    now = int(identity.clock().timestamp())
    for _ in range(_ATTEMPTS):
        item = await identity.table.get(sent_to_key(address), consistent=True)
        sent = one_from(sent_to_from, item)
        before = sent.times if sent else []
        times = [at for at in before if at > now - _DAY]
        if len(times) >= DAY_MOST or sum(at > now - _HOUR for at in times) >= HOUR_MOST:
            return False
        after = SentTo(times=[*times, now], expires_at=now + _DAY)
        as_read: Condition = [Equals("times", before)] if sent else ([] if item else IF_NEW)
        try:
            await identity.table.put(Put(sent_to_item(address, after), as_read))
        except ConditionFailed:  # another process has just counted
            continue
        return True
    return False
