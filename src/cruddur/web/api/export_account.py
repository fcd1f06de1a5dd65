"""The first line of an export: the caller's account, and what else the service keeps of them."""

from base64 import b64encode

import msgspec

from cruddur.domain.person_picture import PersonPicture
from cruddur.domain.receipts import shares_receipts
from cruddur.identity.find_email import find_email
from cruddur.identity.find_factors import find_factors
from cruddur.identity.find_picture import find_own_picture
from cruddur.identity.list_sessions import list_open_sessions
from cruddur.identity.list_sign_up_invites import list_sign_up_invites
from cruddur.messaging.people.list_blocks import list_blocks
from cruddur.web.api.blocks import blocked_out
from cruddur.web.api.passkey_schemas import passkey_out
from cruddur.web.api.schemas import user_out
from cruddur.web.api.sessions import session_out
from cruddur.web.api.sign_up_invites import sign_up_invite_out
from cruddur.web.http.context import Caller, context_of


async def account_fields(request: Caller) -> dict[str, object]:
    """Returns what the line `account` holds: bounded lists, each in the form of its own route.

    Raises TableUnavailable.
    """
    context, user = context_of(request), request.user
    identity, uuid = context.identity, user.user_uuid
    picture = await find_own_picture(identity, user)
    factors = await find_factors(identity, user)
    return {
        **msgspec.to_builtins(user_out(user)),
        "created_at": user.created_at,
        "email": (await find_email(identity, uuid)).address,
        "who_may_write": user.who_may_write,
        "shares_receipts": shares_receipts(user.receipts_from),
        "picture_file": picture and _file_of(picture),
        "passkeys": [passkey_out(one) for one in factors.passkeys],
        "second_factor_since": factors.second_factor and factors.second_factor.since,
        "sessions": [
            session_out(one, request.auth.token_id)
            for one in await list_open_sessions(identity, user)
        ],
        "blocks": [blocked_out(one) for one in await list_blocks(context.messaging, uuid)],
        "sign_up_invites": [
            sign_up_invite_out(one) for one in await list_sign_up_invites(identity, uuid)
        ],
    }


def _file_of(picture: PersonPicture) -> str:
    """The picture as a `data:` address (RFC 2397), which browsers show."""
    return f"data:{picture.media_type};base64,{b64encode(picture.data).decode()}"
