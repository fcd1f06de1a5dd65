"""Devices that are told: one person's only, for one session, and by a key of ours that changes."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.push_receiver import Browser
from tests.stage import Clock, Interrupted, person

from cruddur.domain.errors import Busy, Conflict, Invalid, NotFound
from cruddur.domain.push import DEVICES_MAX, KEPT, PushChoices, PushDevice
from cruddur.identity.context import IdentityContext
from cruddur.identity.end_session import end_session
from cruddur.identity.open_session import open_session
from cruddur.identity.secret import derivations
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.push.change_push_choices import PushChange, change_push_choices
from cruddur.messaging.push.context import PushContext
from cruddur.messaging.push.find_push_key import find_push_key
from cruddur.messaging.push.list_push_devices import list_push_devices
from cruddur.messaging.push.put_push_device import put_push_device
from cruddur.messaging.push.remove_push_device import remove_push_device
from cruddur.messaging.push.rotate_push_key import rotate_push_key
from cruddur.ports.table import Table
from cruddur.schema import push_keys

pytestmark = pytest.mark.every_engine

SECRET, OTHER_SECRET = bytes(range(32)), bytes(range(32, 64))
ANDREW, BAYKO = person("andrew").user_uuid, person("bayko").user_uuid


@pytest.fixture
def push(messaging: MessagingContext) -> PushContext:
    return PushContext(messaging, derivations(SECRET))


@pytest.fixture
def identity(table: Table, clock: Clock) -> IdentityContext:
    return IdentityContext(table, SECRET, clock)


async def put(
    push: PushContext, identity: IdentityContext, user_uuid: str, number: int = 1
) -> PushDevice:
    """Signs a person in on a browser and lets it be told."""
    session_id, _ = await open_session(identity, user_uuid)
    key = (await find_push_key(push)).public
    wanted = Browser().subscription(key, f"https://push.example.net/{number}")
    return await put_push_device(push, user_uuid, session_id, wanted)


async def ids(push: PushContext, user_uuid: str) -> list[str]:
    return [one.device_id for one in (await list_push_devices(push, user_uuid)).devices]


async def test_a_browser_is_one_persons_only(push: PushContext, identity: IdentityContext) -> None:
    first = await put(push, identity, ANDREW)
    assert await ids(push, ANDREW) == [first.device_id]
    second = await put(push, identity, BAYKO)
    assert second.device_id == first.device_id
    assert (await ids(push, ANDREW), await ids(push, BAYKO)) == ([], [first.device_id])
    with pytest.raises(NotFound):
        await remove_push_device(push, ANDREW, first.device_id)
    await remove_push_device(push, BAYKO, first.device_id)
    assert await ids(push, BAYKO) == []


async def test_of_two_people_on_one_browser_at_once_one_has_it(
    push: PushContext, identity: IdentityContext
) -> None:
    device = await put(push, identity, ANDREW)

    async def meanwhile() -> None:
        await put(push, identity, BAYKO)

    session_id, _ = await open_session(identity, ANDREW)
    wanted = Browser().subscription(device.key, device.endpoint)
    push.messaging.table = Interrupted(push.messaging.table, "transact", meanwhile)
    with pytest.raises(Busy):
        await put_push_device(push, ANDREW, session_id, wanted)
    assert (await ids(push, ANDREW), await ids(push, BAYKO)) == ([], [device.device_id])


async def test_a_session_has_one_device_and_ends_it(
    push: PushContext, identity: IdentityContext
) -> None:
    session_id, _ = await open_session(identity, ANDREW)
    key = (await find_push_key(push)).public
    for number in (1, 2):
        wanted = Browser().subscription(key, f"https://push.example.net/{number}")
        device = await put_push_device(push, ANDREW, session_id, wanted)
    assert await ids(push, ANDREW) == [device.device_id]
    await end_session(identity, ANDREW, session_id)
    assert await ids(push, ANDREW) == []


async def test_a_renewal_keeps_since_when_and_an_old_device_ends(
    push: PushContext, identity: IdentityContext, clock: Clock
) -> None:
    device = await put(push, identity, ANDREW)
    clock.turn(days=1)
    wanted = Browser().subscription(device.key, device.endpoint)
    again = await put_push_device(push, ANDREW, device.session_id, wanted)
    assert again.created_at == device.created_at
    assert again.expires_at - device.expires_at == timedelta(days=1).total_seconds()
    clock.turn(seconds=KEPT.total_seconds())
    assert await ids(push, ANDREW) == []


async def test_the_oldest_of_too_many_devices_goes(
    push: PushContext, identity: IdentityContext, clock: Clock
) -> None:
    made = []
    for number in range(DEVICES_MAX + 1):
        clock.turn(seconds=1)
        made.append((await put(push, identity, ANDREW, number)).device_id)
    assert await ids(push, ANDREW) == made[:0:-1]


async def test_a_token_of_a_host_is_told_nothing(push: PushContext) -> None:
    wanted = Browser().subscription((await find_push_key(push)).public)
    with pytest.raises(Conflict) as refused:
        await put_push_device(push, ANDREW, None, wanted)
    assert refused.value.code == "session_without_item"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("endpoint", "ftp://push.example.net/1"),
        ("endpoint", "https://user:word@push.example.net/1"),
        ("endpoint", "https://push.example.net:port/1"),
        ("endpoint", "https://push.example.net/ü"),
        ("endpoint", "https://push.example.net/\r\nX: y"),
        ("endpoint", "https:///1"),
        ("p256dh", "AAAA"),
        ("auth", "AAAA"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", ""),
    ],
)
async def test_what_cannot_be_pushed_to_is_refused(
    push: PushContext, field: str, value: str
) -> None:
    wanted = Browser().subscription((await find_push_key(push)).public)
    with pytest.raises(Invalid):
        await put_push_device(push, ANDREW, "session", wanted._replace(**{field: value}))


async def test_after_a_rotation_browsers_subscribe_anew_and_old_devices_are_told_still(
    push: PushContext, identity: IdentityContext
) -> None:
    device = await put(push, identity, ANDREW)
    other_process = PushContext(push.messaging, derivations(SECRET))
    assert (await find_push_key(other_process)).public == device.key
    key = await rotate_push_key(push)
    assert key.public == (await find_push_key(push)).public != device.key
    # A process that remembers the key from before takes the new one, since it looks again.
    new = Browser().subscription(key.public, device.endpoint)
    await put_push_device(other_process, ANDREW, device.session_id, new)
    old = Browser().subscription(device.key, device.endpoint)
    with pytest.raises(Conflict) as refused:
        await put_push_device(other_process, ANDREW, device.session_id, old)
    assert refused.value.code == "push_key_changed"
    found = other_process.key_of(device.key, newest=2)
    assert found is not None
    assert found.number == 1


async def test_the_key_of_the_secret_before_counts_and_no_strange_one(push: PushContext) -> None:
    changed = PushContext(push.messaging, derivations(OTHER_SECRET, SECRET))
    public = (await find_push_key(push)).public
    assert (await find_push_key(changed)).public != public
    assert changed.key_of(public, newest=1) is not None
    assert PushContext(push.messaging, derivations(OTHER_SECRET)).key_of(public, newest=1) is None


async def test_two_rotations_at_once_make_one_key(push: PushContext) -> None:
    await rotate_push_key(push)
    first = PushContext(push.messaging, derivations(SECRET))

    async def meanwhile() -> None:
        await rotate_push_key(first)

    push.messaging.table = Interrupted(push.messaging.table, "update", meanwhile)
    with pytest.raises(Busy):
        await rotate_push_key(push)
    assert (await find_push_key(PushContext(push.messaging, derivations(SECRET)))).number == 3


async def test_choices_change_one_by_one(push: PushContext) -> None:
    await change_push_choices(push, ANDREW, PushChange(quiet_from=1320, quiet_until=420))
    found = await change_push_choices(push, ANDREW, PushChange(texts=False))
    assert found == PushChoices(user_uuid=ANDREW, texts=False, quiet_from=1320, quiet_until=420)
    await change_push_choices(push, ANDREW, PushChange(quiet_from=None, quiet_until=None))
    assert (await list_push_devices(push, ANDREW)).choices == PushChoices(
        user_uuid=ANDREW, texts=False
    )
    assert (await change_push_choices(push, BAYKO, PushChange())).texts
    for half in (PushChange(quiet_from=1), PushChange(quiet_from=1, quiet_until=None)):
        with pytest.raises(Invalid):
            await change_push_choices(push, ANDREW, half)


@pytest.mark.parametrize(
    ("hours", "zone", "is_quiet"),
    [
        ((22 * 60, 7 * 60), "UTC", True),
        ((22 * 60, 7 * 60), "Asia/Tokyo", False),  # 08:30 there
        ((23 * 60 + 30, 23 * 60 + 31), "UTC", True),
        ((0, 23 * 60 + 30), "UTC", False),
        ((23 * 60, 23 * 60), "UTC", False),
        ((None, None), "UTC", False),
        ((23 * 60, 0), "Nowhere/Land", True),
    ],
)
def test_quiet_hours_are_those_of_the_devices_clock(
    hours: tuple[int | None, int | None], zone: str, is_quiet: bool
) -> None:
    choices = PushChoices(user_uuid=ANDREW, quiet_from=hours[0], quiet_until=hours[1])
    assert choices.is_quiet(datetime(2026, 1, 5, 23, 30, tzinfo=UTC), zone) is is_quiet


async def test_nothing_secret_is_shown(push: PushContext, identity: IdentityContext) -> None:
    device = await put(push, identity, ANDREW)
    for secret in (device.endpoint, device.auth, device.p256dh):
        assert secret not in repr(device)
    assert push_keys.owner_key(device.device_id).pk.find("example") == -1
    assert bytes(SECRET).hex() not in repr(push)
