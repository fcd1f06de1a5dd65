"""List all accounts, for the operator of the service."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.schema import items
from cruddur.schema.kinds import kind_of


@dataclass(frozen=True, slots=True)
class ListedUser:
    """A user, and whether they can sign in with a password."""

    user: User
    has_password: bool


async def list_users(
    identity: IdentityContext, looked_at: Callable[[], None] = lambda: None
) -> Sequence[ListedUser]:
    """Returns all users, ordered by handle. It scans the table, since no index lists users.

    `looked_at` is called for each item of the table. Items that cannot be read are left out;
    `cruddur verify` reports them.
    """
    users: list[User] = []
    with_password: set[str] = set()
    async for item in identity.table.scan():
        looked_at()
        kind = kind_of(item)
        if kind == "user":
            with suppress(*items.UNREADABLE):
                users.append(items.user_from(item))
        elif kind == "login" and item.get("password_hash"):
            with_password.add(str(item.get("user_uuid")))
    users.sort(key=lambda user: (user.handle.lower(), user.user_uuid))
    return [ListedUser(user, user.user_uuid in with_password) for user in users]
