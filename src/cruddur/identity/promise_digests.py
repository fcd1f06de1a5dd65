"""Promise mails to people who want to be told of what stays unread.

Each person is looked at once an hour, and after a mail a day later. A process takes a person by moving
that time, on condition that it is still the one that was read: so two processes never promise one twice.
What the mail says is found out once more when it is sent.
"""

from datetime import timedelta

from cruddur.domain.digest import UNREAD_SECONDS, DigestState
from cruddur.domain.errors import ConditionFailed
from cruddur.domain.model import timestamp
from cruddur.identity.mail_context import MailContext
from cruddur.identity.promise_mail import promised_mail
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import pages
from cruddur.ports.table import Equals, Query, Update
from cruddur.schema.digest_items import DIGESTS_PK, digest_from, digest_key
from cruddur.schema.readable import one_from

EVERY_SECONDS = 86_400
"""The least time between two of these mails to a person."""

_PAGE = 500


@access_pattern(
    "promise_digests",
    Ceiling("H", "look after one person's unread mail, with nothing unread", write=1, read=1),
)
async def promise_digests(mails: MailContext) -> int:
    """Returns how many mails were promised. Raises TableUnavailable."""
    promised = 0
    async for page in pages(mails.identity.table, Query(DIGESTS_PK, limit=_PAGE)):
        for item in page.items:
            state = one_from(digest_from, item)
            if state is not None and state.due_at <= mails.identity.clock().timestamp():
                promised += await _look_after(mails, state)
    return promised


async def _look_after(mails: MailContext, state: DigestState) -> bool:
    """Returns whether a mail was promised."""
    table, now = mails.identity.table, mails.identity.clock()
    key, taken_until = digest_key(state.user_uuid), int(now.timestamp()) + UNREAD_SECONDS
    as_read = [Equals("due_at", state.due_at)]
    try:
        await table.update(Update(key, {"due_at": taken_until}, condition=as_read))
        if await mails.unread(state.user_uuid, state.told_until) is None:
            return False
        after = {"due_at": int(now.timestamp()) + EVERY_SECONDS}
        taken = [Equals("due_at", taken_until)]
        mail = promised_mail(
            mails.identity, "digest", user_uuid=state.user_uuid, after=state.told_until
        )
        told = {**after, "told_until": timestamp(now - timedelta(seconds=UNREAD_SECONDS))}
        await table.transact([Update(key, told, condition=taken), mail])
    except ConditionFailed:  # another process has the person, or the mails were stopped just now
        return False
    return True
