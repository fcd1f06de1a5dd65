"""The log: one line of JSON an event, for people with `jq` and for machines."""

import logging
from typing import TextIO

import structlog


def log_json(stream: TextIO) -> None:
    """From now on, everything of level info and above goes to this stream."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
