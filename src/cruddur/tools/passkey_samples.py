"""A passkey and a second factor, for the model of the table."""

from collections.abc import Sequence

from cruddur.domain.base64url import to_base64url
from cruddur.domain.item import Item
from cruddur.domain.model import User
from cruddur.domain.passkey import Passkey, SecondFactor, passkey_id_of
from cruddur.schema.passkey_items import passkey_item, second_factor_item

_CREDENTIAL_ID = bytes(range(32))
_PUBLIC_KEY = (
    "pQECAyYgASFYIPw4PNSFmV3CACmu4qZ4DWiJUImXzQe3qOcp-I9HexmFIlgg9N9rM2n4EJJoVxzZRssa"
    "Rsswu6BgVdM9bOLCTisPY9I"
)


def passkeys_of(user: User) -> Sequence[Item]:
    """Returns a person's one passkey, and that it is asked for besides the password."""
    passkey = Passkey(
        user_uuid=user.user_uuid,
        passkey_id=passkey_id_of(_CREDENTIAL_ID),
        credential_id=to_base64url(_CREDENTIAL_ID),
        public_key=_PUBLIC_KEY,
        sign_count=7,
        name="My phone",
        created_at="2026-11-23T09:00:00.000Z",
        last_used_at="2026-11-24T07:30:00.000Z",
        transports=["internal"],
        is_synced=True,
    )
    factor = SecondFactor(
        user_uuid=user.user_uuid,
        since="2026-11-23T09:05:00.000Z",
        salt="0" * 32,
        code_digests=["5f" * 32],
    )
    return [passkey_item(passkey), second_factor_item(factor)]
