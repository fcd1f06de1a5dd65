"""The AWS Lambda behind the table's stream: the projector, batch by batch.

A cold start delays the first inbox after a pause, so it imports no web, passwords or commands, as
tests/stream/test_lambda.py checks. `bootstrap` opens the table for it, without a secret or accounts. The
connections stay open for the next invocation.

An inbox row that is throttled is put aside and holds up nothing; a schedule invokes the function once a
minute to come back to such rows. The answer names every record that failed otherwise. Lambda then
passes all records from the lowest of them on again, which is harmless, since projecting a change twice
has no further effect.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cruddur.bootstrap.projectors import Projector, open_projector
from cruddur.config import Settings, load_settings
from cruddur.entrypoints.lambda_secrets import with_secrets
from cruddur.logs import Log, embedded_metrics, log_json
from cruddur.messaging.inbox.is_projected import is_projected
from cruddur.messaging.inbox.project import project_batch
from cruddur.messaging.inbox.retry_put_aside_rows import retry_put_aside_rows
from cruddur.ports.change_feed import Change
from cruddur.ports.metering import measured

Record = Mapping[str, Any]
Answer = dict[str, list[dict[str, str]]]

METRICS = ("lag_ms", "records", "failed", "put_aside", "read_units", "write_units")
"""The figures of a batch that CloudWatch keeps as metrics."""

RETRY_SECONDS = 20.0
"""The most seconds of a pass over the rows that were put aside. A pass that is stopped loses nothing."""

_log = Log()


def handler(event: Mapping[str, Any], _context: object) -> Answer:
    """Lambda calls this. The settings come from the environment."""
    return _function()(event)


@cache
def _function() -> "StreamFunction":
    log_json(sys.stdout)
    return StreamFunction(load_settings({}))


class RowsWaitError(Exception):
    """Rows that were put aside cannot be written yet. Raised for the alarm that counts errors."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} inbox rows cannot be written yet, and are tried again in a minute"
        )


class StreamFunction:
    """One execution environment. Its event loop and connections outlive an invocation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._runner = asyncio.Runner()
        self._opened = AsyncExitStack()
        self._projector: Projector | None = None

    def __call__(self, event: Mapping[str, Any]) -> Answer:
        """Projects the records of the stream. An event without any is the schedule's.

        Raises RowsWaitError if rows that were put aside still cannot be written.
        """
        work = self._handle(event["Records"]) if "Records" in event else self._retry_put_aside()
        return self._runner.run(work)

    def close(self) -> None:
        """Closes the connections, for tests. Lambda only freezes an environment."""
        self._runner.run(self._opened.aclose())
        self._runner.close()

    async def _handle(self, records: Sequence[Record]) -> Answer:
        projector = await self._open()
        batch = _read(projector, records)
        with measured() as units:
            result = await project_batch(projector.messaging, batch.changes)
        await projector.cache.flush_pending()  # Lambda may freeze this process for hours afterwards
        failed = [*result.waiting, *result.broken]
        sequences = [*batch.unreadable, *(change.sequence for change in failed)]
        _log.info(
            "batch",
            records=len(records),
            projected=len(batch.changes) - len(failed),
            skipped=batch.skipped,
            failed=len(sequences),
            put_aside=result.put_aside,
            conversations=len({change.key.pk for change in batch.changes}),
            lag_ms=_lag_ms(projector, records),
            read_units=units.read,
            write_units=units.write,
            **self._embedded(*METRICS),
        )
        return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in sequences]}

    async def _retry_put_aside(self) -> Answer:
        projector = await self._open()
        with measured() as units:
            async with asyncio.timeout(RETRY_SECONDS):
                retried = await retry_put_aside_rows(projector.messaging)
        await projector.cache.flush_pending()
        if any(retried):  # otherwise a line each minute would cost more than the call
            _log.info(
                "retry",
                done=retried.done,
                put_aside=retried.waiting,
                read_units=units.read,
                write_units=units.write,
                **self._embedded("put_aside", "read_units", "write_units"),
            )
        if retried.waiting:
            raise RowsWaitError(retried.waiting)
        return {"batchItemFailures": []}

    def _embedded(self, *names: str) -> Mapping[str, Any]:
        if self._settings.embedded_metrics == "off":
            return {}
        return embedded_metrics(self._settings.table_name, "function", names)

    async def _open(self) -> Projector:
        if self._projector is None:
            opening = open_projector(with_secrets(self._settings))
            self._projector = await self._opened.enter_async_context(opening)
        return self._projector


@dataclass(slots=True)
class _Batch:
    """The records of one invocation.

    `unreadable` holds the sequence numbers of those that cannot be read.
    """

    changes: list[Change] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    skipped: int = 0


def _read(projector: Projector, records: Sequence[Record]) -> _Batch:
    batch = _Batch()
    for record in records:
        try:
            change = projector.change_from(record)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # An unreadable record fails alone, so that the other records are projected.
            _log.error("unreadable record", event_id=record.get("eventID"), error=repr(error))
            batch.unreadable.append(_sequence(record))
            continue
        if is_projected(change):
            batch.changes.append(change)
        else:
            batch.skipped += 1
    return batch


def _sequence(record: Record) -> str:
    """Returns the sequence number, or an empty text. Lambda then takes the whole batch as failed."""
    try:
        return str(record["dynamodb"]["SequenceNumber"])
    except (LookupError, TypeError):
        return ""


def _lag_ms(projector: Projector, records: Sequence[Record]) -> int:
    """Returns the age of the oldest record in milliseconds.

    AWS rounds the time of a record to a second.
    """
    now = projector.messaging.clock().timestamp()
    made = [_made_at(record, now) for record in records]
    return max(0, round(1000 * (now - min(made, default=now))))


def _made_at(record: Record, otherwise: float) -> float:
    try:
        return float(record["dynamodb"]["ApproximateCreationDateTime"])
    except (LookupError, TypeError, ValueError):
        return otherwise
