"""The log: one line of JSON for each event."""

import json
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TextIO

METRICS_NAMESPACE = "Cruddur"

_stream: TextIO | None = None


def log_json(stream: TextIO | None = None) -> None:
    """Lets all lines from now on go to this stream. By default they go to standard error."""
    global _stream  # noqa: PLW0603  a process has one log
    _stream = stream


class Log:
    """Writes events, whose fields are JSON's values, or anything else by its `repr`."""

    __slots__ = ()

    def info(self, event: str, **fields: object) -> None:
        """Writes what went as it should."""
        _write("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Writes what somebody should look at some time."""
        _write("warning", event, fields)

    def error(self, event: str, *, raised: BaseException | None = None, **fields: object) -> None:
        """Writes what somebody should look at now; of what was `raised`, also where."""
        _write("error", event, fields if raised is None else {**fields, "exception": _told(raised)})

    def exception(self, event: str, **fields: object) -> None:
        """Writes the error that is being handled, and where it was raised."""
        self.error(event, raised=sys.exception(), **fields)


def _told(raised: BaseException) -> str:
    return "".join(traceback.format_exception(raised)).rstrip("\n")


def _write(level: str, event: str, fields: Mapping[str, object]) -> None:
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    line = {**fields, "event": event, "level": level, "timestamp": at}
    text = json.dumps(line, default=repr)
    stream = _stream or sys.stderr
    # What happened must not fail because it cannot be told, as on a full disk.
    with suppress(OSError):
        stream.write(f"{text}\n")
        stream.flush()


def embedded_metrics(table_name: str, part: str, names: Sequence[str]) -> Mapping[str, Any]:
    """Returns the fields that make CloudWatch read metrics of these names out of a log line.

    The line must have a number under each name. The format is CloudWatch's "embedded metric format".
    There are no further dimensions, such as a task's id, since each combination is billed as a metric.
    """
    directive = {
        "Namespace": METRICS_NAMESPACE,
        "Dimensions": [["table", "part"]],
        "Metrics": [{"Name": name} for name in names],
    }
    about = {"Timestamp": round(time.time() * 1000), "CloudWatchMetrics": [directive]}
    return {"_aws": about, "table": table_name, "part": part}
