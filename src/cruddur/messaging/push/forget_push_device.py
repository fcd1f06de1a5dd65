"""Forget a device whose session has ended, or which its push service no longer knows."""

from cruddur.domain.errors import ConditionFailed
from cruddur.domain.push import PushDevice
from cruddur.messaging.context import MessagingContext
from cruddur.ports.metering import access_pattern
from cruddur.ports.table import Delete, Equals
from cruddur.schema import push_keys


@access_pattern("forget_push_device")
async def forget_push_device(messaging: MessagingContext, device: PushDevice) -> None:
    """Removes the device as it was read. One that was registered anew meanwhile stays.

    Raises TableUnavailable.
    """
    key = push_keys.device_key(device.user_uuid, device.device_id)
    is_as_read = [Equals("session_id", device.session_id), Equals("auth", device.auth)]
    owner = push_keys.owner_key(device.device_id)
    try:
        await messaging.table.delete(Delete(key, is_as_read))
        await messaging.table.delete(Delete(owner, [Equals("user_uuid", device.user_uuid)]))
    except ConditionFailed:
        return  # it was registered anew, perhaps by another person
