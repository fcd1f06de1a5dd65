"""The tools of the deployment's tests, in an environment of their own, and what they make of deploy/."""

import functools
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.engines import ROOT

HERE = Path(__file__).parent
BIN = ROOT / ".engines/deploy-venv/bin"

Template = Mapping[str, Any]


@functools.cache
def install() -> None:
    """Skips the test that asks, with the reason, if they cannot be had; in CI it fails."""
    done = subprocess.run(
        [ROOT / "bin/install-deploy-tools"], check=False, capture_output=True, text=True
    )
    if done.returncode:
        message = done.stderr.strip().splitlines()[-1]
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


def run(*command: str | Path, given: str = "", environment: Mapping[str, str] | None = None) -> str:
    """What a tool of that environment says; its complaints become the test's."""
    install()
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        check=False,
        input=given,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": os.environ["HOME"],
            **(environment or {}),
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@functools.cache
def templates() -> Mapping[str, Template]:
    """template.yaml as CloudFormation expands it, and its parts as they are, all as JSON."""
    found: Mapping[str, Template] = json.loads(run("python", HERE / "expand.py", ROOT / "deploy"))
    return found


def properties(name: str, template: str = "template") -> Mapping[str, Any]:
    """The properties of one resource."""
    found: Mapping[str, Any] = templates()[template]["Resources"][name]["Properties"]
    return found


def of_type(kind: str, template: str = "template") -> Mapping[str, Mapping[str, Any]]:
    resources = templates()[template]["Resources"].items()
    return {name: one.get("Properties", {}) for name, one in resources if one["Type"] == kind}


def statements(role: str, template: str = "template") -> Sequence[Mapping[str, Any]]:
    """All that a role's policies say, or a policy of its own; what depends on a parameter too."""
    found = properties(role, template)
    policies = found.get("Policies", [found])  # a policy that stands for itself, or a role's
    said = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]
    return [one["Fn::If"][1] if "Fn::If" in one else one for one in said]


def listed(value: Any) -> list[Any]:
    """IAM takes one or a list of them."""
    return list(value) if isinstance(value, list) else [value]
