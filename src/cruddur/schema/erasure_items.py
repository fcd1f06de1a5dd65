"""Converts what erasures need to items and back, and says what each kind of item holds of a person."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from cruddur.domain.erasure import Erasure, LeftConversation
from cruddur.domain.item import Item
from cruddur.schema import erasure_keys, keys
from cruddur.schema.kinds import Kind
from cruddur.schema.records import keyed, record_item

Erased = Literal["with the account", "in each conversation", "in each report", "never"]

ERASED: Mapping[Kind, Erased] = {
    "message": "in each conversation",
    "message-change": "in each conversation",
    "group": "in each conversation",
    "inbox-row": "in each conversation",
    "read-mark": "in each conversation",
    "left": "with the account",
    "user": "with the account",
    "handle": "with the account",
    "name": "with the account",
    "login": "with the account",
    "session": "with the account",
    "reset": "with the account",
    "passkey": "with the account",
    "second-factor": "with the account",
    "renaming": "with the account",
    "pins": "with the account",
    "block": "with the account",
    "erasure": "with the account",
    "erased-person": "never",  # a uuid that leads to nobody
    "erased-handle": "never",  # a digest that leads to nobody
    "audit": "never",  # who did what, for the people who run the service, as long as that is kept
    "report": "in each report",
    "invitation": "with the account",
    "sign-up-invite": "with the account",  # those of operators belong to nobody
    "email": "with the account",
    "email-address": "with the account",
    "mail": "with the account",
    "digest": "with the account",
    "picture": "with the account",
    "invite": "never",  # uuids alone; it ends within thirty days
    "join-request": "never",  # it ends with the link by which it was made
    "push-device": "with the account",
    "push-choices": "with the account",
    "push-told": "with the account",
    "push-owner": "with the account",
    "push-key": "never",  # a number
    "webhook": "never",  # it belongs to a program, too
    "webhook-delivery": "never",  # uuids and numbers alone, for a month at most
    "retention": "never",  # uuids of groups
    "host-key": "never",  # it belongs to a program
    "retry": "never",  # uuids alone, as here below
    "dead-letter": "never",
    "feed": "never",
    "other": "never",  # this service writes none
}
"""By kind: how the erasure of a person reaches its items. A test of the house finds a kind that lacks.

All items in the partition of a person go with the account, whatever their kind.
"""


def erasure_item(erasure: Erasure) -> Item:
    """Returns the item of an erasure that has begun; its key holds the person."""
    return record_item(erasure_keys.erasure_key(erasure.user_uuid), erasure, "user_uuid")


def erased_person_item(erasure: Erasure) -> Item:
    """Returns the item that says that a person was erased."""
    done = msgspec.structs.replace(erasure, handle=None, busy_until=0)
    return record_item(erasure_keys.erased_person_key(erasure.user_uuid), done, "user_uuid")


def erasure_from(item: Item) -> Erasure:
    """Returns the erasure of an item of either form. Raises one of UNREADABLE."""
    return msgspec.convert({**item, "user_uuid": keys.whole_key_of(item).sk}, Erasure)


def erased_handle_item(digest: str) -> Item:
    """Returns the item that keeps others from taking a handle. It holds a digest, and nothing else."""
    return keyed(erasure_keys.erased_handle_key(digest))


def erased_login_item(digest: str, user_uuid: str) -> Item:
    """Returns the item that keeps an issuer's login from making an account again.

    It holds a digest, and the uuid of the person, which leads to nobody.
    """
    return {**keyed(erasure_keys.erased_login_key(digest)), "user_uuid": user_uuid}


def left_item(left: LeftConversation) -> Item:
    """Returns the item that remembers a conversation that a person has left; its key holds both."""
    key = erasure_keys.left_key(left.user_uuid, left.message_group_uuid)
    item = record_item(key, left, "user_uuid", "message_group_uuid")
    return item if left.erased_seq or left.erased_change_seq else keyed(key)


def left_from(item: Item) -> LeftConversation:
    """Returns the conversation of an item. Raises one of UNREADABLE."""
    key = keys.whole_key_of(item)
    uuids = {
        "user_uuid": key.pk.removeprefix(keys.USER_PREFIX),
        "message_group_uuid": key.sk.removeprefix(erasure_keys.LEFT_PREFIX),
    }
    return msgspec.convert({**item, **uuids}, LeftConversation)
