"""The dashboard over /metrics: a real Prometheus reads a running service, and every panel has data."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from subprocess import DEVNULL

import httpx
import pytest
from bench.service import Service
from tests import engines
from tests.engines import ROOT
from tests.ports import free_port
from tests.selfhosting.proxies import program

from cruddur.web.http.metrics import Metrics

DASHBOARD = json.loads((ROOT / "deploy/grafana.json").read_text("utf-8"))
EXPRESSIONS = {
    f"{panel['title']}: {target['refId']}": target["expr"]
    for panel in DASHBOARD["panels"]
    for target in panel["targets"]
}
PATIENCE_SECONDS = 180
VARIABLES = {"$job": "cruddur", "$__rate_interval": "1m"}
"""As Grafana fills them in."""


@asynccontextmanager
async def prometheus(services: Sequence[Service], folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Debian's, which reads the services each second."""
    targets = [service.url.removeprefix("http://").rstrip("/") for service in services]
    static = {"job_name": "cruddur", "static_configs": [{"targets": targets}]}
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "scrape_configs": [static],
        "rule_files": [str(ROOT / "deploy/prometheus-rules.yml")],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        program("prometheus"),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'series'}",
        f"--web.listen-address=127.0.0.1:{port}",
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    try:
        transport = httpx.AsyncHTTPTransport(retries=10)  # until it listens
        address = f"http://127.0.0.1:{port}/api/v1/"
        async with httpx.AsyncClient(base_url=address, transport=transport, timeout=60) as client:
            yield client
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Sequence[Service]]:
    """One on SQLite, which knows how far consumers are, and one on DynamoDB's API, which has units."""
    program("prometheus")
    url = engines.shared("dynoxide").url
    async with engines.fresh_table(url) as table, AsyncExitStack() as stack:
        on_dynamodb = {
            "CRUDDUR_TABLE": "dynamodb",
            "CRUDDUR_TABLE_NAME": table.name,
            "CRUDDUR_ENDPOINT_URL": url,
            "CRUDDUR_CACHE": "memory",
        }
        services = []
        for name, settings in {"sqlite": {}, "dynamodb": on_dynamodb}.items():
            service = await Service.start(tmp_path / name, environment=settings)
            stack.push_async_callback(service.stop)
            services.append(service)
        yield services


@asynccontextmanager
async def signed_up(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who has somebody to write to."""
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as client:
        for handle in ("bayko", "andrew"):
            who = {"handle": handle, "password": "correct horse"}
            account = {**who, "display_name": handle}
            assert (await client.post("/api/accounts", json=account)).is_success
            token = (await client.post("/api/sessions", json=who)).json()["token"]
            client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def write(client: httpx.AsyncClient) -> None:
    """A rate is of what goes on while Prometheus reads."""
    text = {"handle": "bayko", "message": "Hello"}
    assert (await client.post("/api/messages", json=text)).is_success
    assert (await client.get("/api/message_groups")).is_success


async def missing(client: httpx.AsyncClient) -> dict[str, str]:
    """The panels' queries that have no data yet."""
    return {name: query for name, query in EXPRESSIONS.items() if not await found(client, query)}


async def found(client: httpx.AsyncClient, query: str) -> bool:
    for variable, value in VARIABLES.items():
        query = query.replace(variable, value)
    answer = await client.get("query", params={"query": query})
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:  # it starts
        return False
    assert answer.status_code == httpx.codes.OK, (query, answer.text)
    return any(one["value"][1] != "NaN" for one in answer.json()["data"]["result"])


async def test_every_panel_has_data(services: Sequence[Service], tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(signed_up(one.url)) for one in services]
        read = await stack.enter_async_context(prometheus(services, tmp_path))
        await stack.enter_async_context(asyncio.timeout(PATIENCE_SECONDS))
        while left := await missing(read):
            sys.stdout.write(f"{left}\n")
            for person in people:
                await write(person)
        assert await rules_of(read) == {("ok", "inactive")}


async def rules_of(client: httpx.AsyncClient) -> set[tuple[str, str]]:
    """How the rules of the alarms fare, and whether one sounds."""
    groups = (await client.get("rules")).json()["data"]["groups"]
    return {(rule["health"], rule["state"]) for group in groups for rule in group["rules"]}


def named() -> Iterator[str]:
    metrics = Metrics()
    metrics.projected((), 0)
    for family in metrics.families():
        yield family.name


def test_every_figure_is_on_the_dashboard() -> None:
    shown = {name for query in EXPRESSIONS.values() for name in re.findall(r"cruddur_\w+", query)}
    figures = set(named())
    missing = {name for name in figures if not any(one.startswith(name) for one in shown)}
    assert missing == set()
    assert {one for one in shown if not any(one.startswith(name) for name in figures)} == set()
