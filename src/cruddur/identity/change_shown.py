"""Change what others see of a person: their display name, their picture.

The profile, the handle and the words of the name change in one transaction, on condition that the
profile is still the one that was read. The same transaction leaves an item by which the projector brings
the change to the person's conversations, so that a crash forgets nobody.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from cruddur.domain.errors import Busy, TransactionFailed
from cruddur.domain.model import User, fold
from cruddur.domain.renaming import Renaming
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import read_own_profile
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.table import (
    Delete,
    Demand,
    Equals,
    Exists,
    Put,
    Update,
    Write,
    unchanged,
)
from cruddur.schema import items, keys

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.01


async def change_shown(
    identity: IdentityContext,
    user_uuid: str,
    change: Callable[[User], User],
    more: Sequence[Write] = (),
) -> User:
    """Returns the user as `change` makes them of the newest profile; `more` is written with it.

    A profile that stays the same writes nothing. Raises Unauthenticated if the account was removed,
    Busy, and TableUnavailable, after which it is safe to repeat.
    """
    backoff = Backoff(_PAUSE_SECONDS, jitter=FULL_JITTER)
    for _ in range(_ATTEMPTS):
        before = await read_own_profile(identity, user_uuid)
        after = change(before)
        if after == before:
            return before
        after = msgspec.structs.replace(after, name_version=(before.name_version or 0) + 1)
        try:
            await identity.table.transact([*_writes(before, after), *more])
        except TransactionFailed:
            await backoff.pause()
            continue
        _remember(identity, after)
        return after
    raise Busy("Your profile is being changed elsewhere. Please try again.")


def _writes(before: User, after: User) -> Sequence[Write]:
    values: dict[str, Any] = {
        "display_name": after.display_name,
        "name_version": after.name_version,
    }
    if after.picture is not None:
        values["picture"] = after.picture
    gone = ("picture",) if after.picture is None else ()
    words = {keys.key_of(item): item for item in items.name_items(after)}
    old_words = [keys.key_of(item) for item in items.name_items(before)]
    is_theirs = [Equals("user_uuid", after.user_uuid)]
    return [
        Update(keys.user_key(after.user_uuid), values, gone, _as_read(before)),
        Update(keys.handle_key(after.handle), values, gone, is_theirs),
        *(Put(item) for item in words.values()),
        *(Delete(key) for key in old_words if key not in words),
        # It replaces what an earlier change has left, whose way ends here.
        Put(items.renaming_item(_renaming(after))),
    ]


def _renaming(after: User) -> Renaming:
    return Renaming(
        user_uuid=after.user_uuid,
        handle=after.handle,
        display_name=after.display_name,
        name_version=after.name_version or 0,
        picture=after.picture,
    )


def _as_read(user: User) -> Sequence[Demand]:
    """Of two changes at once only one may find the profile like this."""
    return [Exists(keys.PARTITION_KEY), unchanged("name_version", user.name_version)]


def _remember(identity: IdentityContext, user: User) -> None:
    identity.memory.users.remember(user.user_uuid, user)
    identity.memory.handles.forget(fold(user.handle))
