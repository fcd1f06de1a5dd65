"""Make an account by an invitation, which counts the use in the same transaction."""

from typing import NamedTuple

from cruddur.domain.errors import Busy, TransactionFailed
from cruddur.domain.model import User
from cruddur.domain.sign_up_invites import SignUpInvite
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_sign_up_invite import read_sign_up_invite
from cruddur.identity.new_account import handle_taken, new_account
from cruddur.ports.backoff import FULL_JITTER, Backoff
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Equals, Update
from cruddur.schema.sign_up_items import sign_up_invite_key

_ATTEMPTS = 30
_FIRST_SECONDS, _LONGEST_SECONDS = 0.01, 0.5


class SignedUp(NamedTuple):
    """The new user, and the invitation that was used."""

    user: User
    invite: SignUpInvite


@access_pattern(
    "create_account",
    Ceiling("H", "make an account by a member's invitation", write=14, read=2),
)
async def sign_up_by_invite(
    identity: IdentityContext, token: str, handle: str, display_name: str, password: str
) -> SignedUp:
    """Returns the new user. Of many who use the last use of an invitation at once, one gets it.

    The invitation is looked at first: without one, nobody learns whether a handle is taken, or makes
    the service hash passwords. Raises NotFound for one that does not work, Conflict for a handle that is
    taken, Invalid, Busy.
    """
    invite, _ = await read_sign_up_invite(identity, token)
    made = await new_account(identity, handle, display_name, password)
    backoff = Backoff(_FIRST_SECONDS, _LONGEST_SECONDS, jitter=FULL_JITTER)
    for _ in range(_ATTEMPTS):
        try:
            await identity.table.transact([_use(invite), *made.writes])
        except TransactionFailed as error:
            if any(error.failed):  # 0 is the invitation's place
                raise handle_taken() from None
            await backoff.pause()
            invite, _ = await read_sign_up_invite(identity, token)
        else:
            return SignedUp(made.user, invite)
    raise Busy("Many people use this invitation just now. Please try again.")


def _use(invite: SignUpInvite) -> Update:
    left = invite.uses_left
    return Update(
        sign_up_invite_key(invite.made_by, invite.invite_id),
        {"uses_left": left - 1},
        condition=[Equals("uses_left", left)],
    )
