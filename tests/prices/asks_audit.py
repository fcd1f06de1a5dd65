"""What it costs to note an act in the audit."""

from tests.prices.patterns import Stage, asks, cost_of

from cruddur.identity.audit_trail import new_entry, write_entry
from cruddur.ports.metering import Units


@asks("note an act in the audit")
async def note(stage: Stage, pattern: str) -> Units:
    entry = new_entry(
        stage.identity,
        "members_added",
        stage.me.user_uuid,
        {"people": [stage.me.user_uuid] * 16, "message_group_uuid": stage.me.user_uuid},
        address="2001:db8:85a3::8a2e:370:7334",
        request_id=stage.me.user_uuid,
    )
    return await cost_of(pattern, write_entry(stage.identity, entry, 30))
