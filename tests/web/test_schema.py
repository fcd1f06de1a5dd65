"""What the OpenAPI document promises is what is answered, whatever Schemathesis thinks up."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.house.test_error_codes import declared_for_the_service
from tests.web import test_bad_input

ROOT = Path(__file__).parents[2]
EXAMPLES = 8
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


class Served(NamedTuple):
    """A running server and a token for it."""

    address: str
    token: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("data")
    command = [sys.executable, "-m", "tests.web.schema_server", str(folder)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address, token = process.stdout.readline().split()
        yield Served(address, token)
        process.terminate()
    assert process.returncode == 0


@pytest.fixture(scope="module")
def described(served: Served) -> Any:
    document = httpx.get(f"{served.address}/schema/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=served.address)
    # An event stream has no end to wait for; a sign-out would leave us outside.
    return schema.exclude(path="/api/events").exclude(method="DELETE", path="/api/sessions")


def test_answers_are_as_described(described: Any, served: Served) -> None:
    for operation in described.get_all_operations():
        _check(operation.ok(), served)


def _check(operation: Any, served: Served) -> None:
    headers = {"Authorization": f"Bearer {served.token}"}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    check()


def test_every_code_is_explained(served: Served) -> None:
    """By a process that only serves: no other test has imported what it lacks."""
    page = httpx.get(f"{served.address}/schema").text
    explained = set(re.findall(r'id="([a-z]+(?:_[a-z0-9]+)*)"', page))
    assert declared_for_the_service() - explained == set()
    assert {bad.code for bad in test_bad_input.TABLE.values()} <= explained


async def test_the_page_lists_every_operation(nobody: httpx.AsyncClient) -> None:
    page = (await nobody.get("/schema")).text
    document = (await nobody.get("/schema/openapi.json")).json()
    for path in document["paths"]:
        assert path in page


async def test_operations_say_who_may_call_them(nobody: httpx.AsyncClient) -> None:
    document = (await nobody.get("/schema/openapi.json")).json()
    open_to_all = {
        path
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if operation.get("security") == [{}]
    }
    assert open_to_all == {
        "/api/accounts",
        "/api/email-confirmation",
        "/api/password-forgotten",
        "/api/password-reset",
        "/api/sign_up_invites/look",
        "/api/sessions",
        "/api/sessions/passkey",
        "/api/sessions/passkey_options",
        "/health/live",
        "/health/ready",
        "/metrics",
    }
