"""Passwords that are too short to open anything alone: while one is there, the second factor stays."""

from cruddur.domain.errors import Busy, Conflict, TransactionFailed, declare_code
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.logins import login_key_of
from cruddur.ports.table import Check, Delete, Missing
from cruddur.schema.passkey_items import second_factor_key

_SHORT = declare_code(
    "password_is_short",
    "The password has fewer than 12 characters, which is enough only beside a second factor.",
)


async def remove_factor(
    identity: IdentityContext, user: User, refusal: str, *, whose: str = "The password"
) -> None:
    """Removes the second factor, so that the person's password stands alone.

    Raises Conflict with `refusal` if it is too short for that, Busy, which names it as `whose`, and
    TableUnavailable.
    """
    # A password without the mark is from before there were short ones, or the person has none.
    is_long = Check(login_key_of(user.handle), [Missing("is_short")])
    try:
        await identity.table.transact([Delete(second_factor_key(user.user_uuid)), is_long])
    except TransactionFailed as error:
        if error.failed:
            raise Conflict(_SHORT, refusal) from None
        raise Busy(f"{whose} was changed just now. Please try again.") from None
