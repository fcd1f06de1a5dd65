"""Go on with the erasures that have begun, and were interrupted or wait for their last look."""

from collections.abc import Mapping, Sequence

from cruddur.domain.erasure import Erasure
from cruddur.domain.errors import ApiError, ConditionFailed, TableError
from cruddur.logs import Log
from cruddur.messaging.context import MessagingContext
from cruddur.messaging.people.erase_person import Progress, erase_person, settled_at
from cruddur.ports.metering import access_pattern
from cruddur.ports.paging import all_items
from cruddur.ports.table import Less, Query, Update
from cruddur.schema import erasure_keys
from cruddur.schema.erasure_items import erasure_from
from cruddur.schema.readable import one_from

TAKEN_FOR_SECONDS = 600
"""How long one process has an erasure for itself. Then another takes it over, which does no harm."""

_AGAIN_SECONDS = 30

_log = Log()


@access_pattern("continue_erasures")
async def list_erasures(messaging: MessagingContext) -> Sequence[Erasure]:
    """Returns the erasures that have begun and are not complete. Raises TableUnavailable."""
    query = Query(erasure_keys.ERASURE_PREFIX, limit=100)
    found = (one_from(erasure_from, item) for item in await all_items(messaging.table, query))
    return [erasure for erasure in found if erasure is not None]


@access_pattern("continue_erasures")
async def list_erased(messaging: MessagingContext) -> Mapping[str, Erasure]:
    """Returns the erasures of all people who are erased or being erased, by uuid.

    Raises TableUnavailable.
    """
    query = Query(erasure_keys.ERASED_PEOPLE, limit=500)
    found = (one_from(erasure_from, item) for item in await all_items(messaging.table, query))
    done = {one.user_uuid: one for one in found if one is not None}
    return {one.user_uuid: one for one in await list_erasures(messaging)} | done


async def continue_erasures(messaging: MessagingContext) -> float | None:
    """Carries out what is due, one person after the other.

    Returns the seconds until something is due again; None if nothing is left. An erasure that fails is
    logged, and is due again soon. Raises TableUnavailable if they cannot be listed.
    """
    for erasure in await list_erasures(messaging):
        if erasure.busy_until <= _now(messaging):
            await _continue(messaging, erasure)
    left = [erasure.busy_until for erasure in await list_erasures(messaging)]
    return max(0.0, min(left) - _now(messaging)) if left else None


async def carry_out(
    messaging: MessagingContext, erasure: Erasure, progress: Progress = lambda *_: None
) -> bool:
    """Carries out one erasure, whoever else does, and returns whether it is complete.

    Otherwise it is due once no process remembers the person. Raises Busy, ConditionFailed,
    TableUnavailable.
    """
    until = _AGAIN_SECONDS
    try:
        is_complete = await erase_person(messaging, erasure, progress)
        until = int((settled_at(erasure) - messaging.clock()).total_seconds()) + 1
        return is_complete
    finally:
        await _be_due(messaging, erasure, until)


async def _continue(messaging: MessagingContext, erasure: Erasure) -> None:
    key, now = erasure_keys.erasure_key(erasure.user_uuid), int(_now(messaging))
    taken = {"busy_until": now + TAKEN_FOR_SECONDS}
    try:
        await messaging.table.update(Update(key, taken, condition=[Less("busy_until", now + 1)]))
        await carry_out(messaging, erasure)
    except ConditionFailed:
        pass  # another process has it, or a group changes under it: it is due again
    except (ApiError, TableError) as error:
        _log.warning("an erasure waits", user_uuid=erasure.user_uuid, error=repr(error))


async def _be_due(messaging: MessagingContext, erasure: Erasure, seconds: int) -> None:
    key = erasure_keys.erasure_key(erasure.user_uuid)
    due = {"busy_until": int(_now(messaging)) + max(0, seconds)}
    try:
        # Without the condition a complete one would begin again.
        await messaging.table.update(Update(key, due, condition=[Less("busy_until", 10**12)]))
    except TableError as error:
        if not isinstance(error, ConditionFailed):
            _log.warning("an erasure waits", user_uuid=erasure.user_uuid, error=repr(error))


def _now(messaging: MessagingContext) -> float:
    return messaging.clock().timestamp()
