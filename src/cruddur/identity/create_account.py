"""Create an account: its profile, handle, searchable name and login, in one transaction."""

import uuid

from cruddur.domain.checked_texts import checked_display_name
from cruddur.domain.errors import Busy, Conflict, TransactionFailed, declare_code
from cruddur.domain.handles import checked_new_handle
from cruddur.domain.item import Item
from cruddur.domain.model import User, fold, timestamp
from cruddur.identity.begin_erasure import handle_is_free
from cruddur.identity.checked_password import checked_password
from cruddur.identity.context import LOCAL_ISSUER, IdentityContext
from cruddur.identity.passwords import hash_password
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema import items

HANDLE_TAKEN = declare_code("handle_taken", "Somebody else has this handle.")

_ATTEMPTS = 5


@access_pattern(
    "create_account", Ceiling("H", "make an account, of a name of two words", write=12, read=0)
)
async def create_account(
    identity: IdentityContext, handle: str, display_name: str, password: str
) -> User:
    """Returns the new user. Raises Conflict for a handle that is taken, Invalid, Busy."""
    user = User(
        user_uuid=str(uuid.uuid4()),
        handle=checked_new_handle(handle),
        display_name=checked_display_name(display_name),
        created_at=timestamp(identity.clock()),
    )
    password_hash = await hash_password(
        checked_password(password, user.handle), identity.password_cost
    )
    login = items.login_item(LOCAL_ISSUER, fold(user.handle), user.user_uuid, password_hash)
    return await _store(identity, user, login)


async def _store(identity: IdentityContext, user: User, login: Item) -> User:
    new = IF_NEW
    parts = (*items.person_items(user), login)
    for _ in range(_ATTEMPTS):
        try:
            await identity.table.transact(
                [*(Put(item, new) for item in parts), handle_is_free(identity, user.handle)]
            )
        except TransactionFailed as error:
            if error.failed:
                raise Conflict(
                    HANDLE_TAKEN, "Somebody else has this handle.", field="handle"
                ) from None
        else:
            return user
    raise Busy("The account could not be made just now. Please try again.")
