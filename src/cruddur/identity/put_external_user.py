"""Make a person of a host product here, or bring them up to date: the same request does both."""

import uuid
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

from cruddur.domain.checked_texts import checked_display_name
from cruddur.domain.errors import (
    Busy,
    ConditionFailed,
    Conflict,
    TransactionFailed,
    declare_code,
)
from cruddur.domain.external_user import (
    ExternalUser,
    checked_avatar_url,
    checked_external_id,
    checked_metadata,
)
from cruddur.domain.handles import checked_new_handle
from cruddur.domain.made_handles import made_handle
from cruddur.domain.model import User, fold, timestamp
from cruddur.identity.begin_erasure import handle_is_free
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_external_user import KnownUser, read_external_user
from cruddur.identity.new_account import HANDLE_TAKEN
from cruddur.identity.rename_user import rename_user
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Condition, Equals, Exists, Put, Update
from cruddur.schema import items, keys
from cruddur.schema.external_items import external_item

_HANDLE_STAYS = declare_code("handle_stays", "A person's handle does not change once it is given.")

_ATTEMPTS = 8


class WantedUser(Struct, frozen=True, kw_only=True):
    """What a host says of a person. What is UNSET stays as it is, and None removes it.

    Without a handle a new person gets one that is made for them, and another one keeps theirs.
    `named_at` is when the token was made that says so, in epoch seconds; 0 for a back end.
    """

    external_id: str
    display_name: str
    handle: str | None = None
    avatar_url: str | UnsetType | None = UNSET
    metadata: Mapping[str, str] | UnsetType | None = UNSET
    named_at: int = 0


class PutUser(NamedTuple):
    """The person as they are now, and whether they are new or have another name."""

    known: KnownUser
    is_new: bool = False
    is_renamed: bool = False


@access_pattern(
    "put_external_user",
    Ceiling("W", "make a person for a host, of a name of two words", write=12, read=1),
    Ceiling("W", "put them again, nothing changed", write=0, read=2),
)
async def put_external_user(identity: IdentityContext, wanted: WantedUser) -> PutUser:
    """Makes the person, or changes what differs. It may be repeated at any time.

    Raises Invalid, Conflict for a handle that is taken or other than theirs, Busy, and TableUnavailable.
    """
    wanted = _checked(wanted)
    for _ in range(_ATTEMPTS):
        external, user = await read_external_user(identity, wanted.external_id)
        if external is not None and user is not None:
            return await _update(identity, KnownUser(user, external), wanted)
        made = await _create(identity, wanted, replaced=external)
        if made is not None:
            return PutUser(made, is_new=True)
    raise Busy("This person is being made elsewhere. Please try again.")


def _checked(wanted: WantedUser) -> WantedUser:
    return msgspec.structs.replace(
        wanted,
        external_id=checked_external_id(wanted.external_id),
        display_name=checked_display_name(wanted.display_name),
        handle=checked_new_handle(wanted.handle) if wanted.handle is not None else None,
        avatar_url=checked_avatar_url(wanted.avatar_url)
        if wanted.avatar_url
        else wanted.avatar_url,
        metadata=checked_metadata(wanted.metadata) if wanted.metadata else wanted.metadata,
    )


async def _create(
    identity: IdentityContext, wanted: WantedUser, *, replaced: ExternalUser | None
) -> KnownUser | None:
    """Returns the new person, or None if another try may succeed.

    `replaced` is what an account that was removed has left.
    """
    user = User(
        user_uuid=str(uuid.uuid4()),
        handle=wanted.handle or made_handle(wanted.display_name),
        display_name=wanted.display_name,
        created_at=timestamp(identity.clock()),
        external_id=wanted.external_id,
    )
    external = _said(wanted, ExternalUser(external_id=wanted.external_id, user_uuid=user.user_uuid))
    is_free = [Equals("user_uuid", replaced.user_uuid)] if replaced else IF_NEW
    parts = [Put(item, IF_NEW) for item in items.person_items(user)]
    try:
        await identity.table.transact(
            [*parts, Put(external_item(external), is_free), handle_is_free(identity, user.handle)]
        )
    except TransactionFailed as error:
        is_elsewhere = len(parts) in error.failed
        if wanted.handle is not None and error.failed and not is_elsewhere:
            raise Conflict(HANDLE_TAKEN, "Somebody else has this handle.", field="handle") from None
        return None
    identity.memory.external.remember(wanted.external_id, user.user_uuid)
    return KnownUser(user, external)


async def _update(identity: IdentityContext, known: KnownUser, wanted: WantedUser) -> PutUser:
    user, external = known
    if wanted.handle is not None and fold(wanted.handle) != fold(user.handle):
        raise Conflict(
            _HANDLE_STAYS, f"This person is @{user.handle}, and handles stay.", field="handle"
        )
    said = _said(wanted, external)
    if said != external:
        await _store(identity, said)
    is_renamed = user.display_name != wanted.display_name
    if is_renamed:
        user = await rename_user(identity, user.user_uuid, wanted.display_name)
    return PutUser(KnownUser(user, said), is_renamed=is_renamed)


def _said(wanted: WantedUser, before: ExternalUser) -> ExternalUser:
    avatar_url = before.avatar_url if wanted.avatar_url is UNSET else wanted.avatar_url
    metadata = before.metadata if wanted.metadata is UNSET else (wanted.metadata or {})
    return msgspec.structs.replace(
        before,
        avatar_url=avatar_url or None,
        metadata=metadata,
        named_at=max(before.named_at, wanted.named_at),
    )


async def _store(identity: IdentityContext, said: ExternalUser) -> None:
    item = external_item(said)
    names = ("avatar_url", "metadata", "named_at")
    values = {name: item[name] for name in names if name in item}
    gone = [name for name in names if name not in item]
    # Without the first condition an account that was erased meanwhile would leave an item behind.
    there: Condition = [Exists(keys.PARTITION_KEY), Equals("user_uuid", said.user_uuid)]
    key = keys.external_key(said.external_id)
    try:
        await identity.table.update(Update(key, values, remove=gone, condition=there))
    except ConditionFailed:
        raise Busy("This person is being changed elsewhere. Please try again.") from None
