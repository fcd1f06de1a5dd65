"""The keys and the codec of invitations to make an account."""

import msgspec

from cruddur.domain.item import Item, Key
from cruddur.domain.sign_up_invites import SignUpInvite
from cruddur.schema import keys
from cruddur.schema.records import record_item

OPERATORS_PK = "SIGNUP#operator"
SIGN_UP_PREFIX = "INVITE#"  # sorts before SESSION#, so that no query for sessions has it


def sign_up_invites_pk(made_by: str | None) -> str:
    """The partition of a member's invitations, which is that of their account, or of the operators'."""
    return OPERATORS_PK if made_by is None else keys.USER_PREFIX + made_by


def sign_up_invite_key(made_by: str | None, invite_id: str) -> Key:
    """The key of an invitation to make an account."""
    return Key(sign_up_invites_pk(made_by), SIGN_UP_PREFIX + invite_id)


def is_sign_up_invite_sk(sk: str) -> bool:
    """Whether the sort key is that of an invitation to make an account."""
    return sk.startswith(SIGN_UP_PREFIX)


def sign_up_invite_item(invite: SignUpInvite) -> Item:
    """Returns the item of an invitation, which the table removes once it has ended."""
    key = sign_up_invite_key(invite.made_by, invite.invite_id)
    item = record_item(key, invite, "invite_id")
    item.pop("made_by", None)  # the key says it
    return item


def sign_up_invite_from(item: Item) -> SignUpInvite:
    """Returns the invitation of an item. Raises one of UNREADABLE."""
    pk, sk = keys.whole_key_of(item)
    made_by = None if pk == OPERATORS_PK else pk.removeprefix(keys.USER_PREFIX)
    invite_id = sk.removeprefix(SIGN_UP_PREFIX)
    return msgspec.convert({**item, "invite_id": invite_id, "made_by": made_by}, SignUpInvite)
