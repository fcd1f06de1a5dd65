"""A browser that is told by push, for the model of the table."""

from collections.abc import Sequence

from cruddur.domain.item import Item
from cruddur.domain.model import User
from cruddur.domain.push import PushChoices, PushDevice, device_id_of
from cruddur.schema.push_items import choices_item, device_item, owner_item

_ENDPOINT = "https://push.example.net/wpush/v2/4f1c"


def _device(user: User, expires_at: int) -> PushDevice:
    return PushDevice(
        user_uuid=user.user_uuid,
        device_id=device_id_of(_ENDPOINT),
        endpoint=_ENDPOINT,
        p256dh="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        auth="BTBZMqHH6r4Tts7J_aSIgg",
        key="BDd3_hVL9fZi9Ybo2UUzA284WG5FZR30_95YeZJsiApwXKpNcF1rRPF3foIiBHXRdJI2Qhumhf6_LFTeZaNndIo",
        session_id="00000001-0000-4000-8000-000000000001",
        device="Firefox on Linux",
        time_zone="Europe/Zurich",
        created_at="2026-11-23T09:00:00.000Z",
        expires_at=expires_at,
    )


def push_of(user: User, expires_at: int) -> Sequence[Item]:
    """Returns a person's choices and their one device; `expires_at` is in epoch seconds."""
    choices = PushChoices(user_uuid=user.user_uuid, quiet_from=22 * 60, quiet_until=7 * 60)
    return [choices_item(choices), device_item(_device(user, expires_at))]


def owner_of(user: User, expires_at: int) -> Item:
    """Returns the item that says whose device it is."""
    return owner_item(_device(user, expires_at))
