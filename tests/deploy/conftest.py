"""One cloud for all tests of this folder, with the template deployed."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.deploy.cloud import Cloud
from tests.deploy.tools import install, templates
from tests.engines import ROOT

from cruddur.schema import keys

STACK = "cruddur-messages"


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The function's package for this machine and its Python."""
    install()  # where the tools cannot be fetched, the wheels cannot either
    folder = tmp_path_factory.mktemp("package") / "function"
    subprocess.run([ROOT / "deploy/build-lambda", folder, "here"], check=True)
    return folder


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    cloud = Cloud(tmp_path_factory.mktemp("cloud"), tls=True)
    yield cloud
    cloud.stop()


@pytest.fixture(scope="session")
def deployed(cloud: Cloud, package: Path) -> Cloud:
    """The cloud with the expanded template in it."""
    code = shutil.make_archive(str(package), "zip", package)
    template = json.dumps(templates()["template"])
    prefix_list = {"ParameterKey": "TablePrefixListId", "ParameterValue": "pl-02cd2c6b"}
    stack = {"StackName": STACK, "TemplateBody": template, "Parameters": [prefix_list]}
    *_, described = cloud.call(
        ("s3", "create_bucket", {"Bucket": "cruddur-code"}),
        ("s3", "put_object", {"Bucket": "cruddur-code", "Key": "function.zip", "Body": code}),
        ("cloudformation", "create_stack", {**stack, "Capabilities": ["CAPABILITY_IAM"]}),
        ("cloudformation", "wait:stack_create_complete", {"StackName": STACK}),
        ("dynamodb", "describe_table", {"TableName": keys.TABLE_NAME}),
    )
    assert described["Table"]["TableStatus"] == "ACTIVE"
    return cloud
