"""Give one of one's own passkeys another name."""

from cruddur.domain.checked_texts import checked_passkey_name
from cruddur.domain.errors import ConditionFailed
from cruddur.identity.context import IdentityContext
from cruddur.identity.remove_passkey import passkey_not_found
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Exists, Update
from cruddur.schema import keys
from cruddur.schema.passkey_items import passkey_key


@access_pattern("rename_passkey", Ceiling("H", "rename a passkey", write=1, read=0))
async def rename_passkey(
    identity: IdentityContext, user_uuid: str, passkey_id: str, name: str
) -> None:
    """Stores the name. Raises Invalid, NotFound, and TableUnavailable."""
    values = {"name": checked_passkey_name(name)}
    there = [Exists(keys.PARTITION_KEY)]
    try:
        await identity.table.update(
            Update(passkey_key(user_uuid, passkey_id), values, condition=there)
        )
    except ConditionFailed:
        raise passkey_not_found() from None
