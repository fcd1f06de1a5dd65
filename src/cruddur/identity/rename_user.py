"""Give a user another display name.

The profile, the handle and the words of the name change in one transaction, on condition that the name
is still the one that was read. The same transaction leaves an item by which the projector brings the
name to the person's conversations, so that a crash forgets nobody.
"""

from collections.abc import Sequence

import msgspec

from cruddur.domain.checked_texts import checked_display_name
from cruddur.domain.errors import Busy, TransactionFailed
from cruddur.domain.model import User, fold
from cruddur.domain.renaming import Renaming
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import account_gone
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete, Demand, Equals, Exists, Missing, Put, Update, Write
from cruddur.schema import items, keys
from cruddur.schema.readable import one_from

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.01


@access_pattern(
    "rename_user",
    Ceiling("O", "take another display name, two words for two", write=14, read=1),
)
async def rename_user(identity: IdentityContext, user_uuid: str, display_name: str) -> User:
    """Returns the user with the name, which new messages have from now on.

    A name that the user has already writes nothing. Raises Invalid, Unauthenticated if the account was
    removed, Busy, and TableUnavailable, after which it is safe to repeat.
    """
    display_name = checked_display_name(display_name)
    backoff = Backoff(_PAUSE_SECONDS, jitter=FULL_JITTER)
    for _ in range(_ATTEMPTS):
        before = await _read(identity, user_uuid)
        if before.display_name == display_name:
            return before
        following = (before.name_version or 0) + 1
        after = msgspec.structs.replace(before, display_name=display_name, name_version=following)
        try:
            await identity.table.transact(_writes(before, after))
        except TransactionFailed:
            await backoff.pause()
            continue
        _remember(identity, after)
        return after
    raise Busy("The name is being changed elsewhere. Please try again.")


async def _read(identity: IdentityContext, user_uuid: str) -> User:
    item = await identity.table.get(keys.user_key(user_uuid), consistent=True)
    user = one_from(items.user_from, item)
    if user is None:
        raise account_gone()
    return user


def _writes(before: User, after: User) -> Sequence[Write]:
    values = {"display_name": after.display_name, "name_version": after.name_version}
    renaming = Renaming(
        user_uuid=after.user_uuid,
        handle=after.handle,
        display_name=after.display_name,
        name_version=after.name_version or 0,
    )
    words = {keys.key_of(item): item for item in items.name_items(after)}
    old_words = [keys.key_of(item) for item in items.name_items(before)]
    is_theirs = [Equals("user_uuid", after.user_uuid)]
    return [
        Update(keys.user_key(after.user_uuid), values, condition=_as_read(before)),
        Update(keys.handle_key(after.handle), values, condition=is_theirs),
        *(Put(item) for item in words.values()),
        *(Delete(key) for key in old_words if key not in words),
        # It replaces what an earlier name has left, whose way ends here.
        Put(items.renaming_item(renaming)),
    ]


def _as_read(user: User) -> Sequence[Demand]:
    """Of two renames at once only one may find the profile like this."""
    version = user.name_version
    same = Missing("name_version") if version is None else Equals("name_version", version)
    return [Exists(keys.PARTITION_KEY), same]


def _remember(identity: IdentityContext, user: User) -> None:
    identity.memory.users.remember(user.user_uuid, user)
    identity.memory.handles.forget(fold(user.handle))
