"""Enable an account that was disabled, for the operator of the service."""

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import find_user_by_handle, user_not_found
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Exists, Update
from cruddur.schema import keys


@access_pattern("enable_account")
async def enable_account(identity: IdentityContext, handle: str) -> User:
    """Lets the user sign in again, in each process within a minute. Returns the user.

    Sessions that ended stay ended. Raises NotFound, and TableUnavailable.
    """
    user = await find_user_by_handle(identity, handle)
    key = keys.user_key(user.user_uuid)
    try:
        await identity.table.update(
            Update(key, {}, remove=["disabled_at"], condition=[Exists("pk")])
        )
    except ConditionFailed:
        raise user_not_found("handle") from None
    identity.memory.users.forget(user.user_uuid)
    identity.memory.changed.remember(user.user_uuid, True)
    return user
