"""Change what a person wants of pushes, on all their devices."""

import msgspec
from msgspec import UNSET, Struct, UnsetType

from cruddur.domain.errors import Invalid, declare_code
from cruddur.domain.push import PushChoices
from cruddur.messaging.push.context import PushContext
from cruddur.ports.metering import Ceiling, access_pattern
from cruddur.ports.table import Update
from cruddur.schema import push_items, push_keys
from cruddur.schema.readable import one_from

_HALF = declare_code("quiet_hours_incomplete", "Quiet hours need both a beginning and an end.")


class PushChange(Struct, frozen=True, kw_only=True):
    """The choices to change; UNSET leaves one as it is."""

    texts: bool | UnsetType = UNSET
    quiet_from: int | UnsetType | None = UNSET
    quiet_until: int | UnsetType | None = UNSET


@access_pattern(
    "change_push_choices", Ceiling("X", "change what is pushed, and when", write=1, read=1)
)
async def change_push_choices(push: PushContext, user_uuid: str, wanted: PushChange) -> PushChoices:
    """Returns the choices by now. Of two changes at once each keeps what the other leaves as it is.

    Raises Invalid for half of the quiet hours, and TableUnavailable.
    """
    hours = [wanted.quiet_from, wanted.quiet_until]
    if hours.count(UNSET) == 1 or hours.count(None) == 1:
        raise Invalid(_HALF, "Quiet hours need both a beginning and an end.")
    given = {k: v for k, v in msgspec.structs.asdict(wanted).items() if v is not UNSET}
    values = {name: value for name, value in given.items() if value is not None}
    table, key = push.messaging.table, push_keys.choices_key(user_uuid)
    if given:
        await table.update(Update(key, values, remove=[*(given.keys() - values.keys())]))
    found = one_from(push_items.choices_from, await table.get(key, consistent=True))
    return found or PushChoices(user_uuid=user_uuid)
