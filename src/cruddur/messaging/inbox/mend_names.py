"""Mend what `verify_names` has found."""

from cruddur.domain.model import User
from cruddur.domain.renaming import Renaming
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.inbox.bring_name import bring_name
from cruddur.messaging.inbox.carry_name import carry_name, find_renaming
from cruddur.messaging.inbox.difference import Difference
from cruddur.ports.table import Check, Delete, Equals, Put, unchanged
from cruddur.schema import keys


async def mend_names(messaging: MessagingContext, difference: Difference) -> bool:
    """Writes what others should have of the name, and returns whether it could.

    Raises ConditionFailed if the person was renamed meanwhile, and TableUnavailable.
    """
    if difference.renaming is not None:
        await _bring(messaging, difference.where, difference.renaming)
        return True
    if difference.person is None:
        return False
    await messaging.table.transact(
        [
            _unchanged(difference.person),
            *(Put(item) for item in difference.missing),
            *(Delete(key) for key in difference.unwanted),
        ]
    )
    return True


async def _bring(messaging: MessagingContext, where: str, renaming: Renaming) -> None:
    if where != renaming.user_uuid:  # it is the conversation that lacks the name
        await bring_name(messaging, where, renaming)
        return
    at: Renaming | None = renaming
    while at is not None:
        await carry_name(messaging, at)
        at = await find_renaming(messaging, renaming.user_uuid)


def _unchanged(user: User) -> Check:
    as_read = [
        unchanged("name_version", user.name_version),
        Equals("display_name", user.display_name),
    ]
    return Check(keys.user_key(user.user_uuid), as_read)
