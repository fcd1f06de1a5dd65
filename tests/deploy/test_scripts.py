"""bin/deploy and bin/teardown, as a person runs them, against ministack."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.deploy.cloud import Cloud
from tests.deploy.tools import BIN
from tests.engines import ROOT

from cruddur.table import keys


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An account in which nothing is deployed."""
    cloud = Cloud(tmp_path_factory.mktemp("empty"), tls=False)
    yield cloud
    cloud.stop()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory, package: Path) -> Path:
    """What the scripts need of the repository, with the function built."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("bin", "deploy"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(package, folder / "build/lambda")
    return folder


def said(clone: Path, *command: str, answer: str = "", **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [clone / command[0], *command[1:]],
        check=False,
        input=answer,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(clone), **environment},
    )
    return done.returncode, done.stdout


def test_a_deployment_is_shown_and_refused_and_made_and_removed(empty: Cloud, clone: Path) -> None:
    status, output = said(clone, "bin/deploy", "--built", answer="n\n", **empty.environment)
    assert (status, output.splitlines()[-1]) == (0, "Nothing was changed."), output
    assert "AWS::DynamoDB::Table" in output
    status, output = said(clone, "bin/deploy", "--built", "--yes", **empty.environment)
    assert status == 0, output
    assert f"CRUDDUR_TABLE_NAME={keys.TABLE_NAME}" in output
    status, output = said(clone, "bin/teardown", answer="yes\n", **empty.environment)
    assert (status, output.splitlines()[-1]) == (0, "Nothing was changed."), output
    status, output = said(clone, "bin/teardown", "--yes", **empty.environment)
    assert status == 0, output
    (kept,) = empty.call(("dynamodb", "describe_table", {"TableName": keys.TABLE_NAME}))
    assert kept["Table"]["TableStatus"] == "ACTIVE"


def test_a_table_that_was_kept_comes_into_the_stack_again(empty: Cloud, clone: Path) -> None:
    key = {"pk": {"S": "MSG#1"}, "sk": {"S": "000000000001"}}
    kept = {"TableName": "kept"}
    deploy = ("bin/deploy", "--built", "--yes", "TableName=kept")
    assert said(clone, *deploy, **empty.environment)[0] == 0
    empty.call(("dynamodb", "put_item", {**kept, "Item": key}))
    assert said(clone, "bin/teardown", "--yes", **empty.environment)[0] == 0
    status, output = said(clone, *deploy, **empty.environment)
    assert status == 0, output
    assert "Import" in output, output
    (found,) = empty.call(("dynamodb", "get_item", {**kept, "Key": key}))
    assert found["Item"] == key
    # A literal: "Dynamic names (using !Ref or other functions) are not currently supported" (AWS).
    assert "\n      TableName: kept\n" in (clone / "build/packaged.yaml").read_text()
    assert said(clone, "bin/teardown", "--yes", **empty.environment)[0] == 0


def test_a_deployment_that_cannot_be_stops_with_one_line(empty: Cloud, clone: Path) -> None:
    assert said(clone, "bin/deploy", "wrong")[1].count("\n") == 1
    status, output = said(clone, "bin/teardown", **{**empty.environment, "STACK": "none"})
    assert status == 1
    assert output.startswith("teardown: there is no stack none in account ")
