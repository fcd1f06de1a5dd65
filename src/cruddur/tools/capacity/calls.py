"""How often each access pattern is asked under a load."""

from collections.abc import Mapping

from cruddur.messaging.index_places import HOUR
from cruddur.tools.capacity.load import Load

_MINUTE, _HOUR = 60, 3600
_LOOKS_FOR_WEBHOOKS = 3
"""A minute and process."""


def calls(load: Load) -> Mapping[str, float]:
    """Returns the calls a second of each question."""
    return {**_of_messages(load), **_of_people(load), **_of_processes(load)}


def _of_messages(load: Load) -> Mapping[str, float]:
    rows_refreshed = load.users * load.moving / HOUR.time.total_seconds()
    refreshes = min(load.sends, rows_refreshed / load.members)
    cold = load.sends * load.cold
    told = load.marks * load.receipts
    return {
        "a conversation's 20 newest messages": load.conversation_reads * (1 - load.hit_rate),
        "the 20 newest of an inbox": load.inbox_reads * (1 - load.hit_rate),
        "send a message": load.sends - cold,
        "send a message, nothing remembered": cold,
        "project it": load.sends - refreshes,
        "project it and refresh the index, once an hour": refreshes,
        "start a conversation": load.starts,
        "mark read": load.marks - told,
        "mark read, and tell the others": told,
        "edit or delete a message, applied": load.edits,
        "react to a message, applied": load.reactions,
        "bring it to the rows": load.changes,
    }


def _of_people(load: Load) -> Mapping[str, float]:
    # Each process remembers for a minute who somebody is, and a request asks once at most.
    checked = min(load.requests, load.users * load.processes / _MINUTE)
    return {
        "check a session, once a minute": checked,
        "note that a session is used, once an hour": min(load.requests, load.users / _HOUR),
        "keep a page open an hour": load.pages / _HOUR,
        "look after one person's unread mail, with nothing unread": load.mailed / _HOUR,
        "find what has stayed unread": load.mails,
    }


def _of_processes(load: Load) -> Mapping[str, float]:
    """What each process looks for by itself, so that what another one was asked holds for it too."""
    each_minute = load.processes / _MINUTE
    return {
        "tell one person of a message, on one device": load.pushes,
        "look which key pushes, once a minute": each_minute,
        "list all webhooks": _LOOKS_FOR_WEBHOOKS * each_minute,
        "look for mails that are due": each_minute * bool(load.mails or load.mailed),
    }
