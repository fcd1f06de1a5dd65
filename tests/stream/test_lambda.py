"""The function as AWS runs it: in a process of its own, set by the environment, killed at will."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from tests.dynamodb.faulty import Forward, Proxy
from tests.engines import REGION
from tests.stage import person
from tests.stream.conftest import World
from tests.stream.pump import Record, Rules, is_wanted, sequence_of
from tests.stream.test_pump import converse

from cruddur.entrypoints.stream_lambda import StreamFunction
from cruddur.ports.table import Put
from cruddur.schema.attribute_values import item_from_attribute_values

EVENTS = Path(__file__).parent / "events"
PACKAGE = Path(__file__).parent.parent.parent / "src"
INVOKE = """
import json, sys
from cruddur.entrypoints.stream_lambda import handler
for line in sys.stdin:
    print(json.dumps(handler(json.loads(line), None)), flush=True)
"""


class Environment:
    """A fresh execution environment, which answers one event after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, world: World, endpoint_url: str, **more: str) -> "Environment":
        variables = {
            "PYTHONPATH": str(PACKAGE),
            "CRUDDUR_TABLE": "dynamodb",
            "CRUDDUR_TABLE_NAME": world.table.name,
            "CRUDDUR_ENDPOINT_URL": endpoint_url,
            "AWS_REGION": REGION,
            **more,
        }
        pipe = subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", INVOKE, stdin=pipe, stdout=pipe, env=variables
        )
        return cls(process)

    async def invoke(self, records: list[Record]) -> list[Any]:
        """The lines that it logged, and last its answer; nothing if it died."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"Records": records}).encode() + b"\n")
        lines: list[Any] = []
        while line := await self.process.stdout.readline():
            lines.append(json.loads(line))
            if "batchItemFailures" in lines[-1]:
                return lines
        return []

    async def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        await self.process.wait()


async def test_each_batch_is_one_line_of_json_with_counts_lag_and_units(
    world: World, url: str
) -> None:
    await converse(world, person("andrew"), person("bayko"), 3)
    records = await world.records()
    environment = await Environment.start(world, url)
    line, answer = await environment.invoke(records)
    await environment.invoke(records)
    await environment.end()
    counts = {k: line[k] for k in ("records", "projected", "skipped", "failed", "conversations")}
    assert counts == {
        "records": len(records), "projected": 4, "skipped": len(records) - 4, "failed": 0,
        "conversations": 1,
    }  # fmt: skip
    assert (line["event"], line["level"]) == ("batch", "info")
    assert line["lag_ms"] >= 0
    assert (line["read_units"], line["write_units"]) == (3.5, 2)
    assert answer == {"batchItemFailures": []}
    assert await world.problems() == []


async def test_cloudwatch_reads_the_figures_of_a_batch_out_of_its_line(
    world: World, url: str
) -> None:
    await converse(world, person("andrew"), person("bayko"), 3)
    environment = await Environment.start(world, url, CRUDDUR_EMBEDDED_METRICS="on")
    line, _ = await environment.invoke(await world.records())
    await environment.end()
    assert (line["event"], line["table"], line["part"]) == ("batch", world.table.name, "function")
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [["table", "part"]]
    values = {one["Name"]: line[one["Name"]] for one in directive["Metrics"]}
    assert all(isinstance(value, int | float) for value in values.values())
    assert (values["read_units"], values["write_units"], values["failed"]) == (3.5, 2, 0)
    names = {"lag_ms", "records", "failed", "put_aside", "read_units", "write_units"}
    assert values.keys() == names


async def test_a_function_killed_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    world: World, url: str, proxy: Proxy
) -> None:
    people = [person(name) for name in ("andrew", "bayko", "carla")]
    for other in people[1:]:
        await converse(world, people[0], other)
    records = [r for r in await world.records() if is_wanted(Rules().filters, r)]
    doomed = await Environment.start(world, proxy.url)
    updates = 0

    async def kill_at_the_third_update(forward: Forward) -> web.Response | None:
        nonlocal updates
        updates += proxy.calls[-1] == "UpdateItem"
        if updates >= 3 and doomed.process.returncode is None:
            doomed.process.send_signal(signal.SIGKILL)
            return None
        return await forward()

    proxy.always = kill_at_the_third_update
    assert await doomed.invoke(records) == []
    await doomed.process.wait()
    assert len(await world.problems()) == 2
    fresh = await Environment.start(world, url)
    await fresh.invoke(records)
    await fresh.end()
    assert await world.problems() == []


def test_a_cold_start_imports_no_web_no_passwords_and_no_command_line() -> None:
    web = ["litestar", "uvicorn", "uvloop", "jinja2", "prometheus_client"]
    others = [*web, "argon2", "jwt", "click", "rich_click", "rich"]
    code = (
        "import sys; import cruddur.entrypoints.stream_lambda; "
        f"print([name for name in {others} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


async def test_what_was_opened_serves_the_next_invocation_too(
    world: World, function: StreamFunction
) -> None:
    await converse(world, person("andrew"), person("bayko"), 2)
    records = await world.records()
    await asyncio.to_thread(function, {"Records": records})
    first = function._projector
    await asyncio.to_thread(function, {"Records": records})
    assert first is not None
    assert function._projector is first


def recorded(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


async def test_a_recorded_conversation_is_projected(world: World, function: StreamFunction) -> None:
    event = recorded("conversation")
    for record in event["Records"]:
        await world.table.put(Put(item_from_attribute_values(record["dynamodb"]["NewImage"])))
    assert len(await world.problems()) == 2
    answer = await asyncio.to_thread(function, event)
    assert answer == {"batchItemFailures": []}
    assert await world.problems() == []


async def test_what_the_time_to_live_removed_is_passed_over(
    world: World, function: StreamFunction
) -> None:
    event = recorded("removed-by-time-to-live")
    assert await asyncio.to_thread(function, event) == {"batchItemFailures": []}
    assert await world.records() == []


@pytest.mark.parametrize("name", ["poison", "another-table"])
async def test_recorded_poison_is_named_record_for_record(
    world: World, function: StreamFunction, name: str
) -> None:
    event = recorded(name)
    answer = await asyncio.to_thread(function, event)
    named = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    assert sorted(named) == sorted(sequence_of(record) for record in event["Records"])
