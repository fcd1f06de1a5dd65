"""What the roles allow is what the code asks for: nothing is missing, and nothing is left over."""

from collections.abc import AsyncIterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import msgspec
import pytest
from aiohttp import web
from tests import engines
from tests.deploy.reach import WRITES, Place, actions_reached, all_of
from tests.deploy.roles import TABLE_ARN, table_statements
from tests.deploy.test_one_action_less import is_done_by, work
from tests.deploy.tools import listed, properties
from tests.dynamodb.faulty import Proxy

from cruddur.engines.bus.memory import MemoryBus
from cruddur.engines.dynamodb.table import DynamoTable
from cruddur.messaging.context import MessagingContext
from cruddur.ports.clock import utc_now

FUNCTION: list[Place] = [
    ("cruddur.entrypoints.stream_lambda", "handler"),
    ("cruddur.entrypoints.stream_lambda", "StreamFunction"),
]
OPERATOR: list[Place] = [
    ("cruddur.bootstrap.tables", "require_table"),
    ("cruddur.cli.inboxes", "verify"),
    ("cruddur.cli.inboxes", "rebuild"),
]
SERVICE: list[Place] = [
    ("cruddur.bootstrap.tables", "require_table"),
    *all_of("cruddur.entrypoints.run_consumers"),
    *all_of("cruddur.entrypoints.consumers"),
    *all_of("cruddur.web"),
]


def allowed(role: str, template: str) -> set[str]:
    return {
        f"{action.removeprefix('dynamodb:')}{' on the index' if '/index/' in arn else ''}"
        for one in table_statements(role, template)
        for action in listed(one["Action"])
        for arn in one["Resource"]
    }


@pytest.mark.parametrize(
    ("role", "template", "code"),
    [
        ("FunctionRole", "template", FUNCTION),
        ("TaskRole", "service", SERVICE),
        ("OperatorPolicy", "template", OPERATOR),
    ],
    ids=["function", "service", "operator"],
)
def test_a_role_allows_what_its_code_can_reach(role: str, template: str, code: list[Place]) -> None:
    asks_for_the_stream = {"DescribeTable"} if code is SERVICE else set[str]()
    assert allowed(role, template) == actions_reached(code) | asks_for_the_stream


@pytest.mark.parametrize(
    ("role", "template"), [("FunctionRole", "template"), ("TaskRole", "service")]
)
def test_the_gateway_lets_through_what_the_role_allows(role: str, template: str) -> None:
    (statement,) = properties("TableEndpoint", template)["PolicyDocument"]["Statement"]
    through = {action.removeprefix("dynamodb:") for action in statement["Action"]}
    assert through == {action.partition(" ")[0] for action in allowed(role, template)}


class Recorder(Proxy):
    """Notes what each call needs: an action, and the partition that it is about."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.needed: set[tuple[str, str]] = set()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        action = request.headers["X-Amz-Target"].partition(".")[2]
        self.needed |= set(_needs(action, msgspec.json.decode(await request.read())))
        return await super()._handle(request)


def _needs(action: str, payload: Mapping[str, Any]) -> list[tuple[str, str]]:
    if action == "TransactWriteItems":
        names = {"ConditionCheck": "ConditionCheckItem"}
        parts = [part for item in payload["TransactItems"] for part in item.items()]
        return [(names.get(kind, f"{kind}Item"), _partition(part)) for kind, part in parts]
    if action == "BatchGetItem":
        (asked,) = payload["RequestItems"].values()
        return [(action, key["pk"]["S"]) for key in asked["Keys"]]
    return [(action, _partition(payload))]


def _partition(payload: Mapping[str, Any]) -> str:
    if "KeyConditionExpression" in payload:
        values = payload["ExpressionAttributeValues"].values()
        return next(str(value["S"]) for value in values if "#" in value["S"])
    key = payload.get("Key") or payload["Item"]
    return str(key["pk"]["S"])


@pytest.fixture
async def recorder() -> AsyncIterator[tuple[Recorder, MessagingContext, MessagingContext]]:
    url = engines.shared("dynoxide").url
    recorder = Recorder(url)
    async with engines.fresh_table(url) as direct, recorder.running():
        recorded = await DynamoTable.open(
            direct.name, region=engines.REGION, endpoint_url=recorder.url, deadline=10
        )
        bus = MemoryBus()
        yield (
            recorder,
            MessagingContext(table=direct, bus=bus, clock=utc_now),
            MessagingContext(table=recorded, bus=bus, clock=utc_now),
        )
        await recorded.close()


async def test_the_function_touches_only_the_partitions_that_its_role_names(
    recorder: tuple[Recorder, MessagingContext, MessagingContext],
) -> None:
    noted, messaging, function = recorder
    assert await is_done_by(function, await work(messaging, "keys"))
    statements = table_statements("FunctionRole", "template")
    used = set()
    for action, partition in noted.needed:
        (statement,) = (one for one in statements if f"dynamodb:{action}" in listed(one["Action"]))
        patterns = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        assert any(fnmatchcase(partition, pattern) for pattern in patterns), (action, partition)
        used |= {
            (one["Sid"], p) for one in [statement] for p in patterns if fnmatchcase(partition, p)
        }
    assert used == {
        (one["Sid"], pattern)
        for one in statements
        for pattern in one["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    }
    assert {action for action, _ in noted.needed} == allowed("FunctionRole", "template")


def test_every_statement_is_about_this_table() -> None:
    for role, template in (("FunctionRole", "template"), ("TaskRole", "service")):
        for one in table_statements(role, template):
            assert all(arn.startswith(TABLE_ARN) for arn in one["Resource"])
    assert set(WRITES.values()) == {"PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"}
