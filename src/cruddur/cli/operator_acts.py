"""Notes in the audit what an operator does by a command, and whose messages one reads."""

import getpass

from cruddur.bootstrap import Application
from cruddur.identity.audit_trail import new_entry, write_entry


async def note_act(
    application: Application, act: str, user_uuid: str | None, **details: object
) -> None:
    """Stores what was done to this person, or to nobody, with the name of the operator on this machine.

    It stores nothing where CRUDDUR_AUDIT_DAYS is not set. Raises TableError: then the command says so,
    after the act.
    """
    days = application.settings.audit_days
    if days:
        entry = new_entry(
            application.identity, act, user_uuid, {**details, "operator": _operator()}
        )
        await write_entry(application.identity, entry, days)


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the user has a number and no name, as in a container
        return "unknown"
