"""Check the key that a host's back end sends, and note now and then that it is used."""

import hmac
from contextlib import suppress
from datetime import datetime, timedelta

from cruddur.domain.errors import (
    ConditionFailed,
    TableError,
    Unauthenticated,
    declare_code,
)
from cruddur.domain.host_key import HostKey
from cruddur.domain.model import timestamp
from cruddur.identity.context import IdentityContext
from cruddur.identity.host_tokens import HostToken, host_token_from
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Exists, Update
from cruddur.schema import keys
from cruddur.schema.host_key_items import host_key_from
from cruddur.schema.readable import one_from

_UNKNOWN = declare_code("key_unknown", "The key is none of this service, or was removed.")
_UNKNOWN_DETAIL = (
    "The table of this service has no such key: it was removed, made in another table, or not copied "
    "whole. The command cruddur keys list shows those that count."
)

NOTED_EVERY = timedelta(hours=1)


def known_host_key(identity: IdentityContext, text: str) -> HostKey | None:
    """Returns the key of this token if this process has checked it within the last minute."""
    token = host_token_from(text)
    return identity.memory.host_keys.get(token) if token else None


@access_pattern(
    "check_host_key", Ceiling("W", "check a host's key, once a minute", write=0, read=1)
)
async def check_host_key(identity: IdentityContext, text: str) -> HostKey:
    """Returns the key of this token. Raises Unauthenticated, and TableUnavailable."""
    token = host_token_from(text)
    if token is None:
        raise _unknown()
    memory = identity.memory
    while (key := memory.host_keys.get(token)) is None:
        changed = memory.host_keys_changed
        found = await _read(identity, token)
        await _note_use(identity, found)
        # If a key was removed meanwhile, the table may have been read before that.
        if memory.host_keys_changed == changed:
            memory.host_keys.remember(token, found)
            return found
    return key


async def _read(identity: IdentityContext, token: HostToken) -> HostKey:
    item = await identity.table.get(keys.host_key_key(token.name, token.number), consistent=True)
    key = one_from(host_key_from, item)
    if key is None or not hmac.compare_digest(key.secret_digest, token.digest):
        raise _unknown()
    return key


async def _note_use(identity: IdentityContext, key: HostKey) -> None:
    used_at = key.last_used_at and datetime.fromisoformat(key.last_used_at)
    if not used_at or identity.clock() - used_at >= NOTED_EVERY:
        # The key is right, whether its use can be noted or not.
        with suppress(TableError):
            await _write_use(identity, key)


@access_pattern(
    "note_host_key", Ceiling("W", "note that a host's key is used, once an hour", write=1, read=0)
)
async def _write_use(identity: IdentityContext, key: HostKey) -> None:
    used = {"last_used_at": timestamp(identity.clock())}
    place = keys.host_key_key(key.name, key.number)
    try:
        # Without the condition a key that was removed meanwhile would leave an item behind.
        await identity.table.update(Update(place, used, condition=[Exists(keys.PARTITION_KEY)]))
    except ConditionFailed:
        raise _unknown() from None


def _unknown() -> Unauthenticated:
    return Unauthenticated(_UNKNOWN, _UNKNOWN_DETAIL)
