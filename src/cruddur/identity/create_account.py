"""Create an account: profile, handle and login, all of them or none."""

import uuid

from cruddur.errors import Busy, Conflict, TransactionFailed
from cruddur.identity.passwords import checked_password, hash_password
from cruddur.identity.service import LOCAL_ISSUER, Identity
from cruddur.messaging.ports import Item, Missing, Put
from cruddur.model import User, checked_display_name, checked_handle, fold, timestamp
from cruddur.table import items
from cruddur.table.metering import counted_as

_ATTEMPTS = 5


@counted_as("create_account")
async def create_account(identity: Identity, handle: str, display_name: str, password: str) -> User:
    """The new user. Raises Conflict for a handle that is taken, Invalid, Busy."""
    user = User(
        user_uuid=str(uuid.uuid4()),
        handle=checked_handle(handle),
        display_name=checked_display_name(display_name),
        created_at=timestamp(identity.clock()),
    )
    password_hash = await hash_password(checked_password(password))
    login = items.login_item(LOCAL_ISSUER, fold(user.handle), user.user_uuid, password_hash)
    return await _store(identity, user, login)


async def _store(identity: Identity, user: User, login: Item) -> User:
    new = [Missing("pk")]
    parts = (items.user_item(user), items.handle_item(user), login)
    for _ in range(_ATTEMPTS):
        try:
            await identity.table.transact([Put(item, new) for item in parts])
        except TransactionFailed as error:
            if error.failed:
                raise Conflict(
                    "handle_taken", "Somebody else has this handle.", field="handle"
                ) from None
        else:
            return user
    raise Busy("The account could not be made just now. Please try again.")
