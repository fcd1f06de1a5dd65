"""Make the item of a mail that is to be sent, for the transaction of what it is about.

So a mail is promised if and only if its cause is stored, and a crash at any moment loses neither.
"""

import uuid
from datetime import timedelta

from cruddur.domain.waiting_mail import MailKind, WaitingMail
from cruddur.identity.context import IdentityContext
from cruddur.ports.table import Put
from cruddur.schema.mail_items import mail_item

WANTED_FOR = timedelta(days=1)
"""How long sending is tried, if the mail server is away."""

LINK_WANTED_FOR = timedelta(hours=1)
"""How long a link for a password is of use to somebody who waits for it."""


def promised_mail(
    identity: IdentityContext,
    kind: MailKind,
    *,
    user_uuid: str = "",
    to: str = "",
    who: str = "",
    after: str = "",
) -> Put:
    """Returns the write that promises a mail. See `WaitingMail` for what is given."""
    now = identity.clock()
    wanted = LINK_WANTED_FOR if kind == "password_forgotten" else WANTED_FOR
    mail = WaitingMail(
        mail_id=str(uuid.uuid4()),
        kind=kind,
        due_at=int(now.timestamp()),
        expires_at=int((now + wanted).timestamp()),
        user_uuid=user_uuid,
        to=to,
        who=who,
        after=after,
    )
    return Put(mail_item(mail))
