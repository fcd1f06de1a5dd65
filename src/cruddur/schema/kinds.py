"""The kinds of items: by which key each is known, and by which name the cache holds it."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, get_args

from cruddur.domain.item import Item, Key
from cruddur.schema import (
    block_keys,
    email_items,
    erasure_keys,
    invite_items,
    keys,
    passkey_items,
    picture_items,
    push_keys,
    receipt_keys,
    sign_up_items,
    webhook_items,
)
from cruddur.schema.digest_items import DIGESTS_PK
from cruddur.schema.mail_items import MAIL_PK
from cruddur.schema.report_items import REPORT_PREFIX
from cruddur.schema.retention_items import RETENTION_PREFIX

Kind = Literal[
    "message",
    "group",
    "inbox-row",
    "user",
    "handle",
    "name",
    "login",
    "session",
    "dead-letter",
    "retry",
    "feed",
    "message-change",
    "renaming",
    "reset",
    "passkey",
    "second-factor",
    "host-key",
    "pins",
    "read-mark",
    "block",
    "left",
    "erasure",
    "erased-person",
    "erased-handle",
    "audit",
    "report",
    "invite",
    "join-request",
    "invitation",
    "sign-up-invite",
    "push-device",
    "push-choices",
    "push-told",
    "push-owner",
    "push-key",
    "webhook",
    "webhook-delivery",
    "email",
    "email-address",
    "mail",
    "retention",
    "digest",
    "picture",
    "other",
]
KINDS: tuple[Kind, ...] = get_args(Kind)


class _Known(NamedTuple):
    """What tells a kind: the beginning of `pk`, and what `sk` must be where that leaves a doubt."""

    prefix: str
    has_sk: Callable[[str], bool] | None = None
    cached_as: Callable[[str], str] | None = None
    """The name of the cached value that contains the item, from what follows the prefix."""


def _is_left_sk(sk: str) -> bool:
    return sk.startswith(erasure_keys.LEFT_PREFIX)


_KNOWN: Sequence[tuple[Kind, _Known]] = (
    ("message", _Known(keys.MESSAGES_PREFIX, keys.is_seq_sk, keys.newest_messages_name)),
    ("message-change", _Known(keys.MESSAGES_PREFIX, keys.is_change_sk)),
    ("read-mark", _Known(keys.MESSAGES_PREFIX, receipt_keys.is_read_mark_sk)),
    ("group", _Known(keys.MESSAGES_PREFIX, keys.GROUP_SK.__eq__, keys.group_name)),
    ("join-request", _Known(keys.MESSAGES_PREFIX, invite_items.is_join_request_sk)),
    ("invite", _Known(invite_items.INVITE_PREFIX)),
    ("invitation", _Known(keys.USER_PREFIX, invite_items.is_invitation_sk)),
    ("sign-up-invite", _Known(keys.USER_PREFIX, sign_up_items.is_sign_up_invite_sk)),
    ("sign-up-invite", _Known(sign_up_items.OPERATORS_PK)),
    ("retention", _Known(RETENTION_PREFIX)),
    ("inbox-row", _Known(keys.INBOX_PREFIX, cached_as=keys.inbox_name)),
    ("inbox-row", _Known(keys.REQUESTS_PREFIX)),
    ("user", _Known(keys.USER_PREFIX, keys.PROFILE_SK.__eq__, keys.user_name)),
    ("session", _Known(keys.USER_PREFIX, keys.is_session_sk)),
    ("reset", _Known(keys.USER_PREFIX, keys.RESET_SK.__eq__)),
    ("passkey", _Known(keys.USER_PREFIX, passkey_items.is_passkey_sk)),
    ("second-factor", _Known(keys.USER_PREFIX, passkey_items.SECOND_FACTOR_SK.__eq__)),
    ("pins", _Known(keys.USER_PREFIX, keys.PINS_SK.__eq__)),
    ("block", _Known(keys.USER_PREFIX, block_keys.is_block_sk)),
    ("left", _Known(keys.USER_PREFIX, _is_left_sk)),
    ("push-device", _Known(keys.USER_PREFIX, push_keys.is_device_sk)),
    ("push-choices", _Known(keys.USER_PREFIX, push_keys.CHOICES_SK.__eq__)),
    ("push-told", _Known(keys.USER_PREFIX, push_keys.is_told_sk)),
    ("push-owner", _Known(push_keys.OWNER_PREFIX, push_keys.OWNER_SK.__eq__)),
    ("push-key", _Known(push_keys.OWNER_PREFIX, push_keys.KEY_SK.__eq__)),
    ("picture", _Known(keys.USER_PREFIX, picture_items.PICTURE_SK.__eq__)),
    ("email", _Known(keys.USER_PREFIX, email_items.EMAIL_SK.__eq__)),
    ("email-address", _Known(email_items.ADDRESS_PREFIX)),
    ("mail", _Known(MAIL_PK)),
    ("digest", _Known(DIGESTS_PK)),
    ("handle", _Known(keys.HANDLE_PREFIX)),
    ("name", _Known(keys.NAME_PREFIX)),
    ("login", _Known(keys.LOGIN_PREFIX)),
    ("session", _Known(keys.SESSION_PREFIX)),
    ("renaming", _Known(keys.RENAME_PREFIX)),
    ("erasure", _Known(erasure_keys.ERASURE_PREFIX)),
    ("erased-person", _Known(erasure_keys.ERASED_PEOPLE)),
    ("erased-handle", _Known(erasure_keys.ERASED_HANDLES)),
    ("feed", _Known(keys.FEED_PREFIX)),
    ("host-key", _Known(keys.HOST_KEYS_PREFIX)),
    ("webhook-delivery", _Known(webhook_items.WEBHOOKS_PREFIX, webhook_items.is_delivery_sk)),
    ("webhook", _Known(webhook_items.WEBHOOKS_PREFIX)),
    ("audit", _Known(keys.AUDIT_PREFIX)),
    ("report", _Known(REPORT_PREFIX)),
    ("dead-letter", _Known(keys.DEAD_LETTERS)),
    ("retry", _Known(keys.PUT_ASIDE)),
)


_CACHED = [
    (prefix, has_sk, cached_as)
    for _, (prefix, has_sk, cached_as) in _KNOWN
    if cached_as is not None
]


def kind_of(item: Item) -> Kind:
    """Returns the item's kind; "other" for a key that this service does not write."""
    return kind_of_key(Key(str(item.get(keys.PARTITION_KEY, "")), str(item.get(keys.SORT_KEY, ""))))


def kind_of_key(key: Key) -> Kind:
    """Returns the kind of the item with this key. It is fast, since every write calls it."""
    pk, sk = key
    for kind, (prefix, has_sk, _) in _KNOWN:
        if pk.startswith(prefix) and (has_sk is None or has_sk(sk)):
            return kind
    return "other"


def is_message(key: Key) -> bool:
    """Whether the key is a message's. Its whole form decides: the sort key is a number and no more."""
    return kind_of_key(key) == "message"


def invalidated_names(key: Key) -> Sequence[str]:
    """The cache's names of the values that contain this item and must be invalidated with it."""
    for prefix, has_sk, cached_as in _CACHED:
        if key.pk.startswith(prefix) and (has_sk is None or has_sk(key.sk)):
            return [cached_as(key.pk.removeprefix(prefix))]
    return []
