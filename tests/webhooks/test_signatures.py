"""Signatures by Standard Webhooks, held by the vector that its libraries publish."""

import pytest
from tests.webhooks.sending import Sending, sent
from tests.webhooks.verifying import verified

from cruddur.domain.model import User
from cruddur.domain.webhook import Webhook, new_secret, secret_key
from cruddur.domain.webhook_signature import signed_headers
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.webhooks.roll_webhook import roll_webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + "A" * 43 + "="


def headers(*secrets: str) -> dict[str, str]:
    return dict(
        signed_headers(secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    )


def test_the_published_vector() -> None:
    assert headers(SECRET) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_each_secret_makes_a_signature() -> None:
    both = headers(OTHER, SECRET)["webhook-signature"].split(" ")
    assert both == [headers(one)["webhook-signature"] for one in (OTHER, SECRET)]


def test_a_new_secret_has_the_form_and_length_of_the_standard() -> None:
    assert new_secret().startswith("whsec_")
    assert len(secret_key(new_secret())) == 32


@pytest.mark.parametrize(("at", "count"), [(99.0, 2), (100.0, 1)])
def test_the_secret_from_before_a_roll_signs_for_its_time(at: float, count: int) -> None:
    webhook = Webhook(
        name="shop",
        url="https://shop.example/",
        events=["message"],
        secret=SECRET,
        created_at="2026-11-23T08:00:00.000Z",
        secret_before=OTHER,
        rolled_until=100,
    )
    assert len(webhook.signing_secrets(at)) == count
    assert SECRET not in repr(webhook)


async def test_a_rolled_webhook_is_signed_with_both(
    hook: Sending, andrew: User, bayko: User
) -> None:
    before = hook.sender.webhook.secret
    after = (await roll_webhook(hook.messaging, hook.name)).secret
    await hook.reload()
    begun = await start_direct_group(hook.messaging, andrew, bayko, "1")
    await hook.told(*await sent(hook.messaging, andrew, begun.message_group_uuid, "2"))
    [came] = hook.receiver.received
    for secret in (before, after):
        assert verified(secret, came.headers, came.body)["type"] == "message"
    assert verified(new_secret(), came.headers, came.body) is None
