"""Promise a mail that tells a person that their password was changed."""

from cruddur.identity.context import IdentityContext
from cruddur.identity.promise_mail import promised_mail
from cruddur.ports.metering import Ceiling, access_pattern


@access_pattern(
    "tell_of_password", Ceiling("H", "tell by mail of a changed password", write=1, read=0)
)
async def tell_of_password(identity: IdentityContext, user_uuid: str) -> None:
    """Promises the mail. People without a confirmed address get none.

    Raises TableUnavailable.
    """
    await identity.table.put(promised_mail(identity, "password_changed", user_uuid=user_uuid))
