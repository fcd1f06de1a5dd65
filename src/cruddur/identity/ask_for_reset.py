"""Ask for a mail with a link, for somebody who has forgotten their password.

It looks nothing up, so that neither its answer nor its time tells whether there is such an account: the
same one write, whatever was typed. The process that sends mails finds out (`write_mail.py`).
"""

from cruddur.domain.email_address import ADDRESS_MAX_CHARS
from cruddur.domain.errors import Invalid, declare_code
from cruddur.identity.context import IdentityContext
from cruddur.identity.promise_mail import promised_mail
from cruddur.ports.metering import Ceiling, access_pattern

_MISSING = declare_code("who_missing", "Neither a handle nor an e-mail address was given.")


@access_pattern("ask_for_reset", Ceiling("H", "ask for a link by mail", write=1, read=0))
async def ask_for_reset(identity: IdentityContext, who: str) -> None:
    """Promises a mail to the confirmed address of this person, given by handle or by that address.

    Nothing is sent if there is nobody, or no such address. Raises Invalid for an empty text alone, and
    TableUnavailable.
    """
    who = who[: 2 * ADDRESS_MAX_CHARS].strip()[:ADDRESS_MAX_CHARS]
    if not who:
        raise Invalid(_MISSING, "Type your handle or your e-mail address.", field="who")
    await identity.table.put(promised_mail(identity, "password_forgotten", who=who))
