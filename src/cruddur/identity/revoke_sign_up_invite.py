"""End an invitation to make an account, before it is used up or its days are over."""

from cruddur.domain.errors import ConditionFailed, NotFound, declare_code
from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete, Exists
from cruddur.schema import keys
from cruddur.schema.sign_up_items import sign_up_invite_key

_NOT_FOUND = declare_code("sign_up_invite_not_found", "One has made no such invitation.")


@access_pattern("sign_up_invites", Ceiling("H", "end an invitation", write=1, read=0))
async def revoke_sign_up_invite(
    identity: IdentityContext, made_by: str | None, invite_id: str
) -> None:
    """Removes an invitation of this member, or of the operators where `made_by` is None.

    Raises NotFound, and TableUnavailable. Accounts that were made by it stay.
    """
    key = sign_up_invite_key(made_by, invite_id)
    try:
        await identity.table.delete(Delete(key, [Exists(keys.PARTITION_KEY)]))
    except ConditionFailed:
        raise NotFound(_NOT_FOUND, "There is no such invitation.") from None
