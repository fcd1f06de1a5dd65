"""List the devices on which a person is notified of messages, and what they have chosen."""

from cruddur.messaging.push.context import PushContext
from cruddur.messaging.push.find_personal_push import find_personal_push
from cruddur.messaging.push.open_devices import open_devices
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.schema.push_items import PersonalPush


@access_pattern(
    "list_push_devices", Ceiling("X", "list the devices that are told, of ten", write=0, read=1.5)
)
async def list_push_devices(push: PushContext, user_uuid: str) -> PersonalPush:
    """Returns the devices whose session is open, the newest first. Raises TableUnavailable."""
    found = await find_personal_push(push.messaging, user_uuid)
    devices = open_devices(found, push.messaging.clock().timestamp())
    return found._replace(devices=sorted(devices, key=lambda one: one.created_at, reverse=True))
