"""`cruddur audit`: print who did what to whom, when, and from where."""

from datetime import UTC, datetime, timedelta

import msgspec
import rich_click as click

from cruddur.bootstrap import Application
from cruddur.cli.runtime import TABLE_FLAGS, fail, run, setting_flags
from cruddur.domain.audit import AuditEntry
from cruddur.identity.find_user import find_user_by_handle
from cruddur.identity.list_audit import list_audit

_DAYS = 7
_CLOCKS_DIFFER = timedelta(minutes=5)


@click.command()
@click.option("--since", help=f"From this day or time on, in UTC. Without it: {_DAYS} days ago.")
@click.option("--until", help="Before this day or time, in UTC. Without it: up to now.")
@click.option("--act", "acts", multiple=True, help="Only this act, such as signed_in; repeatable.")
@click.option("--user", help="Only entries about this handle.")
@setting_flags(*TABLE_FLAGS)
def audit(
    since: str | None,
    until: str | None,
    acts: tuple[str, ...],
    user: str | None,
    **given: str | None,
) -> None:
    """Print the audit as JSON lines, the oldest first.

    The table has it where CRUDDUR_AUDIT_DAYS is set. It works beside a running service, and with what
    was stored when the setting was another one.
    """
    now = datetime.now(UTC)
    first = _moment("--since", since) or now - timedelta(days=_DAYS)
    last = _moment("--until", until) or now + _CLOCKS_DIFFER

    async def work(application: Application) -> int:
        about = await find_user_by_handle(application.identity, user) if user else None
        count = 0
        async for entry in list_audit(application.identity, first, last):
            is_about = about is None or entry.user_uuid == about.user_uuid
            if is_about and (not acts or entry.act in acts):
                click.echo(_line(entry))
                count += 1
        return count

    click.echo(f"{run(given, work, reads_only=True):,} entries", err=True)


def _line(entry: AuditEntry) -> str:
    given = msgspec.structs.asdict(entry)
    del given["entry_id"]
    details = given.pop("details")
    return msgspec.json.encode({**given, **details}).decode()


def _moment(flag: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(
            f"{flag} cannot be {text!r}: it takes a day or a time like 2026-11-27 or 2026-11-27T09:30"
        )
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
