"""Links to a group and to an account, a request and an invitation, for the model of the table."""

from cruddur.domain.invites import Invitation, Invite, JoinRequest
from cruddur.domain.sign_up_invites import SignUpInvite
from cruddur.schema.invite_items import invitation_item, invite_item, join_request_item
from cruddur.schema.sign_up_items import sign_up_invite_item

_ANDREW, _BAYKO = "01935d3a-6f00-7a10-8c21-5f0e9b7d3a11", "01935d3a-7e80-7c44-9b12-2d6f8e0c4b27"

INVITE = invite_item(
    Invite(
        digest="0" * 64,
        message_group_uuid="d0d0d0d0-0000-4000-8000-d0d0d0d0d0d0",
        made_by=_ANDREW,
        made_at="2026-11-23T09:00:00.000Z",
        uses_left=50,
        expires_at=1796029200,
    )
)
ASKED = join_request_item(
    JoinRequest(
        message_group_uuid="d0d0d0d0-0000-4000-8000-d0d0d0d0d0d0",
        user_uuid=_BAYKO,
        handle="bayko",
        display_name="Andrew Bayko",
        asked_at="2026-11-23T09:00:00.000Z",
        expires_at=1796029200,
    )
)
INVITED = invitation_item(
    Invitation(
        user_uuid=_BAYKO,
        message_group_uuid="d0d0d0d0-0000-4000-8000-d0d0d0d0d0d0",
        title="Trip",
        by_user_uuid=_ANDREW,
        by_display_name="Andrew Brown",
        invited_at="2026-11-23T09:00:00.000Z",
    )
)
SIGN_UP_INVITES = [
    sign_up_invite_item(
        SignUpInvite(
            invite_id="5" * 32,
            made_by=made_by,
            made_at="2026-11-23T09:00:00.000Z",
            uses=5,
            uses_left=4,
            expires_at=1796029200,
        )
    )
    for made_by in (_ANDREW, None)
]
