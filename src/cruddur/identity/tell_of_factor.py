"""Promise a mail that tells a person that another way in was opened or closed."""

from cruddur.domain.waiting_mail import FactorMail
from cruddur.identity.context import IdentityContext
from cruddur.identity.promise_mail import promised_mail
from cruddur.ports.metering import access_pattern


@access_pattern("tell_of_factor")
async def tell_of_factor(identity: IdentityContext, user_uuid: str, kind: FactorMail) -> None:
    """Promises the mail. People without a confirmed address get none.

    Raises TableUnavailable.
    """
    await identity.table.put(promised_mail(identity, kind, user_uuid=user_uuid))
