"""The AWS Lambda behind the table's stream: the same projector as everywhere, batch by batch.

Nobody waits for it, but a cold start delays the first inbox after a pause, so it imports no web, no
passwords and no command line; tests/stream/test_lambda_imports.py holds that. `bootstrap` opens the
table for it, and neither a secret nor accounts. What was opened stays for the next invocation.

The answer names every record that failed. Lambda then gives again all records from the lowest of
them on, which does no harm: projecting twice is projecting once.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import structlog

from cruddur.bootstrap import Projector, open_projector
from cruddur.config import Settings, load_settings
from cruddur.json_logs import log_json
from cruddur.lambda_secrets import with_secrets
from cruddur.messaging.ports import Change
from cruddur.messaging.project import project
from cruddur.table.metering import measured
from cruddur.table.schema import is_projected

Record = Mapping[str, Any]
Answer = dict[str, list[dict[str, str]]]

_log = structlog.get_logger()


def handler(event: Mapping[str, Any], _context: object) -> Answer:
    """What Lambda calls. Settings come from the environment."""
    return _function()(event)


@cache
def _function() -> "StreamFunction":
    log_json(sys.stdout)
    return StreamFunction(load_settings({}))


class StreamFunction:
    """One execution environment: its event loop and its connections outlive an invocation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runner = asyncio.Runner()
        self._opened = AsyncExitStack()
        self._projector: Projector | None = None

    def __call__(self, event: Mapping[str, Any]) -> Answer:
        return self._runner.run(self._handle(event["Records"]))

    def close(self) -> None:
        """For tests: Lambda freezes an environment, and never says goodbye."""
        self._runner.run(self._opened.aclose())
        self._runner.close()

    async def _handle(self, records: Sequence[Record]) -> Answer:
        projector = await self._open()
        batch = _read(projector, records)
        with measured() as units:
            failed = await project(projector.messaging, batch.changes)
        await projector.messaging.cache.settle()  # afterwards Lambda may freeze us for hours
        sequences = [*batch.unreadable, *(change.sequence for change in failed)]
        _log.info(
            "batch",
            records=len(records),
            projected=len(batch.changes) - len(failed),
            skipped=batch.skipped,
            failed=len(sequences),
            conversations=len({change.key.pk for change in batch.changes}),
            lag_ms=_lag_ms(projector, records),
            read_units=units.read,
            write_units=units.write,
        )
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in sequences]}

    async def _open(self) -> Projector:
        if self._projector is None:
            opening = open_projector(with_secrets(self._settings))
            self._projector = await self._opened.enter_async_context(opening)
        return self._projector


@dataclass(slots=True)
class _Batch:
    """The records of one invocation. `unreadable` holds sequence numbers."""

    changes: list[Change] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    skipped: int = 0


def _read(projector: Projector, records: Sequence[Record]) -> _Batch:
    batch = _Batch()
    for record in records:
        try:
            change = projector.change_from(record)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # Alone: one record that nobody can read must not keep the others from their inboxes.
            _log.error("unreadable record", event_id=record.get("eventID"), error=repr(error))
            batch.unreadable.append(_sequence(record))
            continue
        if is_projected(change):
            batch.changes.append(change)
        else:
            batch.skipped += 1
    return batch


def _sequence(record: Record) -> str:
    """Empty if there is none: Lambda then takes the whole batch as failed, so that none is lost."""
    try:
        return str(record["dynamodb"]["SequenceNumber"])
    except (LookupError, TypeError):
        return ""


def _lag_ms(projector: Projector, records: Sequence[Record]) -> int:
    """How long ago the oldest record's change was made; AWS rounds that to a second."""
    now = projector.messaging.clock().timestamp()
    made = [_made_at(record, now) for record in records]
    return max(0, round(1000 * (now - min(made, default=now))))


def _made_at(record: Record, otherwise: float) -> float:
    try:
        return float(record["dynamodb"]["ApproximateCreationDateTime"])
    except (LookupError, TypeError, ValueError):
        return otherwise
