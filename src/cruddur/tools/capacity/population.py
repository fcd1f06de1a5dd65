"""The load that a number of people make who live with the service as with any messenger.

The rules are those of docs/scale.md: 30 % are there on a day. Each of them sends 20 messages to
conversations of two, opens the page twice, and looks ten times at the inbox and at a conversation. At
the peak, which is three times the average, a sixth of them have a page open.
"""

from dataclasses import replace

from cruddur.tools.capacity.bill import tasks_for
from cruddur.tools.capacity.load import Load

THERE = 0.3
MESSAGES_A_DAY = 20
LOOKS_A_DAY = 10
PAGES_OPENED_A_DAY = 2
OPEN_AT_PEAK = 1 / 6
PEAK = 3
_DAY = 86_400


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
    )


def scaled(load: Load, times: float) -> Load:
    """Returns the load of so many times the people, on as many processes as their pages take."""
    pages = load.pages * times
    return replace(
        load,
        sends=load.sends * times,
        users=max(1, round(load.users * times)),
        inbox_reads=load.inbox_reads * times,
        conversation_reads=load.conversation_reads * times,
        marks=load.marks * times,
        starts=load.starts * times,
        opens=load.opens * times,
        pages=pages,
        processes=max(load.processes, tasks_for(pages)),
    )


def peak(people: float) -> Load:
    """Returns the load of a second of the busiest hour."""
    return scaled(average(people), PEAK)
