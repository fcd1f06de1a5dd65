"""The keys and codecs of links to groups, of requests to be let in, and of invitations to come back."""

import msgspec

from cruddur.domain.invites import Invitation, Invite, JoinRequest
from cruddur.domain.item import Item, Key
from cruddur.schema import keys
from cruddur.schema.records import record_item

INVITE_PREFIX = "INVITE#"
INVITE_SK = "INVITE"
REQUEST_PREFIX = "ASKS#"  # sorts after every number, so that no query for messages has it
INVITED_PREFIX = "INVITED#"  # sorts before SESSION#, so that no query for sessions has it


def invite_key(digest: str) -> Key:
    """The key of a link, by the digest of its token."""
    return Key(INVITE_PREFIX + digest, INVITE_SK)


def join_request_key(message_group_uuid: str, user_uuid: str) -> Key:
    """The key of a person's request to be let into a group."""
    return Key(keys.messages_pk(message_group_uuid), REQUEST_PREFIX + user_uuid)


def invitation_key(user_uuid: str, message_group_uuid: str) -> Key:
    """The key of a person's invitation to come back into a group."""
    return Key(keys.USER_PREFIX + user_uuid, INVITED_PREFIX + message_group_uuid)


def is_join_request_sk(sk: str) -> bool:
    """Whether the sort key is that of a request to be let in."""
    return sk.startswith(REQUEST_PREFIX)


def is_invitation_sk(sk: str) -> bool:
    """Whether the sort key is that of an invitation."""
    return sk.startswith(INVITED_PREFIX)


def invite_item(invite: Invite) -> Item:
    """Returns the item of a link, which the table removes once it has ended."""
    return record_item(invite_key(invite.digest), invite, "digest")


def invite_from(item: Item) -> Invite:
    """Returns the link of an item. Raises one of UNREADABLE."""
    digest = keys.whole_key_of(item).pk.removeprefix(INVITE_PREFIX)
    return msgspec.convert({**item, "digest": digest}, Invite)


def join_request_item(request: JoinRequest) -> Item:
    """Returns the item of a request to be let in; its key holds the person."""
    return record_item(join_request_key(request.message_group_uuid, request.user_uuid), request)


def join_request_from(item: Item) -> JoinRequest:
    """Returns the request of an item. Raises one of UNREADABLE."""
    return msgspec.convert(item, JoinRequest)


def invitation_item(invitation: Invitation) -> Item:
    """Returns the item of an invitation; its key holds the person and the group."""
    key = invitation_key(invitation.user_uuid, invitation.message_group_uuid)
    return record_item(key, invitation)


def invitation_from(item: Item) -> Invitation:
    """Returns the invitation of an item. Raises one of UNREADABLE."""
    return msgspec.convert(item, Invitation)
