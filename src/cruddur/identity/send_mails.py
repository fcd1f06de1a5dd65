"""Send the mails that were promised and are due.

Mails lie in one partition in the order of their times. A process takes one by moving it to a time a
little later: of two processes only one can. If it dies in the middle, the mail is due again then. So a
mail is sent at least once. One that the server took just before a crash may come twice, with one id.
"""

from msgspec.structs import replace

from cruddur.domain.errors import TransactionFailed
from cruddur.domain.item import Item
from cruddur.domain.waiting_mail import Mail, WaitingMail
from cruddur.identity.count_mail import count_mail
from cruddur.identity.find_recipient import find_recipient
from cruddur.identity.mail_context import MailContext
from cruddur.identity.write_mail import write_mail
from cruddur.logs import Log
from cruddur.ports.backoff import HALF_JITTER, Backoff
from cruddur.ports.mailer import MailDeferred, MailRefused, MailUnavailable
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import pages
from cruddur.ports.table import IF_NEW, Delete, Exists, Put, Query
from cruddur.schema import keys
from cruddur.schema.mail_items import MAIL_PK, due_at_of, mail_from, mail_item, mail_key
from cruddur.schema.readable import one_from

TAKEN_FOR_SECONDS = 300
"""How long one process has a mail for itself: longer than sending one can take."""

FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS = 30.0, 3600.0
_PAGE = 25
_LIMITED = frozenset({"confirm_address", "password_forgotten"})
"""The mails that strangers to an address can bring about."""

_log = Log()


@access_pattern(
    "send_mail",
    Ceiling("H", "look for mails that are due", write=0, read=1),
    Ceiling("H", "send a link for another password", write=7, read=7),
)
async def send_mails(mails: MailContext) -> float | None:
    """Sends what is due, one mail after the other.

    Returns the seconds until the next one may be sent; None if none waits. Raises MailUnavailable, after
    which none of the others was tried, and TableUnavailable.
    """
    has_sent = True
    seconds: float | None = None
    while has_sent:  # one that is to be tried again was moved behind those that were read
        seconds, has_sent = await _round(mails)
    return seconds


async def _round(mails: MailContext) -> tuple[float | None, bool]:
    """Returns the seconds until the next mail, if it was read, and whether there was one to send."""
    has_sent = False
    waiting = Query(MAIL_PK, limit=_PAGE, consistent=True)
    async for page in pages(mails.identity.table, waiting):
        for item in page.items:
            seconds = due_at_of(item) - _now(mails)
            if seconds > 0:
                return seconds, has_sent
            if wait := await mails.pace():
                return wait, False
            taken = await _take(mails, item)
            if taken is not None:
                has_sent = True
                await _send(mails, taken)
    return None, has_sent


async def _take(mails: MailContext, item: Item) -> WaitingMail | None:
    """Returns the mail if this process has it now. One that nobody wants any more is removed."""
    waiting = one_from(mail_from, item)
    if waiting is None:  # a newer version wrote it, which runs elsewhere
        return None
    now = int(_now(mails))
    if waiting.expires_at <= now:
        mails.outcomes["given_up"] += 1
        _log.warning("a mail was given up", kind=waiting.kind, tries=waiting.tries)
        await mails.identity.table.delete(Delete(keys.key_of(item)))
        return None
    taken = replace(waiting, due_at=now + TAKEN_FOR_SECONDS, tries=waiting.tries + 1)
    return taken if await _move(mails, waiting, taken) else None


async def _move(mails: MailContext, before: WaitingMail, after: WaitingMail) -> bool:
    """Gives a mail that waits another time. Returns False if it is not there any more."""
    there = [Exists(keys.PARTITION_KEY)]
    try:
        await mails.identity.table.transact(
            [
                Delete(mail_key(before.due_at, before.mail_id), there),
                Put(mail_item(after), IF_NEW),
            ]
        )
    except TransactionFailed:
        return False
    return True


async def _send(mails: MailContext, taken: WaitingMail) -> None:
    try:
        mail = await _written(mails, taken)
        if mail is not None:
            await mails.mailer.send(mail)
            mails.outcomes["sent"] += 1
            _log.info("a mail was sent", kind=taken.kind, user_uuid=taken.user_uuid or None)
    except (MailUnavailable, MailDeferred) as error:
        await _try_later(mails, taken)
        mails.outcomes["deferred"] += 1
        _log.warning("a mail waits", kind=taken.kind, tries=taken.tries, error=str(error))
        if isinstance(error, MailUnavailable):
            raise
    except MailRefused as error:
        mails.outcomes["refused"] += 1
        _log.warning("a mail was refused", kind=taken.kind, error=str(error))
        await _done(mails, taken)
    else:
        await _done(mails, taken)


async def _written(mails: MailContext, taken: WaitingMail) -> Mail | None:
    recipient = await find_recipient(mails.identity, taken)
    if recipient is None:
        return None
    is_new = taken.kind in _LIMITED and taken.tries == 1
    if is_new and not await count_mail(mails.identity, recipient.to):
        mails.outcomes["limited"] += 1
        _log.warning("too many mails to one address", user_uuid=recipient.user.user_uuid)
        return None
    text = await write_mail(mails, taken, recipient)
    if text is None:
        return None
    return Mail(
        mail_id=taken.mail_id,
        to=recipient.to,
        subject=text.subject,
        text=text.text,
        html=text.html,
        headers=text.headers,
    )


async def _try_later(mails: MailContext, taken: WaitingMail) -> None:
    backoff = Backoff(FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS, jitter=HALF_JITTER)
    seconds = backoff.after(taken.tries)
    await _move(mails, taken, replace(taken, due_at=int(_now(mails) + seconds)))


async def _done(mails: MailContext, taken: WaitingMail) -> None:
    await mails.identity.table.delete(Delete(mail_key(taken.due_at, taken.mail_id)))


def _now(mails: MailContext) -> float:
    return mails.identity.clock().timestamp()
