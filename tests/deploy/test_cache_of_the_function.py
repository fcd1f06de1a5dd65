"""The function with a cache: its package, its secret by reference, and what it owes the cache."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.cloud import Cloud
from tests.deploy.roles import Statement, person_who_may, table_statements
from tests.deploy.tools import BIN, install, statements
from tests.engines import ROOT
from tests.stage import person
from tests.valkey_server import ValkeyServer

from cruddur.domain.model import Message, MessageGroup, direct_group_uuid
from cruddur.schema import items, keys
from cruddur.schema.attribute_values import item_to_attribute_values

MOST_BYTES = {"valkey": 15_000_000, "momento": 40_000_000}
INVOKED_TWICE = """
import json, sys
from cruddur.entrypoints.stream_lambda import handler
print(handler({"Records": json.loads(sys.stdin.readline())}, None), flush=True)
sys.stdin.readline()
handler({"Records": []}, None)
"""


def built(folder: Path, architecture: str, cache: str) -> Path:
    install()
    subprocess.run([ROOT / "deploy/build-lambda", folder, architecture, cache], check=True)
    return folder


@pytest.fixture(scope="module")
def with_valkey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("with-valkey"), "here", "valkey")


@pytest.fixture(params=["valkey", "momento"])
def with_cache(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """A cache, and the package that reaches it."""
    if request.param == "valkey":
        return "valkey", request.getfixturevalue("with_valkey")
    return "momento", built(tmp_path, "here", "momento")


def test_its_package_holds_the_client_and_what_that_imports(with_cache: tuple[str, Path]) -> None:
    cache, package = with_cache
    code = f"import sys; sys.path[:0] = [sys.argv[1]]; import cruddur.engines.cache.{cache}"
    subprocess.run([sys.executable, "-I", "-S", "-c", code, package], check=True)


@pytest.mark.parametrize("cache", ["valkey", "momento"])
def test_its_package_stays_small(
    cache: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = built(tmp_path, "arm64", cache)
    size = sum(path.stat().st_size for path in package.rglob("*") if path.is_file())
    with capsys.disabled():
        sys.stdout.write(f"\npackage with {cache}: {size / 1e6:.1f} MB unzipped\n")
    assert size < MOST_BYTES[cache]


def conversation(name: str) -> tuple[MessageGroup, Message]:
    people = [person(f"{name}-{who}") for who in ("a", "b")]
    group = MessageGroup(
        message_group_uuid=direct_group_uuid(*(one.user_uuid for one in people)),
        kind="direct",
        members={one.user_uuid: items.member_of(one) for one in people},
        created_at="2026-11-23T12:00:00.000Z",
    )
    message = Message(
        message_group_uuid=group.message_group_uuid,
        seq=1,
        message_uuid=group.message_group_uuid,
        message="Hello",
        user_uuid=people[0].user_uuid,
        user_handle=people[0].handle,
        user_display_name=people[0].display_name,
        created_at=group.created_at,
    )
    return group, message


def record_of(message: Message) -> Mapping[str, Any]:
    image = item_to_attribute_values(items.message_item(message))
    found = {name: image[name] for name in (keys.PARTITION_KEY, keys.SORT_KEY)}
    return {
        "eventName": "INSERT",
        "dynamodb": {"SequenceNumber": "1", "Keys": found, "NewImage": image},
    }


def started(
    deployed: Cloud, package: Path, allowed: list[Statement], secret: str
) -> subprocess.Popen[str]:
    """The function as a process of ours, with boto3 beside it as in Lambda, under its role."""
    return subprocess.Popen(
        [BIN / "python", "-c", INVOKED_TWICE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **deployed.trust,
            **person_who_may(deployed, f"cached-{len(allowed)}", allowed),
            "PYTHONPATH": str(package),
            "CRUDDUR_TABLE": "dynamodb",
            "CRUDDUR_ENDPOINT_URL": deployed.url,
            "CRUDDUR_CACHE": "valkey",
            "CRUDDUR_VALKEY_URL": secret,
        },
    )


def test_it_reads_its_secret_and_pays_the_cache_what_it_owes_before_it_is_frozen(
    deployed: Cloud, with_valkey: Path
) -> None:
    group, message = conversation("cached")
    put = {"TableName": keys.TABLE_NAME, "Item": item_to_attribute_values(items.group_item(group))}
    valkey = ValkeyServer()
    valkey.kill()  # away at first
    secret, _ = deployed.call(
        ("secretsmanager", "create_secret", {"Name": "cache", "SecretString": valkey.url}),
        ("dynamodb", "put_item", put),
    )
    (opens,) = statements("FunctionReadsTheSecret", "cache")
    allowed = [*table_statements("FunctionRole", "template"), {**opens, "Resource": secret["ARN"]}]
    with started(deployed, with_valkey, allowed, secret["ARN"]) as function:
        assert function.stdin is not None
        assert function.stdout is not None
        function.stdin.write(json.dumps([record_of(message)]) + "\n")
        function.stdin.flush()
        assert "{'batchItemFailures': []}\n" in iter(function.stdout.readline, "")
        valkey.restart()
        _, errors = function.communicate("again\n")
    assert function.returncode == 0, errors
    kept = valkey.command("KEYS", "*")
    assert [keys.inbox_name(who) in kept for who in group.members] == [True, True]
    refused = started(deployed, with_valkey, allowed[:-1], secret["ARN"])
    assert "AccessDenied" in refused.communicate(json.dumps([record_of(message)]) + "\n\n")[1]
