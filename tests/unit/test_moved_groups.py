"""Of which conversations this process has told lately: so many are remembered, and no more."""

from tests.stage import person

from cruddur.domain.member import Member
from cruddur.domain.model import MessageGroup
from cruddur.messaging.moved_groups import REMEMBERED, MovedGroups

AT = "2026-11-23T09:00:00.000Z"
MAYA = person("maya")


def group(number: int) -> MessageGroup:
    members = {MAYA.user_uuid: Member(handle="maya", display_name="Maya")}
    return MessageGroup(
        message_group_uuid=str(number), kind="group", members=members, created_at=AT
    )


def test_the_one_that_moved_longest_ago_makes_room() -> None:
    moved = MovedGroups()
    for number in range(REMEMBERED):
        moved.remember(group(number), AT)
    moved.remember(group(0), AT)
    assert len(moved.since(AT, MAYA.user_uuid)) == REMEMBERED
    moved.remember(group(REMEMBERED), AT)
    known = moved.since(AT, MAYA.user_uuid)
    assert len(known) == REMEMBERED
    assert {"0", str(REMEMBERED)} <= set(known)
    assert "1" not in known
