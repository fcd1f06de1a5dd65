"""Switch one's read receipts on or off."""

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.model import User, timestamp
from cruddur.domain.receipts import NEVER, shares_receipts
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import account_gone, read_user
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Exists, Update
from cruddur.schema import keys


@access_pattern("share_receipts", Ceiling("O", "switch receipts off, or on again", write=1, read=2))
async def share_receipts(identity: IdentityContext, user_uuid: str, *, shares: bool) -> User:
    """Returns the user as they are then. What is so already is not written.

    From now on nobody is shown marks from before: neither while receipts are off, nor when they are on
    again. So nothing has to be removed from the conversations. Raises Unauthenticated if the account was
    removed, and TableUnavailable.
    """
    user = await read_user.plain(identity, user_uuid)
    if shares_receipts(user.receipts_from) != shares:
        since = timestamp(identity.clock()) if shares else NEVER
        key, condition = keys.user_key(user_uuid), [Exists(keys.PARTITION_KEY)]
        try:
            await identity.table.update(Update(key, {"receipts_from": since}, condition=condition))
        except ConditionFailed:
            raise account_gone() from None
        user = await read_user.plain(identity, user_uuid)
    identity.memory.users.remember(user_uuid, user)
    return user
