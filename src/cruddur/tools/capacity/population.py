"""The load that a number of people make who live with the service as with any messenger.

The rules are those of docs/scale.md: 30 % are there on a day. Each of them sends 20 messages to
conversations of two, of which one is edited and four get a reaction, opens the page twice, and looks ten
times at the inbox and at a conversation. All share receipts. Of half of the messages somebody is told by
push. One person in ten has an e-mail address, and is told by a mail of what stayed unread every other
day. At the peak, which is three times the average, a sixth of them have a page open.
"""

from dataclasses import replace

from cruddur.tools.capacity.bill import tasks_for
from cruddur.tools.capacity.load import Load

THERE = 0.3
MESSAGES_A_DAY = 20
LOOKS_A_DAY = 10
PAGES_OPENED_A_DAY = 2
EDITS_A_DAY, REACTIONS_A_DAY = 1, 4
PUSHES_A_DAY = 10
MAILED = 0.1
MAILS_A_DAY = 0.5
OPEN_AT_PEAK = 1 / 6
PEAK = 3
_DAY = 86_400
_GROW = (
    *("sends", "inbox_reads", "conversation_reads", "marks", "starts", "opens"),
    *("edits", "reactions", "pushes", "events", "mails", "mailed"),
)


def average(people: float) -> Load:
    """Returns the load of an average second, on as many tasks as the peak takes."""
    there = people * THERE
    pages = there * OPEN_AT_PEAK / PEAK
    return Load(
        sends=there * MESSAGES_A_DAY / _DAY,
        users=max(1, round(pages)),
        inbox_reads=there * LOOKS_A_DAY / _DAY,
        conversation_reads=there * LOOKS_A_DAY / _DAY,
        marks=there * MESSAGES_A_DAY / _DAY,
        starts=there * MESSAGES_A_DAY / _DAY / 100,
        processes=tasks_for(pages * PEAK),
        pages=pages,
        opens=there * PAGES_OPENED_A_DAY / _DAY,
        edits=there * EDITS_A_DAY / _DAY,
        reactions=there * REACTIONS_A_DAY / _DAY,
        pushes=there * PUSHES_A_DAY / _DAY,
        mailed=there * MAILED,
        mails=there * MAILED * MAILS_A_DAY / _DAY,
    )


def scaled(load: Load, times: float) -> Load:
    """Returns the load of so many times the people, on as many processes as their pages take."""
    pages = load.pages * times
    more = {name: getattr(load, name) * times for name in _GROW}
    return replace(
        load,
        **more,
        users=max(1, round(load.users * times)),
        pages=pages,
        processes=max(load.processes, tasks_for(pages)),
    )


def peak(people: float) -> Load:
    """Returns the load of a second of the busiest hour."""
    return scaled(average(people), PEAK)
