"""Another server at the endpoint is named, and gets nothing that was meant for DynamoDB."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiodynamo.http.types import Request
from aiohttp import web
from click.testing import CliRunner, Result
from tests.dynamodb.faulty import Proxy
from tests.engines import REGION
from tests.ports import free_port

from cruddur.bootstrap import open_table
from cruddur.cli.main import main
from cruddur.config import Settings, WrongSetting
from cruddur.domain.item import Key
from cruddur.engines.dynamodb.calls import _MetadataHttp
from cruddur.engines.dynamodb.failures import NotDynamoDB
from cruddur.engines.dynamodb.streams import DynamoChangeFeed
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.engines.dynamodb.tables import DynamoTables
from cruddur.ports.table import Put

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    port = free_port()
    application = web.Application()
    application.router.add_route("*", "/", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}/"
    await runner.cleanup()


def answering(status: int, text: str) -> Answer:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=text)

    return answer


def redirecting(status: int, to: str) -> Answer:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": to})

    return answer


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(status: int) -> None:
    reached: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        reached.append(await request.text())
        return web.Response(text="{}")

    async with server(elsewhere) as goal, server(redirecting(status, goal)) as url:
        table = await DynamoTable.open("mine", region=REGION, endpoint_url=url)
        for call in (table.put(Put({"pk": "a", "sk": "1"})), DynamoChangeFeed(table).read(1)):
            with pytest.raises(NotDynamoDB, match="redirect, which is never followed"):
                await call
        await table.close()
        async with aiohttp.ClientSession() as session:
            answer = await _MetadataHttp(session)(Request("GET", url, {"token": "secret"}, None))
        assert answer.status == status
    assert reached == []


@pytest.mark.parametrize(
    ("status", "text"),
    [(200, "<html>"), (404, "Not Found"), (405, "{}"), (401, '{"error": "who?"}'), (200, "[]")],
)
async def test_another_web_server_is_named(status: int, text: str) -> None:
    async with server(answering(status, text)) as url:
        settings = Settings(table="dynamodb", endpoint_url=url)
        with pytest.raises(WrongSetting, match=f"answers at {url} is not DynamoDB"):
            async with open_table(settings):
                pass
        with pytest.raises(NotDynamoDB, match=url):
            async with DynamoTables.open(region=REGION, endpoint_url=url):
                pass


async def test_json_of_somebody_else_lists_no_tables() -> None:
    async with server(answering(200, '{"hello": "world"}')) as url:
        with pytest.raises(NotDynamoDB, match="lists no tables"):
            async with DynamoTables.open(region=REGION, endpoint_url=url):
                pass


async def test_a_gateway_that_fails_is_tried_again(direct: DynamoTable, proxy: Proxy) -> None:
    async def bad_gateway(_forward: object) -> web.Response:
        return web.Response(status=502, text="<html>")

    table = await DynamoTable.open(direct.name, region=REGION, endpoint_url=proxy.url)
    proxy.next.append(bad_gateway)
    assert await table.get(Key("a", "1")) is None
    await table.close()


def cruddur(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.mark.parametrize(
    "words",
    [
        ("up", "--table", "dynamodb", "--endpoint-url", "http://me:hunter2@127.0.0.1:1"),
        ("copy", "dynamodb:mine@http://me:hunter2@127.0.0.1:1", "sqlite:x"),
        ("ddb", "list-tables", "--endpoint-url", "http://me:hunter2@127.0.0.1:1"),
    ],
)
def test_an_endpoint_with_a_password_is_refused_and_not_repeated(words: tuple[str, ...]) -> None:
    said = cruddur(*words)
    assert said.exit_code == 1
    assert "holds a user or a password" in said.stderr
    assert "hunter2" not in said.output
