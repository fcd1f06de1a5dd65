"""Create an account: its profile, handle, searchable name and login, in one transaction."""

from cruddur.domain.errors import Busy, TransactionFailed
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.new_account import handle_taken, new_account
from cruddur.ports.metering import Ceiling, access_pattern

_ATTEMPTS = 5


@access_pattern(
    "create_account", Ceiling("H", "make an account, of a name of two words", write=12, read=0)
)
async def create_account(
    identity: IdentityContext, handle: str, display_name: str, password: str
) -> User:
    """Returns the new user. Raises Conflict for a handle that is taken, Invalid, Busy."""
    made = await new_account(identity, handle, display_name, password)
    for _ in range(_ATTEMPTS):
        try:
            await identity.table.transact(made.writes)
        except TransactionFailed as error:
            if error.failed:
                raise handle_taken() from None
        else:
            return made.user
    raise Busy("The account could not be made just now. Please try again.")
