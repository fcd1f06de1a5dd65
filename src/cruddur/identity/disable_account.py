"""Disable an account, for the operator of the service."""

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.model import User, timestamp
from cruddur.identity.context import IdentityContext
from cruddur.identity.end_sessions import end_sessions
from cruddur.identity.find_user import find_user_by_handle, user_not_found
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Exists, Update
from cruddur.schema import keys


@access_pattern("disable_account")
async def disable_account(identity: IdentityContext, handle: str) -> User:
    """Signs the user out everywhere, and lets nobody sign in until the account is enabled.

    What they wrote stays, and others may go on writing to them. Returns the user. Raises NotFound, and
    TableUnavailable.
    """
    user = await find_user_by_handle(identity, handle)
    values = {"disabled_at": timestamp(identity.clock())}
    try:
        await identity.table.update(
            Update(keys.user_key(user.user_uuid), values, condition=[Exists("pk")])
        )
    except ConditionFailed:
        raise user_not_found("handle") from None
    # The event of it makes all processes look at the account again.
    await end_sessions(identity, user.user_uuid)
    return user
