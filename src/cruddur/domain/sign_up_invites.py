"""Invitations to make an account, where only people who are invited may."""

from msgspec import Struct

MEMBER_USES_MAX = 20
MEMBER_DAYS_MAX = 30
OPEN_INVITES_MAX = 10
"""How many invitations of one member are open at a time. An operator may have more."""


class SignUpInvite(Struct, frozen=True, kw_only=True):
    """A link by which so many people may make an account, until it ends.

    `made_by` is the uuid of the member who made it, and None where an operator did. `expires_at` is in
    epoch seconds. The link's secret is stored nowhere: `invite_id` is a part of its digest.
    """

    invite_id: str
    made_by: str | None = None
    made_at: str
    uses: int
    uses_left: int
    expires_at: int

    def works(self, now: float) -> bool:
        """Whether somebody may still use it at this moment, in epoch seconds.

        The table may remove an item days after it expired.
        """
        return self.uses_left > 0 and self.expires_at > now
