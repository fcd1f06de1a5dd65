"""List the invitations to make an account that somebody has made and that still work."""

from collections.abc import AsyncIterator, Sequence

from cruddur.domain.sign_up_invites import SignUpInvite
from cruddur.identity.context import IdentityContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.paging import pages
from cruddur.ports.table import Query, Range
from cruddur.schema.kinds import kind_of
from cruddur.schema.readable import one_from
from cruddur.schema.sign_up_items import SIGN_UP_PREFIX, sign_up_invite_from, sign_up_invites_pk


@access_pattern(
    "sign_up_invites", Ceiling("H", "list the ten invitations of a person", write=0, read=0.5)
)
async def list_sign_up_invites(
    identity: IdentityContext, made_by: str | None
) -> Sequence[SignUpInvite]:
    """Returns the open ones of a member, or of the operators where `made_by` is None, newest first.

    Raises TableUnavailable.
    """
    query = Query(sign_up_invites_pk(made_by), range=Range(prefix=SIGN_UP_PREFIX))
    now = identity.clock().timestamp()
    found = [
        one
        async for page in pages(identity.table, query)
        for item in page.items
        if (one := one_from(sign_up_invite_from, item)) and one.works(now)
    ]
    return sorted(found, key=lambda one: one.made_at, reverse=True)


async def all_sign_up_invites(identity: IdentityContext) -> AsyncIterator[SignUpInvite]:
    """Yields the open ones of everybody. It reads the whole table."""
    now = identity.clock().timestamp()
    async for item in identity.table.scan():
        if kind_of(item) == "sign-up-invite":
            one = one_from(sign_up_invite_from, item)
            if one and one.works(now):
                yield one
