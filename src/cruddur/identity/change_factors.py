"""Change what somebody signs in by beside the password, and end all their sessions but this one."""

from collections.abc import Sequence
from functools import partial

from cruddur.domain.errors import Busy, TransactionFailed
from cruddur.identity.context import IdentityContext, Session, SessionsEnded
from cruddur.identity.end_sessions import end_sessions_around
from cruddur.ports.table import Update, Write


async def change_factors(
    identity: IdentityContext, user_uuid: str, session: Session, writes: Sequence[Write]
) -> SessionsEnded:
    """Carries out the writes in one transaction. Raises Busy, and TableUnavailable.

    A session that ends here may have been opened by what is taken away.
    """
    return await end_sessions_around(
        identity, user_uuid, session, partial(_transact, identity, writes)
    )


async def _transact(
    identity: IdentityContext, writes: Sequence[Write], one_way_less: Update
) -> None:
    try:
        await identity.table.transact([*writes, one_way_less])
    except TransactionFailed:
        raise Busy("Your passkeys were changed just now. Please try again.") from None
