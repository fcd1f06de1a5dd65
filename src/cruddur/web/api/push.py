"""`/api/push`: the browsers that are notified while no page is open, and what they are told."""

import re
from typing import Annotated

from litestar import delete, get, patch, put
from litestar.params import JSONBody, PathParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from cruddur.domain.push import (
    ENDPOINT_MAX_CHARS,
    MINUTES_A_DAY,
    TIME_ZONE_MAX_CHARS,
    PushChoices,
    PushDevice,
)
from cruddur.identity.device import describe_device
from cruddur.messaging.push.change_push_choices import PushChange, change_push_choices
from cruddur.messaging.push.find_push_key import find_push_key
from cruddur.messaging.push.list_push_devices import list_push_devices
from cruddur.messaging.push.put_push_device import Subscription, put_push_device
from cruddur.messaging.push.remove_push_device import remove_push_device
from cruddur.web.api.bodies import Body
from cruddur.web.api.openapi_responses import BODY, SIGNED_IN, problems
from cruddur.web.http.context import Caller, context_of

_ID = re.compile(r"[0-9a-f]{32}")
_KEY_MAX_CHARS = 128

Minute = Annotated[int, Meta(ge=0, lt=MINUTES_A_DAY)]


class NewPushDevice(Body, kw_only=True):
    """A browser's subscription, as its `PushSubscription` has it, and the zone of its clock."""

    endpoint: Annotated[
        str,
        Meta(
            max_length=ENDPOINT_MAX_CHARS, description="The address at the browser's push service."
        ),
    ]
    p256dh: Annotated[
        str, Meta(max_length=_KEY_MAX_CHARS, description="Its public key, as Base64 for URLs.")
    ]
    auth: Annotated[
        str, Meta(max_length=_KEY_MAX_CHARS, description="Its secret, as Base64 for URLs.")
    ]
    key: Annotated[
        str,
        Meta(
            max_length=_KEY_MAX_CHARS,
            description="The `applicationServerKey` that it was made with, as Base64 for URLs.",
        ),
    ]
    time_zone: Annotated[
        str,
        Meta(
            max_length=TIME_ZONE_MAX_CHARS, description="Such as `Europe/Zurich`, for quiet hours."
        ),
    ] = "UTC"

    def __repr__(self) -> str:
        return "NewPushDevice()"


class NewPushChoices(Body, kw_only=True):
    """The choices to change; those that are left out stay as they are."""

    texts: Annotated[bool | UnsetType, Meta(description="Whether pushes show who wrote what.")] = (
        UNSET
    )
    quiet_from: Annotated[
        Minute | UnsetType | None,
        Meta(description="The minute of the day at which quiet hours begin; null ends them."),
    ] = UNSET
    quiet_until: Annotated[
        Minute | UnsetType | None,
        Meta(description="The minute of the day at which they are over; given with the other."),
    ] = UNSET


class PushDeviceOut(Struct, frozen=True, kw_only=True):
    """A browser that is notified of messages."""

    id: Annotated[str, Meta(description="Names it; it is made of the endpoint.")]
    device: Annotated[str, Meta(description="The browser, in words.")]
    created_at: Annotated[str, Meta(description="Since when it is told, in UTC.")]
    time_zone: Annotated[str, Meta(description="The zone of its clock.")]
    is_current: Annotated[bool, Meta(description="Whether it belongs to this session.")]


class PushChoicesOut(Struct, frozen=True, kw_only=True):
    """What the caller wants of pushes, on all their devices."""

    texts: Annotated[bool, Meta(description="Whether pushes show who wrote what.")]
    quiet_from: Annotated[
        int | None, Meta(description="From this minute of the device's day nothing is pushed.")
    ]
    quiet_until: Annotated[int | None, Meta(description="Up to this one, perhaps the next day.")]


class PushOut(Struct, frozen=True, kw_only=True):
    """How this person is notified of messages while no page of theirs is open."""

    key: Annotated[
        str | None,
        Meta(description="The `applicationServerKey` to subscribe with; null: nothing is pushed."),
    ]
    texts_allowed: Annotated[
        bool, Meta(description="Whether the service lets pushes show who wrote what.")
    ]
    choices: Annotated[PushChoicesOut, Meta(description="What the person has chosen.")]
    devices: Annotated[list[PushDeviceOut], Meta(description="The devices that are notified.")]


@get("/api/push", tags=["push"], responses=problems(*SIGNED_IN))
async def my_push(request: Caller) -> PushOut:
    """Which of my browsers are notified of messages, the last one first, and what I have chosen."""
    push = context_of(request).push
    found = await list_push_devices(push, request.user.user_uuid)
    return PushOut(
        key=(await find_push_key(push)).public if push.is_on else None,
        texts_allowed=push.shows_texts,
        choices=_choices_out(found.choices),
        devices=[_device_out(one, request) for one in found.devices],
    )


@put("/api/push", tags=["push"], responses=problems(*BODY, *SIGNED_IN, 409))
async def put_device(request: Caller, data: JSONBody[NewPushDevice]) -> PushDeviceOut:
    """Tell this browser of messages, until I sign out in it. It is asked for again once a day.

    A browser that another person had is theirs no more. One that this session had before is replaced.
    """
    context = context_of(request)
    context.limits.take(context.limits.registering, request.user.user_uuid)
    wanted = Subscription(
        endpoint=data.endpoint,
        p256dh=data.p256dh,
        auth=data.auth,
        key=data.key,
        time_zone=data.time_zone,
        device=describe_device(request.headers.get("user-agent", "")),
    )
    session_id = request.auth.token_id if request.auth.has_item else None
    device = await put_push_device(context.push, request.user.user_uuid, session_id, wanted)
    return _device_out(device, request)


@patch("/api/push", tags=["push"], responses=problems(*BODY, *SIGNED_IN))
async def change_choices(request: Caller, data: JSONBody[NewPushChoices]) -> PushChoicesOut:
    """Change what is pushed to my browsers, and when."""
    wanted = PushChange(texts=data.texts, quiet_from=data.quiet_from, quiet_until=data.quiet_until)
    push = context_of(request).push
    return _choices_out(await change_push_choices(push, request.user.user_uuid, wanted))


@delete("/api/push/{device_id:str}", tags=["push"], responses=problems(*SIGNED_IN, 404))
async def remove_device(
    request: Caller,
    device_id: Annotated[str, PathParameter(description="The device's `id`.", max_length=64)],
) -> None:
    """Tell one of my browsers nothing more."""
    known = device_id if _ID.fullmatch(device_id) else ""
    await remove_push_device(context_of(request).push, request.user.user_uuid, known)


def _device_out(device: PushDevice, request: Caller) -> PushDeviceOut:
    return PushDeviceOut(
        id=device.device_id,
        device=device.device,
        created_at=device.created_at,
        time_zone=device.time_zone,
        is_current=device.session_id == request.auth.token_id,
    )


def _choices_out(choices: PushChoices) -> PushChoicesOut:
    return PushChoicesOut(
        texts=choices.texts, quiet_from=choices.quiet_from, quiet_until=choices.quiet_until
    )
