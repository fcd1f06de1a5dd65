"""A machine for development can run what CI runs."""

import re

from tests.house.source import ROOT

_ADDED = re.compile(r"missing\+=\(([^)]+)\)")


def test_the_devcontainer_has_what_ci_installs() -> None:
    installed = set(re.split(r"[\s\\]+", (ROOT / ".devcontainer/Dockerfile").read_text("utf-8")))
    added = _ADDED.findall((ROOT / ".ci" / "run").read_text("utf-8"))
    wanted = {package for packages in added for package in packages.split()}
    assert {"chromium-headless-shell", "redis-server"} <= wanted
    assert wanted - installed == set()
