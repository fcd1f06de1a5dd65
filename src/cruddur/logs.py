"""The log: one line of JSON for each event."""

import logging
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import structlog

METRICS_NAMESPACE = "Cruddur"


def log_json(stream: TextIO | None = None) -> None:
    """Writes everything of level info and above to this stream, or to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(stream or sys.stderr),
    )


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
