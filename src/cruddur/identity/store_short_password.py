"""Store a password that opens nothing without the second factor."""

from cruddur.domain.errors import TransactionFailed
from cruddur.identity.checked_password import PASSWORD_MIN_CHARS, too_short
from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Check, Exists, Update
from cruddur.schema import keys
from cruddur.schema.passkey_items import second_factor_key


@access_pattern(
    "store_short_password",
    Ceiling("H", "store a short password beside a second factor", write=6, read=0),
)
async def store_short_password(
    identity: IdentityContext,
    user_uuid: str,
    update: Update,
    one_way_less: Update,
    *,
    field: str,
) -> None:
    """Carries out the update of the person's login, and marks it as short. `field` names the input.

    With it goes the other update, of `end_sessions_around`.

    A factor that is turned off at this moment would leave the password alone: then it is refused as too
    short. Raises Invalid, and TransactionFailed if a condition of the updates does not hold.
    """
    marked = Update(update.key, {**update.values, "is_short": True}, (), update.condition)
    factor = Check(second_factor_key(user_uuid), [Exists(keys.PARTITION_KEY)])
    try:
        await identity.table.transact([marked, factor, one_way_less])
    except TransactionFailed as error:
        if error.failed == (1,):
            raise too_short(PASSWORD_MIN_CHARS, field) from None
        raise
