"""What it costs to show what stands before a message that one has deleted for oneself."""

from tests.prices.patterns import Stage, asks, cost_of
from tests.stage import beside

from cruddur.messaging.groups.start_direct_group import start_direct_group
from cruddur.messaging.inbox.hidden_previews import with_previews
from cruddur.messaging.inbox.hide_messages import hide_messages
from cruddur.messaging.inbox.list_inbox import read_rows
from cruddur.messaging.inbox.project import project
from cruddur.ports.metering import Units

CONVERSATIONS, MESSAGES = 5, 12


@asks("previews of five conversations whose last message was hidden")
async def previews(stage: Stage, pattern: str) -> Units:
    before = len(await stage.stream.all())
    for person in stage.people[2 : 2 + CONVERSATIONS]:
        for _ in range(MESSAGES):
            last = await start_direct_group(stage.messaging, stage.other, person, stage.text())
        own = stage.other.user_uuid
        await hide_messages(stage.messaging, own, last.message_group_uuid, [last.seq])
    assert not await project(stage.messaging, (await stage.stream.all())[before:])
    process, mine = beside(stage.messaging), stage.other.user_uuid
    found = await read_rows(process, mine, None, 20)
    return await cost_of(pattern, with_previews(process, mine, found.rows))
