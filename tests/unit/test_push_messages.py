"""A push reaches the people whom it may reach, and says what they may read."""

from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import pytest
from tests.push_scene import Scene, scene_of
from tests.stage import Clock, Stream, person

from cruddur.domain.model import User
from cruddur.domain.row_settings import RowSettings
from cruddur.identity.end_session import end_session
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.groups.leave_group import leave_group
from cruddur.messaging.groups.start_group import start_group
from cruddur.messaging.inbox.change_row_settings import change_row_settings
from cruddur.messaging.inbox.clear_conversation import clear_conversation
from cruddur.messaging.inbox.hide_messages import hide_messages
from cruddur.messaging.inbox.mark_read import mark_read
from cruddur.messaging.messages.delete_message import delete_message
from cruddur.messaging.messages.edit_message import edit_message
from cruddur.messaging.messages.send_message import send_message
from cruddur.messaging.people.block_person import block_person
from cruddur.messaging.push.change_push_choices import PushChange, change_push_choices
from cruddur.messaging.push.list_push_devices import list_push_devices
from cruddur.messaging.push.rotate_push_key import rotate_push_key
from cruddur.schema import push_keys

pytestmark = pytest.mark.every_engine

ANDREW, BAYKO, MAYA = person("andrew"), person("bayko"), person("maya")


@pytest.fixture
async def scene(messaging: MessagingContext, stream: Stream) -> AsyncIterator[Scene]:
    async with scene_of(messaging, stream) as scene:
        yield scene


async def group_of_three(scene: Scene) -> str:
    row = await start_group(scene.messaging, ANDREW, [BAYKO, MAYA], "Lake")
    return row.message_group_uuid


async def test_the_other_person_is_told_and_the_sender_is_not(scene: Scene) -> None:
    await scene.signs_in(ANDREW)
    await scene.signs_in(BAYKO)
    group = await scene.writes(ANDREW, BAYKO, "See *you* at noon")
    (told,) = await scene.pushes()
    assert told.path == "/bayko"
    assert told.payload == {
        "group": group,
        "seq": 1,
        "title": "Andrew",
        "body": "See you at noon",
        "unread": 1,
        "picture": "",
    }
    assert (told.headers["ttl"], told.headers["urgency"]) == ("86400", "high")
    assert told.headers["content-encoding"] == "aes128gcm"
    assert len(told.headers["topic"]) == 32
    assert group not in str(told.headers)


async def test_in_a_group_all_others_are_told_who_wrote(scene: Scene) -> None:
    for user in (ANDREW, BAYKO, MAYA):
        await scene.signs_in(user)
    group = await group_of_three(scene)
    await send_message(scene.messaging, BAYKO, group, "Hi")
    told = await scene.pushes()
    assert {one.path for one in told} == {"/andrew", "/maya"}
    assert {(one.payload["title"], one.payload["body"]) for one in told} == {("Lake", "Bayko: Hi")}
    assert {one.headers["urgency"] for one in told} == {"normal"}
    assert len({one.headers["topic"] for one in told}) == 2


async def test_all_devices_are_told_of_the_last_of_several_messages(scene: Scene) -> None:
    await scene.signs_in(BAYKO, "/desk")
    await scene.signs_in(BAYKO, "/phone")
    for text in ("One", "Two", "Three"):
        await scene.writes(ANDREW, BAYKO, text)
    told = await scene.pushes()
    assert {one.path for one in told} == {"/desk", "/phone"}
    assert {(one.payload["body"], one.payload["unread"]) for one in told} == {("Three", 3)}
    topic = {one.path: one.headers["topic"] for one in told}
    await scene.writes(ANDREW, BAYKO, "Four")
    assert {one.path: one.headers["topic"] for one in await scene.pushes()} == topic


Act = Callable[[MessagingContext, User, str], Awaitable[object]]


async def _read(messaging: MessagingContext, user: User, group: str) -> None:
    await mark_read(messaging, user.user_uuid, group, 1)


async def _mute(messaging: MessagingContext, user: User, group: str) -> None:
    wanted = RowSettings(muted_until="always")
    await change_row_settings(messaging, user.user_uuid, group, wanted)


async def _clear(messaging: MessagingContext, user: User, group: str) -> None:
    await clear_conversation(messaging, user.user_uuid, group, 1)


async def _hide(messaging: MessagingContext, user: User, group: str) -> None:
    await hide_messages(messaging, user.user_uuid, group, [1])


async def _block(messaging: MessagingContext, user: User, _: str) -> None:
    await block_person(messaging, user, ANDREW)


async def _delete(messaging: MessagingContext, _: User, group: str) -> None:
    await delete_message(messaging, ANDREW.user_uuid, group, 1)


@pytest.mark.parametrize("act", [_read, _mute, _clear, _hide, _block, _delete])
async def test_what_happened_before_the_push_holds_it_back(scene: Scene, act: Act) -> None:
    await scene.signs_in(BAYKO)
    group = await scene.writes(ANDREW, BAYKO)
    changes = await scene.changes()
    await act(scene.messaging, BAYKO, group)
    await scene.handle(changes)
    assert scene.told() == []


async def test_nothing_is_told_of_a_request(scene: Scene) -> None:
    strict = msgspec.structs.replace(BAYKO, who_may_write="request")
    await scene.signs_in(strict)
    await scene.writes(ANDREW, strict)
    assert await scene.pushes() == []


async def test_somebody_who_has_left_is_told_nothing(scene: Scene) -> None:
    for user in (BAYKO, MAYA):
        await scene.signs_in(user)
    group = await group_of_three(scene)
    await send_message(scene.messaging, ANDREW, group, "Hi")
    changes = await scene.changes()
    await leave_group(scene.messaging, MAYA.user_uuid, group)
    await scene.handle(changes)
    assert [one.path for one in scene.told()] == ["/bayko"]


async def test_a_mention_tells_in_a_muted_conversation_and_wakes(scene: Scene) -> None:
    await scene.signs_in(MAYA)
    group = await group_of_three(scene)
    await _mute(scene.messaging, MAYA, group)
    await send_message(scene.messaging, ANDREW, group, "Where is @maya?")
    await send_message(scene.messaging, ANDREW, group, "Hello?")
    (told,) = await scene.pushes()
    assert (told.payload["seq"], told.headers["urgency"]) == (2, "high")


async def test_an_edited_text_is_told_as_it_is_now(scene: Scene) -> None:
    await scene.signs_in(BAYKO)
    group = await scene.writes(ANDREW, BAYKO, "Nonn")
    changes = await scene.changes()
    await edit_message(scene.messaging, ANDREW.user_uuid, group, 1, "Noon")
    await scene.handle(changes)
    assert [one.payload["body"] for one in scene.told()] == ["Noon"]
    assert await scene.pushes() == []  # the edit itself tells nobody


async def test_what_happened_to_a_group_tells_nobody(scene: Scene) -> None:
    await scene.signs_in(MAYA)
    await group_of_three(scene)
    assert await scene.pushes() == []


async def test_without_texts_a_push_says_nothing(scene: Scene) -> None:
    await scene.signs_in(BAYKO)
    await change_push_choices(scene.sender.push, BAYKO.user_uuid, PushChange(texts=False))
    await scene.writes(ANDREW, BAYKO, "secret")
    (told,) = await scene.pushes()
    assert (told.payload["title"], told.payload["body"]) == ("", "New message")
    await change_push_choices(scene.sender.push, BAYKO.user_uuid, PushChange(texts=True))
    scene.sender.push.shows_texts = False
    await scene.writes(ANDREW, BAYKO, "secret")
    (told,) = await scene.pushes()
    assert "secret" not in str(told.payload)
    assert "Andrew" not in str(told.payload)


async def test_lengths_tell_little(scene: Scene) -> None:
    await scene.signs_in(BAYKO)
    lengths = set()
    for text in ("a", "a longer text", "x" * 4000):
        await scene.writes(ANDREW, BAYKO, text)
        await scene.pushes()
        lengths.add(len(scene.receiver.received[-1].body))
    assert len(lengths) <= 2
    assert max(lengths) < 1000


async def test_in_quiet_hours_nothing_is_pushed(scene: Scene, clock: Clock) -> None:
    await scene.signs_in(BAYKO, "/here", "UTC")  # it is nine
    await scene.signs_in(BAYKO, "/there", "Asia/Tokyo")
    quiet = PushChange(quiet_from=8 * 60, quiet_until=10 * 60)
    await change_push_choices(scene.sender.push, BAYKO.user_uuid, quiet)
    await scene.writes(ANDREW, BAYKO)
    assert [one.path for one in await scene.pushes()] == ["/there"]
    clock.turn(hours=1)
    await scene.writes(ANDREW, BAYKO)
    assert {one.path for one in await scene.pushes()} == {"/here", "/there"}


async def test_a_session_that_ended_is_told_nothing_and_its_device_goes(scene: Scene) -> None:
    device = await scene.signs_in(BAYKO)
    await end_session(scene.identity, BAYKO.user_uuid, device.session_id)
    await scene.writes(ANDREW, BAYKO)
    assert await scene.pushes() == []
    left = [
        push_keys.device_key(BAYKO.user_uuid, device.device_id),
        push_keys.owner_key(device.device_id),
    ]
    assert await scene.messaging.table.get_many(left, consistent=True) == {}


async def test_on_a_browser_of_two_people_the_second_is_told_alone(scene: Scene) -> None:
    await scene.signs_in(BAYKO, "/shared")
    await scene.signs_in(MAYA, "/shared")
    await scene.writes(ANDREW, BAYKO)
    await scene.writes(ANDREW, MAYA, "for Maya")
    assert [one.payload["body"] for one in await scene.pushes()] == ["for Maya"]


async def test_an_old_message_tells_nobody(scene: Scene, clock: Clock) -> None:
    await scene.signs_in(BAYKO)
    await scene.writes(ANDREW, BAYKO)
    clock.turn(days=1)
    assert await scene.pushes() == []


async def test_a_key_from_before_a_rotation_is_used_as_long_as_the_device_has_it(
    scene: Scene,
) -> None:
    device = await scene.signs_in(BAYKO)
    await rotate_push_key(scene.sender.push)
    await scene.writes(ANDREW, BAYKO)
    (told,) = await scene.pushes()
    assert device.key in told.headers["authorization"]
    assert len((await list_push_devices(scene.sender.push, BAYKO.user_uuid)).devices) == 1
