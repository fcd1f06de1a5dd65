"""Each item has one kind, by the whole form of its key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cruddur.domain.item import Key
from cruddur.schema import (
    block_keys,
    email_items,
    erasure_keys,
    invite_items,
    keys,
    passkey_items,
    push_keys,
    receipt_keys,
    retention_items,
    sign_up_items,
)
from cruddur.schema.digest_items import digest_key
from cruddur.schema.kinds import KINDS, Kind, invalidated_names, is_message, kind_of_key
from cruddur.schema.mail_items import mail_key
from cruddur.schema.picture_items import picture_key
from cruddur.schema.report_items import report_key
from cruddur.schema.webhook_items import held_key, webhook_key

GROUP, USER = "3d9b0f6e", "01935d3a"
WRITTEN: dict[Key, tuple[Kind, list[str]]] = {
    keys.message_key(GROUP, 42): ("message", [keys.newest_messages_name(GROUP)]),
    keys.group_key(GROUP): ("group", [keys.group_name(GROUP)]),
    keys.inbox_row_key(USER, GROUP): ("inbox-row", [keys.inbox_name(USER)]),
    keys.user_key(USER): ("user", [keys.user_name(USER)]),
    keys.handle_key("andrew"): ("handle", []),
    keys.name_key("brown", USER): ("name", []),
    keys.login_key("cruddur", "andrew"): ("login", []),
    keys.session_key(USER, "token"): ("session", []),
    keys.revoked_key("token"): ("session", []),
    keys.checkpoint_key("projector", "shard"): ("feed", []),
    keys.consumer_key("search"): ("feed", []),
    keys.reader_key(): ("feed", []),
    keys.dead_letter_key("17"): ("dead-letter", []),
    keys.put_aside_key(GROUP, USER): ("retry", []),
    keys.put_aside_key(GROUP, None): ("retry", []),
    keys.reset_key(USER): ("reset", []),
    passkey_items.passkey_key(USER, "id"): ("passkey", []),
    passkey_items.second_factor_key(USER): ("second-factor", []),
    keys.rename_key(USER): ("renaming", []),
    keys.host_key_key("shop", 1): ("host-key", []),
    webhook_key("shop"): ("webhook", []),
    held_key("shop", f"MSG#{GROUP}"): ("webhook-delivery", []),
    keys.pins_key(USER): ("pins", []),
    keys.request_row_key(USER, GROUP): ("inbox-row", []),
    report_key("2026-11-27", "id"): ("report", []),
    block_keys.block_key(USER, GROUP): ("block", []),
    block_keys.blocked_by_key(USER, GROUP): ("block", []),
    receipt_keys.read_mark_key(GROUP, USER): ("read-mark", []),
    keys.audit_key("2026-11-27T09:30:00.000Z", "id"): ("audit", []),
    picture_key(USER): ("picture", []),
    keys.change_key(GROUP, 42): ("message-change", []),
    invite_items.invite_key("digest"): ("invite", []),
    invite_items.join_request_key(GROUP, USER): ("join-request", []),
    invite_items.invitation_key(USER, GROUP): ("invitation", []),
    sign_up_items.sign_up_invite_key(USER, "id"): ("sign-up-invite", []),
    sign_up_items.sign_up_invite_key(None, "id"): ("sign-up-invite", []),
    push_keys.device_key(USER, "device"): ("push-device", []),
    push_keys.choices_key(USER): ("push-choices", []),
    push_keys.told_key(USER, GROUP): ("push-told", []),
    push_keys.owner_key("device"): ("push-owner", []),
    push_keys.push_key_key(): ("push-key", []),
    email_items.email_key(USER): ("email", []),
    email_items.address_owner_key("maya@example.com"): ("email-address", []),
    email_items.sent_to_key("maya@example.com"): ("email-address", []),
    digest_key(USER): ("digest", []),
    mail_key(1_796_029_200, "id"): ("mail", []),
    retention_items.retention_key(GROUP): ("retention", []),
    retention_items.sweep_key(): ("retention", []),
    erasure_keys.left_key(USER, GROUP): ("left", []),
    erasure_keys.erasure_key(USER): ("erasure", []),
    erasure_keys.erased_person_key(USER): ("erased-person", []),
    erasure_keys.erased_handle_key("digest"): ("erased-handle", []),
}
"""Each key that the service writes, with its kind and what the cache must forget with it."""


@pytest.mark.parametrize("key", WRITTEN, ids="/".join)
def test_a_key_tells_the_kind_and_what_the_cache_forgets(key: Key) -> None:
    assert (kind_of_key(key), invalidated_names(key)) == WRITTEN[key]


def test_every_kind_is_written() -> None:
    assert {kind for kind, _ in WRITTEN.values()} | {"other"} == set(KINDS)


@pytest.mark.parametrize(
    "sk",
    ["000000000042#X", "42", "0", "0000000000042", "CHANGE#42", "READ#", "\u0660" * 12],
)
def test_a_key_that_only_begins_like_a_messages_is_none(sk: str) -> None:
    key = Key(keys.messages_pk(GROUP), sk)
    assert (kind_of_key(key), invalidated_names(key)) == ("other", [])


def test_a_key_beside_a_profile_that_nobody_knows_is_no_users() -> None:
    key = Key(keys.user_key(USER).pk, "PROFILE#X")
    assert (kind_of_key(key), invalidated_names(key)) == ("other", [])


@given(
    st.one_of(
        st.text("0123456789#\u0663\u00b2", max_size=14), st.integers(0, 10**12 - 1).map(keys.seq_sk)
    )
)
def test_what_is_a_messages_key_has_its_number(sk: str) -> None:
    key = Key(keys.messages_pk(GROUP), sk)
    assert is_message(key) == (sk.isascii() and sk.isdigit() and len(sk) == keys.SEQ_DIGITS)
    if is_message(key):
        assert keys.message_key(GROUP, keys.seq_of(sk)) == key
