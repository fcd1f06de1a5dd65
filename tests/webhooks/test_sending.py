"""What a webhook's receiver gets: everything, signed, at least once, each conversation in order."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable

import msgspec
import pytest
from tests.receiver import Received, Receiver, answer, receiving
from tests.webhooks.sending import Ahead, Sending, ids, sending, sent, texts

from cruddur.domain.model import User
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.webhooks.list_dead_webhooks import list_dead_webhooks
from cruddur.messaging.webhooks.list_sent_webhooks import list_sent_webhooks
from cruddur.messaging.webhooks.pause_webhook import pause_webhook
from cruddur.messaging.webhooks.replay_dead_webhooks import replay_dead_webhooks
from cruddur.messaging.webhooks.replay_webhook import replay_webhook
from cruddur.messaging.webhooks.webhooks import held_deliveries, read_webhook
from cruddur.schema import keys

pytestmark = pytest.mark.every_engine


@pytest.fixture
async def group(messaging: MessagingContext, andrew: User, bayko: User) -> str:
    return (await start_direct_group(messaging, andrew, bayko, "1")).message_group_uuid


@pytest.fixture
async def other(messaging: MessagingContext, andrew: User, mallory: User) -> str:
    return (await start_direct_group(messaging, andrew, mallory, "1")).message_group_uuid


def refusing(group: str, status: int = 500) -> Callable[[Received], bytes]:
    return lambda one: answer(status if group in one.headers["webhook-id"] else 204)


async def test_messages_come_in_order_with_their_ids(
    messaging: MessagingContext, hook: Sending, receiver: Receiver, andrew: User, group: str
) -> None:
    await hook.told(*await sent(messaging, andrew, group, "2", "3", "4"))
    assert texts(receiver) == ["2", "3", "4"]
    assert ids(receiver) == [f"msg_{group}_{seq}" for seq in (2, 3, 4)]
    body = json.loads(receiver.received[0].body)
    assert (body["type"], body["data"]["seq"]) == ("message", 2)
    assert body["timestamp"] == body["data"]["created_at"]


async def test_a_conversation_that_fails_holds_up_no_other(
    hook: Sending,
    andrew: User,
    group: str,
    other: str,
) -> None:
    messaging, receiver = hook.messaging, hook.receiver
    receiver.answering = refusing(group)
    failing = await sent(messaging, andrew, group, "2", "3")
    working = await sent(messaging, andrew, other, "2", "3")
    await hook.told(failing[0], working[0], failing[1], working[1])
    assert [one for one in ids(receiver) if other in one] == [f"msg_{other}_{n}" for n in (2, 3)]
    receiver.answering = lambda _: answer(204)
    await receiver.until(lambda all_: f"msg_{group}_3" in ids(all_))
    taken = [one for one in dict.fromkeys(ids(receiver)) if group in one]
    assert taken == [f"msg_{group}_{n}" for n in (2, 3)]


async def test_what_is_held_costs_one_item_for_a_conversation(
    messaging: MessagingContext, hook: Sending, receiver: Receiver, andrew: User, group: str
) -> None:
    receiver.answering = lambda _: answer(500)
    await hook.told(*await sent(messaging, andrew, group, *map(str, range(2, 12))))
    await hook.told(*await sent(messaging, andrew, group, "12"))
    [held] = await held_deliveries(messaging, hook.name)
    assert (held.ordering_key, held.seq, held.others) == (keys.messages_pk(group), 2, ())
    receiver.answering = lambda _: answer(204)
    await receiver.until(lambda all_: f"msg_{group}_12" in ids(all_))
    assert list(dict.fromkeys(ids(receiver))) == [f"msg_{group}_{n}" for n in range(2, 13)]


async def test_after_a_restart_it_goes_on_with_what_was_held(
    messaging: MessagingContext, receiver: Receiver, andrew: User, group: str
) -> None:
    receiver.answering = lambda _: answer(503)
    async with sending(messaging, receiver) as hook:
        await hook.told(*await sent(messaging, andrew, group, "2"))
    await sent(messaging, andrew, group, "3")
    receiver.answering = lambda _: answer(204)
    receiver.received.clear()
    async with sending(messaging, receiver):
        await receiver.until(lambda all_: len(all_) == 2)
    assert texts(receiver) == ["2", "3"]


async def test_an_endpoint_that_is_down_is_tried_alone_and_gets_all_when_it_is_up(
    messaging: MessagingContext, receiver: Receiver, andrew: User
) -> None:
    groups = []
    for number in range(12):
        guest = User(
            user_uuid=f"00000000-0000-4000-8000-{number:012}",
            handle=f"guest{number}",
            display_name="Guest",
            created_at=messaging.now(),
        )
        begun = await start_direct_group(messaging, andrew, guest, "1")
        groups.append(begun.message_group_uuid)
    receiver.answering = lambda _: answer(500)
    async with sending(messaging, receiver) as hook:
        for group in groups:
            await hook.told(*await sent(messaging, andrew, group, "2"))
        tried = Counter(one.rsplit("_", 1)[0] for one in ids(receiver))
        assert len(tried) < len(groups)
        receiver.answering = lambda _: answer(204)
        wanted = {f"msg_{group}_2" for group in groups}
        await receiver.until(lambda all_: wanted <= set(ids(all_)))


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500])
async def test_only_2xx_is_taken_and_redirects_are_not_followed(
    hook: Sending,
    andrew: User,
    group: str,
    status: int,
) -> None:
    messaging, receiver = hook.messaging, hook.receiver
    receiver.answering = lambda _: answer(status, location=f"{receiver.url}/elsewhere")
    await hook.told(*await sent(messaging, andrew, group, "2"))
    [held] = await held_deliveries(messaging, hook.name)
    assert held.seq == 2
    assert {one.path for one in receiver.received} == {"/"}


async def test_a_receiver_that_lies_changes_nothing(
    messaging: MessagingContext, hook: Sending, receiver: Receiver, andrew: User, group: str
) -> None:
    receiver.answering = lambda _: answer(200, b"\xff" * 200_000, content_encoding="gzip")
    await hook.told(*await sent(messaging, andrew, group, "2", "3"))
    assert texts(receiver) == ["2", "3"]


async def test_a_receiver_that_breaks_off_is_tried_again(
    messaging: MessagingContext, hook: Sending, receiver: Receiver, andrew: User, group: str
) -> None:
    receiver.answering = lambda _: b"HTTP/1.1 200 OK\r\ncontent-length: -7\r\n\r\n"
    await hook.told(*await sent(messaging, andrew, group, "2"))
    receiver.answering = lambda _: answer(204)
    await receiver.until(lambda all_: len(all_) > 1)
    assert set(texts(receiver)) == {"2"}


async def test_410_disables_it_and_keeps_what_was_not_taken(
    messaging: MessagingContext, hook: Sending, receiver: Receiver, andrew: User, group: str
) -> None:
    receiver.answering = lambda _: answer(410)
    await hook.told(*await sent(messaging, andrew, group, "2", "3"))
    assert len(receiver.received) == 1
    assert (await read_webhook(messaging, hook.name)).disabled_at is not None
    assert [held.seq for held in await held_deliveries(messaging, hook.name)] == [2]


async def test_retry_after_is_respected(
    hook: Sending,
    clock: Ahead,
    andrew: User,
    group: str,
    other: str,
) -> None:
    messaging, receiver = hook.messaging, hook.receiver
    receiver.answering = lambda _: answer(429, retry_after="600")
    await hook.told(*await sent(messaging, andrew, group, "2"))
    receiver.answering = lambda _: answer(204)
    await hook.told(*await sent(messaging, andrew, other, "2"))
    assert len(receiver.received) == 1
    clock.turn(seconds=601)
    hook.sender.update(await read_webhook(messaging, hook.name))
    await hook.told(*await sent(messaging, andrew, other, "3"))
    await receiver.until(lambda all_: len(set(ids(all_))) == 3)


async def test_a_pause_loses_nothing(
    messaging: MessagingContext, hook: Sending, receiver: Receiver, andrew: User, group: str
) -> None:
    await pause_webhook(messaging, hook.name)
    await hook.reload()
    await hook.told(*await sent(messaging, andrew, group, "2", "3"))
    assert receiver.received == []
    resumed = await read_webhook(messaging, hook.name)
    hook.sender.update(msgspec.structs.replace(resumed, paused_at=None))
    await receiver.until(lambda all_: len(all_) == 2)
    assert texts(receiver) == ["2", "3"]


async def test_replay_from_any_number(
    messaging: MessagingContext, hook: Sending, receiver: Receiver, andrew: User, group: str
) -> None:
    await hook.told(*await sent(messaging, andrew, group, "2", "3", "4"))
    await replay_webhook(messaging, hook.name, group, seq=3)
    await hook.reload()
    await receiver.until(lambda all_: len(all_) == 5)
    assert texts(receiver) == ["2", "3", "4", "3", "4"]
    assert len(set(ids(receiver))) == 3


async def test_after_three_days_it_is_given_up_and_listed(
    hook: Sending,
    clock: Ahead,
    andrew: User,
    group: str,
) -> None:
    messaging, receiver = hook.messaging, hook.receiver
    receiver.answering = lambda _: answer(500)
    await hook.told(*await sent(messaging, andrew, group, "2"))
    clock.turn(days=3, seconds=1)
    await hook.told(*await sent(messaging, andrew, group, "3"))
    async with asyncio.timeout(60):
        while not (dead := await list_dead_webhooks(messaging, hook.name)):
            pass
    assert [(one.webhook_id, one.why) for one in dead] == [(f"msg_{group}_2", "500")]
    receiver.answering = lambda _: answer(204)
    await receiver.until(lambda all_: f"msg_{group}_3" in ids(all_))
    receiver.received.clear()
    assert await replay_dead_webhooks(messaging, hook.name) == 1
    await hook.reload()
    await receiver.until(lambda all_: f"msg_{group}_2" in ids(all_))
    assert await list_dead_webhooks(messaging, hook.name) == []


async def test_a_text_that_was_deleted_while_it_waited_is_not_sent(
    messaging: MessagingContext, receiver: Receiver, andrew: User, group: str
) -> None:
    receiver.answering = refusing(group)
    async with sending(messaging, receiver) as hook:
        await hook.told(*await sent(messaging, andrew, group, "secret"))
    await delete_message(messaging, andrew.user_uuid, group, 2)
    receiver.answering = lambda _: answer(204)
    receiver.received.clear()
    async with sending(messaging, receiver):
        await receiver.until(lambda all_: f"msg_{group}_2" in ids(all_))
    assert "secret" not in str(receiver.received)


async def test_what_the_feed_told_long_ago_is_read_anew(
    hook: Sending,
    clock: Ahead,
    andrew: User,
    group: str,
) -> None:
    messaging, receiver = hook.messaging, hook.receiver
    told = await sent(messaging, andrew, group, "secret")
    await delete_message(messaging, andrew.user_uuid, group, 2)
    clock.turn(seconds=30)
    await hook.told(*told)
    assert texts(receiver) == [""]


async def test_a_change_comes_with_its_number_and_the_message(
    messaging: MessagingContext, hook: Sending, receiver: Receiver, andrew: User, group: str
) -> None:
    await edit_message(messaging, andrew.user_uuid, group, 1, "changed")
    item = await messaging.table.get(keys.change_key(group, 1), consistent=True)
    await hook.told(item or {})
    assert ids(receiver) == [f"chg_{group}_1"]
    data = json.loads(receiver.received[0].body)["data"]
    assert (data["change"], data["change_seq"], data["seq"]) == ("edited", 1, 1)
    assert data["message"]["message"] == "changed"


async def test_messages_that_the_feed_tells_out_of_order_come_in_order_once(
    messaging: MessagingContext, hook: Sending, receiver: Receiver, andrew: User, group: str
) -> None:
    two, three, four = await sent(messaging, andrew, group, "2", "3", "4")
    await hook.told(two)
    await hook.told(four)
    await hook.told(three)
    assert texts(receiver) == ["2", "3", "4"]


async def test_what_was_sent_is_listed(
    messaging: MessagingContext, hook: Sending, receiver: Receiver, andrew: User, group: str
) -> None:
    await hook.told(*await sent(messaging, andrew, group, "2"))
    async with asyncio.timeout(60):
        while not (listed := await list_sent_webhooks(messaging, hook.name)):
            pass
    assert [(one.webhook_id, one.answer) for one in listed] == [(f"msg_{group}_2", "204")]


async def test_one_that_nobody_can_reach_is_held(
    messaging: MessagingContext, andrew: User, group: str
) -> None:
    async with receiving() as gone:
        pass
    async with sending(messaging, gone) as hook:
        await hook.told(*await sent(messaging, andrew, group, "2"))
        [held] = await held_deliveries(messaging, hook.name)
        assert held.seq == 2
