"""bin/deploy and bin/teardown, as a person runs them, against ministack."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.deploy.cloud import Cloud
from tests.deploy.tools import BIN, HERE, install
from tests.engines import ROOT

from cruddur.engines.dynamodb.schema import OnDemand, creation
from cruddur.schema import keys
from cruddur.schema.table import Schema

_TABLE = {"TableName": keys.TABLE_NAME}


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


@pytest.fixture(scope="module", autouse=True)
def warm_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The first `aws` that a script finds is in memory already."""
    install()
    folder = tmp_path_factory.mktemp("aws")
    command = [BIN / "python", HERE / "warm_aws.py", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as warm:
        assert warm.stdout is not None
        assert warm.stdout.readline() == b"ready\n"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", f"{folder}:{BIN}:{os.environ['PATH']}")
            yield
        warm.kill()


def said(clone: Path, *command: str, answer: str = "", **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [clone / command[0], *command[1:]],
        check=False,
        input=answer,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(clone), **environment},
    )
    return done.returncode, done.stdout


def test_a_deployment_is_shown_and_refused_and_made_and_removed_and_made_again(
    empty: Cloud, clone: Path
) -> None:
    status, output = said(clone, "bin/deploy", "--built", answer="n\n", **empty.environment)
    assert (status, output.splitlines()[-1]) == (0, "Nothing was changed."), output
    assert "AWS::DynamoDB::Table" in output
    status, output = said(clone, "bin/deploy", "--built", "--yes", **empty.environment)
    assert status == 0, output
    assert f"CRUDDUR_TABLE_NAME={keys.TABLE_NAME}" in output
    status, output = said(clone, "bin/teardown", answer="yes\n", **empty.environment)
    assert (status, output.splitlines()[-1]) == (0, "Nothing was changed."), output
    key = {"pk": {"S": "MSG#1"}, "sk": {"S": "000000000001"}}
    empty.call(("dynamodb", "put_item", {**_TABLE, "Item": key}))
    with_operator(empty)
    status, output = said(clone, "bin/teardown", "--yes", **empty.environment)
    assert status == 0, output
    assert "takes the operator's policy from the user operator" in output
    (kept,) = empty.call(("dynamodb", "describe_table", _TABLE))
    assert kept["Table"]["TableStatus"] == "ACTIVE"
    _comes_into_the_stack_again(empty, clone, key)
    _has_a_second_stack_beside_it(empty, clone)
    assert said(clone, "bin/teardown", "--yes", **empty.environment)[0] == 0


def _comes_into_the_stack_again(empty: Cloud, clone: Path, key: dict[str, dict[str, str]]) -> None:
    """The table that was kept, with what is in it."""
    status, output = said(clone, "bin/deploy", "--built", "--yes", **empty.environment)
    assert status == 0, output
    assert "Import" in output, output
    (found,) = empty.call(("dynamodb", "get_item", {**_TABLE, "Key": key}))
    assert found["Item"] == key
    # A literal: "Dynamic names (using !Ref or other functions) are not currently supported" (AWS).
    packaged = (clone / "build/packaged.yaml").read_text()
    assert f"\n      TableName: {keys.TABLE_NAME}\n" in packaged


def _has_a_second_stack_beside_it(empty: Cloud, clone: Path) -> None:
    """With a table of its own."""
    staging = {**empty.environment, "STACK": "cruddur-staging"}
    deploy = ("bin/deploy", "--built", "--yes")
    status, output = said(clone, *deploy, **staging)
    assert status == 0, output
    (functions,) = empty.call(("lambda", "list_functions", {}))
    names = {one["FunctionName"] for one in functions["Functions"]}
    assert names == {"cruddur-messages-stream", "cruddur-staging-stream"}
    another = said(clone, *deploy, "TableName=cruddur-messages", **{**staging, "STACK": "third"})
    # On AWS bin/deploy says so before it builds; ministack does not know whose a table is until then.
    assert another[0] == 1
    assert re.search("belongs to the stack|already exists in stack", another[1]), another[1]
    assert said(clone, "bin/teardown", "--yes", **staging)[0] == 0


def commands_of_the_docs(after: str) -> str:
    """The lines of the page's first block of commands after these words."""
    text = (ROOT / "docs/deploying.md").read_text().partition(after)[2]
    lines = text.partition("\n\n")[2].partition("\n\n")[0].splitlines()
    return "\n".join(line.strip() for line in lines)


def test_data_goes_back_as_the_docs_tell(empty: Cloud, clone: Path) -> None:
    # The table of a deployment, kept by bin/teardown.
    table = {**creation(Schema(), OnDemand()), "TableName": keys.TABLE_NAME}
    empty.call(("dynamodb", "create_table", table))
    environment = {**empty.environment, "PATH": os.environ["PATH"]}
    restore = commands_of_the_docs("backups and protection.").replace(
        "2026-11-23T12:00:00Z", "$NOW"
    )
    restore = "set -e\nNOW=$(date -u +%FT%TZ)\n" + restore
    done = subprocess.run(
        ["bash", "-c", restore], check=False, capture_output=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    mend = "set -e\n" + commands_of_the_docs("and a restored one lacks:")
    assert mend.count("aws dynamodb") == 5
    subprocess.run(["bash", "-c", mend], check=True, capture_output=True, env=environment)
    deploy = ("bin/deploy", "--built", "--yes", "TableName=cruddur-messages-2")
    status, output = said(clone, *deploy, **empty.environment)
    assert status == 0, output
    assert "Import" in output, output
    stacks, restored, ttl = empty.call(
        ("cloudformation", "describe_stacks", {"StackName": "cruddur-messages"}),
        ("dynamodb", "describe_table", {"TableName": "cruddur-messages-2"}),
        ("dynamodb", "describe_time_to_live", {"TableName": "cruddur-messages-2"}),
    )
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stacks["Stacks"][0]["Outputs"]}
    assert outputs["StreamArn"] == restored["Table"]["LatestStreamArn"]
    assert ttl["TimeToLiveDescription"]["AttributeName"] == keys.TTL_ATTRIBUTE
    assert said(clone, "bin/teardown", "--yes", **empty.environment)[0] == 0


def with_operator(cloud: Cloud) -> None:
    """Somebody has the policy that the stack made. IAM then refuses to delete it; ministack does."""
    operator = {"UserName": "operator"}
    stacks, _ = cloud.call(
        ("cloudformation", "describe_stacks", {"StackName": "cruddur-messages"}),
        ("iam", "create_user", operator),
    )
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stacks["Stacks"][0]["Outputs"]}
    attached = {**operator, "PolicyArn": outputs["OperatorPolicyArn"]}
    assert "error" not in cloud.call(("iam", "attach_user_policy", attached))[0]


IMAGES = "000000000000.dkr.ecr.us-east-1.amazonaws.com/cruddur-messages"


@pytest.fixture(scope="module")
def service(empty: Cloud) -> dict[str, str]:
    """What a service takes, with a certificate and a secret that are there."""
    certificate, secret = empty.call(
        ("acm", "request_certificate", {"DomainName": "chat.example.com"}),
        (
            "secretsmanager",
            "create_secret",
            {"Name": "cache", "SecretString": "valkeys://v:6379/0"},
        ),
    )
    return {
        "WithService": "yes",
        "Image": f"{IMAGES}:1",
        "CertificateArn": certificate["CertificateArn"],
        "Bus": "valkey",
        "CacheSecretArn": secret["ARN"],
        "CacheSecurityGroupId": "sg-1",
        "TableName": keys.TABLE_NAME,
    }


def test_a_service_keeps_the_image_that_it_was_given(
    empty: Cloud, clone: Path, service: dict[str, str]
) -> None:
    template = {
        "Parameters": {
            name: {"Type": "String", "Default": value} for name, value in service.items()
        },
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    }
    stack = {"StackName": "with-service", "TemplateBody": json.dumps(template)}
    empty.call(("cloudformation", "create_stack", stack))
    environment = {**empty.environment, "STACK": "with-service"}
    change = ("bin/deploy", "--built", "LogDays=90")
    # No further: ministack does not know all that the service is made of.
    _, output = said(clone, *change, answer="n\n", **environment)
    assert "to build the image" not in output
    assert f"the service's image is {service['Image']}; --image builds a new one" in output
    moved = said(clone, *change, "TableName=another", **environment)
    assert "a table does not change its name" in moved[1]


NOWHERE = "arn:aws:acm:us-east-1:000000000000:certificate/none"
NO_KEY = "arn:aws:kms:us-east-1:000000000000:key/11111111-1111-1111-1111-111111111111"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (
            {"Bus": "memory"},
            "need a bus between them: give Bus=valkey or Bus=momento, or MinTasks=1",
        ),
        ({"MinTasks": "3", "MaxTasks": "2"}, "MinTasks (3) is more than MaxTasks (2)"),
        ({"CacheSecurityGroupId": ""}, "Bus=valkey takes CacheSecurityGroupId="),
        ({"CacheSecretArn": ""}, "Bus=valkey takes CacheSecretArn="),
        ({"CertificateArn": ""}, "WithService=yes takes CertificateArn="),
        ({"CertificateArn": NOWHERE}, "CertificateArn names something that is not there"),
        ({"CertificateArn": "arn:aws:acm:eu-west-1:0:certificate/1"}, "an ARN of acm in us-east-1"),
        ({"Bus": "momento", "Cache": "valkey"}, "and so must be the same: give Bus=valkey"),
        ({"Bus": "momento", "Cache": "momento"}, "over a NAT gateway only: give Nat=yes"),
        ({"WithService": "no", "Cache": "valkey"}, "has nobody who reads from it"),
        ({"TaskCpu": "256", "TaskMemory": "8192"}, "no task of TaskCpu=256 and TaskMemory=8192"),
        ({"MostRequests": "3"}, "MostRequests is 10 at least"),
        ({"Image": "docker.io/cruddur:1"}, f"may take images of {IMAGES} only"),
        ({"KeyArn": NO_KEY}, "KeyArn names something that is not there"),
        ({"BackupRegion": "us-east-1"}, "BackupRegion is this region"),
        ({"Logdays": "90"}, "there is no parameter Logdays"),
        ({"LogDays": "60"}, "LogDays cannot be '60': it takes one of 1 7 14 30 90 180 365"),
        ({"MaxTasks": "many"}, "MaxTasks cannot be 'many': it takes a whole number"),
        ({"OnDemandMostReads": "-1"}, "it takes a whole number"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_built(
    empty: Cloud, clone: Path, service: dict[str, str], given: dict[str, str], why: str
) -> None:
    both = {**service, **given, "TableName": "refused"}
    words = [f"{name}={value}" for name, value in both.items()]
    status, output = said(clone, "bin/deploy", "--built", *words, **empty.environment)
    assert status == 1, output
    assert why in output.splitlines()[-1]
    assert "Builds" not in output


def test_the_scripts_keep_to_the_bash_of_a_mac(clone: Path) -> None:
    for script in ("bin/deploy", "bin/teardown", "bin/install-deploy-tools", "deploy/build-lambda"):
        newer = re.findall(
            r"declare -A|mapfile|readarray|\$\{\w+[,^]+\}", (clone / script).read_text()
        )
        assert newer == [], script


def test_the_function_is_built_in_a_clean_clone(tmp_path: Path) -> None:
    install()
    (tmp_path / ".venv").mkdir()
    for name in ("bin", "deploy", "docs", "src"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    # The environment that bin/install makes, without the service's many requirements.
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "requirements-dev.lock").write_text("-")
    status, output = said(tmp_path, "deploy/build-lambda", str(tmp_path / "function"), "here")
    assert status == 0, output
    assert (tmp_path / "function/cruddur/entrypoints/stream_lambda.py").exists()


def test_a_deployment_that_cannot_be_stops_with_one_line(empty: Cloud, clone: Path) -> None:
    assert said(clone, "bin/deploy", "wrong")[1].count("\n") == 1
    status, output = said(clone, "bin/teardown", **{**empty.environment, "STACK": "none"})
    assert status == 1
    assert output.startswith("teardown: there is no stack none in account ")
