"""Tell a device nothing more."""

from cruddur.domain.errors import NotFound, TransactionFailed, declare_code
from cruddur.messaging.push.context import PushContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Delete, Equals, Exists
from cruddur.schema import push_keys

_NOT_FOUND = declare_code("push_device_not_found", "The caller has no such device that is told.")


@access_pattern("remove_push_device", Ceiling("X", "tell a device nothing more", write=4, read=0))
async def remove_push_device(push: PushContext, user_uuid: str, device_id: str) -> None:
    """Removes one of this person's devices. Raises NotFound, also for another person's.

    Raises TableUnavailable, after which it is safe to repeat.
    """
    writes = [
        Delete(push_keys.device_key(user_uuid, device_id), [Exists("pk")]),
        Delete(push_keys.owner_key(device_id), [Equals("user_uuid", user_uuid)]),
    ]
    try:
        await push.messaging.table.transact(writes)
    except TransactionFailed:
        raise NotFound(_NOT_FOUND, "This device gets no notifications any more.") from None
