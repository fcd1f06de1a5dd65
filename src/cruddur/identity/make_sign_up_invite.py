"""Make a link by which people who are invited make an account."""

import uuid
from datetime import timedelta
from typing import NamedTuple

from cruddur.domain.errors import Conflict, declare_code
from cruddur.domain.model import timestamp
from cruddur.domain.sign_up_invites import OPEN_INVITES_MAX, SignUpInvite
from cruddur.identity.context import IdentityContext
from cruddur.identity.link_tokens import LinkToken, new_token
from cruddur.identity.list_sign_up_invites import list_sign_up_invites
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import IF_NEW, Put
from cruddur.schema.sign_up_items import sign_up_invite_item

NO_MEMBER = str(uuid.UUID(int=0))
"""What a token has in place of a member's uuid where an operator made it."""

_TOO_MANY = declare_code(
    "sign_up_invites_exceed_max_10", "Ten invitations of one person are open at a time."
)
_ID_CHARS = 32


class SignUpInviteMade(NamedTuple):
    """An invitation, and its token, which can be read here and nowhere else."""

    invite: SignUpInvite
    token: str

    def __repr__(self) -> str:
        return f"SignUpInviteMade({self.invite!r})"


def id_of(token: LinkToken) -> str:
    """Returns what the table holds of a token: 128 bits of the digest of its secret."""
    return token.digest[:_ID_CHARS]


@access_pattern(
    "sign_up_invites", Ceiling("H", "invite somebody to make an account", write=1, read=0.5)
)
async def make_sign_up_invite(
    identity: IdentityContext, made_by: str | None, *, uses: int, days: int
) -> SignUpInviteMade:
    """Returns a new invitation of a member, or of an operator where `made_by` is None.

    Raises Conflict for a member who has as many open ones as one may have, and TableUnavailable.
    """
    if made_by is not None and len(await list_sign_up_invites(identity, made_by)) >= (
        OPEN_INVITES_MAX
    ):
        text = f"You have {OPEN_INVITES_MAX} open invitations. End one of them first."
        raise Conflict(_TOO_MANY, text)
    token = new_token(made_by or NO_MEMBER)
    now = identity.clock()
    invite = SignUpInvite(
        invite_id=id_of(token),
        made_by=made_by,
        made_at=timestamp(now),
        uses=uses,
        uses_left=uses,
        expires_at=int((now + timedelta(days=days)).timestamp()),
    )
    await identity.table.put(Put(sign_up_invite_item(invite), IF_NEW))
    return SignUpInviteMade(invite, token.text)
