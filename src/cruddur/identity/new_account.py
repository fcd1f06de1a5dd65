"""What a new account is made of, once its handle, name and password keep the rules."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from cruddur.domain.checked_texts import checked_display_name
from cruddur.domain.errors import Conflict, declare_code
from cruddur.domain.handles import checked_new_handle
from cruddur.domain.model import User, fold, timestamp
from cruddur.identity.begin_erasure import handle_is_free
from cruddur.identity.checked_password import checked_password
from cruddur.identity.context import LOCAL_ISSUER, IdentityContext
from cruddur.identity.passwords import hash_password
from cruddur.ports.table import IF_NEW, Put, Write
from cruddur.schema import items

HANDLE_TAKEN = declare_code("handle_taken", "Somebody else has this handle.")


class NewAccount(NamedTuple):
    """A user, and the writes that make them, for one transaction."""

    user: User
    writes: Sequence[Write]


async def new_account(
    identity: IdentityContext, handle: str, display_name: str, password: str
) -> NewAccount:
    """Returns an account that is not stored yet. Raises Invalid."""
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
    parts = (*items.person_items(user), login)
    return NewAccount(
        user, [*(Put(item, IF_NEW) for item in parts), handle_is_free(identity, user.handle)]
    )


def handle_taken() -> Conflict:
    """The error for a handle that somebody has, or has had."""
    return Conflict(HANDLE_TAKEN, "Somebody else has this handle.", field="handle")
