"""What others' tools say of the templates, the image and the scripts."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.deploy.accepted import ACCEPTED
from tests.deploy.tools import BIN, install, run, templates
from tests.engines import ROOT

SCRIPTS = sorted(
    str(path.relative_to(ROOT))
    for folder in (".ci", "bench", "bin", "deploy")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.read_bytes().partition(b"\n")[0].endswith((b"/sh", b"bash"))
)


@pytest.fixture(scope="module")
def expanded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """deploy/ with its template expanded: the raw one hides what is wrong with its events."""
    folder = tmp_path_factory.mktemp("expanded")
    for name in templates().keys() - {"template"}:
        shutil.copy(ROOT / "deploy" / f"{name}.yaml", folder)
    shutil.copy(ROOT / "Dockerfile", folder)
    (folder / "template.json").write_text(json.dumps(templates()["template"], indent=1))
    return folder


def test_cfn_lint_finds_nothing(expanded: Path) -> None:
    files = [str(path) for path in expanded.iterdir() if path.name != "Dockerfile"]
    assert len(files) == len(list((ROOT / "deploy").glob("*.yaml"))) == 6
    # W3002: nested templates are uploaded by `aws cloudformation package`, which bin/deploy runs.
    run("cfn-lint", "--ignore-checks", "W3002", "--", *files)


def test_cfn_lint_sees_into_the_events_of_the_function(expanded: Path, tmp_path: Path) -> None:
    template = json.loads((expanded / "template.json").read_text())
    template["Resources"]["FunctionStream"]["Properties"]["StartingPosition"] = "SOMEWHERE"
    (tmp_path / "template.json").write_text(json.dumps(template))
    command = [str(BIN / "cfn-lint"), "--ignore-checks", "W3002", "--"]
    command.append(str(tmp_path / "template.json"))
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "SOMEWHERE" in done.stdout


def test_checkov_finds_what_is_accepted_and_nothing_else(expanded: Path) -> None:
    install()
    command = ["checkov", "--skip-download", "--quiet", "--compact", "-o", "json", "--soft-fail"]
    command += ["--framework", "cloudformation", "dockerfile", "-d", str(expanded)]
    reports = json.loads(run(*command))
    assert {report["check_type"] for report in reports} == {"cloudformation", "dockerfile"}
    found = {
        (check["check_id"], check["resource"].rpartition(".")[2])
        for report in reports
        for check in report["results"]["failed_checks"]
    }
    assert found == set(ACCEPTED)


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script: str) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    subprocess.run(["shellcheck", ROOT / script], check=True)
