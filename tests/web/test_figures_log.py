"""Nobody asks for /metrics behind a balancer: the log carries the figures, as CloudWatch reads them."""

import asyncio
import io
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from tests.web.callers import Person

from cruddur.config import Settings
from cruddur.logs import log_json
from cruddur.web.http.context import Context
from cruddur.web.http.figures_log import Figures
from cruddur.web.http.metrics import Metrics


class Log(io.StringIO):
    """A log that says when a line of figures came."""

    def __init__(self) -> None:
        super().__init__()
        self.came = asyncio.Event()

    def write(self, text: str) -> int:
        if '"figures"' in text:
            self.came.set()
        return super().write(text)

    def figures(self) -> list[dict[str, Any]]:
        lines = map(json.loads, self.getvalue().splitlines())
        return [line for line in lines if line["event"] == "figures"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, embedded_metrics="on", table_name="cruddur-staging")


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    log_json(log)
    yield log
    log_json()


async def test_a_line_comes_each_minute_and_one_at_the_end(
    app: Litestar, andrew: Person, bayko: Person, log: Log
) -> None:
    context: Context = app.state["context"]
    context.figures_seconds = 0.01
    async with app.lifespan():
        async with asyncio.timeout(20):
            await log.came.wait()
        context.figures_seconds = 3600
        await andrew.send("Hello", handle="bayko")
    *_, last = log.figures()
    assert sum(line["messages_sent"] for line in log.figures()) == 1
    assert (last["table"], last["part"]) == ("cruddur-staging", "service")
    assert (last["open_streams"], last["bus_connected"], last["cache_available"]) == (0, 1, 1)


async def test_each_metric_that_a_line_names_is_a_number_in_it(app: Litestar, log: Log) -> None:
    async with app.lifespan():
        pass
    (line,) = log.figures()
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert line["_aws"]["Timestamp"] > 1_700_000_000_000
    names = [one["Name"] for one in directive["Metrics"]]
    assert all(type(line[name]) in {int, float} for name in names)
    # CloudWatch takes at most 100 metrics a line, and bills each of them.
    assert len(names) <= 7
    assert all(line[name] for names in directive["Dimensions"] for name in names)


async def test_without_the_setting_there_is_no_line(app: Litestar, log: Log) -> None:
    context: Context = app.state["context"]
    context.settings = msgspec.structs.replace(context.settings, embedded_metrics="off")
    async with app.lifespan():
        pass
    assert log.figures() == []


def test_what_was_counted_is_taken_once() -> None:
    metrics = Metrics()
    figures = Figures(metrics)
    metrics.sent(0.1)
    assert [figures.take()["messages_sent"] for _ in range(2)] == [1, 0]


def test_a_process_that_projects_says_how_far_inboxes_are_behind() -> None:
    metrics = Metrics()
    assert "lag_ms" not in Figures(metrics).take()
    metrics.projected((), 1.25)
    assert Figures(metrics).take()["lag_ms"] == 1250
