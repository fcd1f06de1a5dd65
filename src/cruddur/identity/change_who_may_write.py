"""Change a person's own rule for strangers: who may write to them, and add them to groups."""

import msgspec

from cruddur.domain.errors import ConditionFailed, Invalid, declare_code
from cruddur.domain.model import User, fold
from cruddur.domain.who_may_write import RULES
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import account_gone
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Equals, Exists, Update
from cruddur.schema import keys

_RULE_INVALID = declare_code(
    "who_may_write_invalid", "It is `everybody`, `request` or `nobody`, or null for the service's."
)


@access_pattern("change_who_may_write", Ceiling("U", "say who may write to one", write=4, read=0))
async def change_who_may_write(identity: IdentityContext, user: User, rule: str | None) -> User:
    """Returns the user with the rule; None is the service's. Others notice it within a minute.

    It lies beside the handle as well, by which a stranger finds the person: so starting a conversation
    reads nothing more. Raises Invalid, Unauthenticated if the account was removed, TableUnavailable.
    """
    if rule is not None and rule not in RULES:
        raise Invalid(
            _RULE_INVALID,
            "Choose who may write to you: everybody, everybody by a request, or nobody.",
            field="who_may_write",
        )
    values = {} if rule is None else {"who_may_write": rule}
    removed = ["who_may_write"] if rule is None else []
    is_theirs = [Equals("user_uuid", user.user_uuid)]
    try:
        await identity.table.transact(
            [
                Update(
                    keys.user_key(user.user_uuid), values, removed, [Exists(keys.PARTITION_KEY)]
                ),
                Update(keys.handle_key(user.handle), values, removed, is_theirs),
            ]
        )
    except ConditionFailed:
        raise account_gone() from None
    changed = msgspec.structs.replace(user, who_may_write=rule)
    identity.memory.users.remember(user.user_uuid, changed)
    identity.memory.handles.forget(fold(user.handle))
    return changed
