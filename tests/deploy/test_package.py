"""The function's package: small, complete, and quick to import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tests.deploy.tools import install
from tests.engines import ROOT

MOST_BYTES = 15_000_000
_IMPORT = """
import sys
sys.path[:0] = [sys.argv[1]]
import cruddur.entrypoints.stream_lambda
print(cruddur.entrypoints.stream_lambda.__file__)
"""


def test_it_imports_with_nothing_else_installed(package: Path) -> None:
    """How long that takes is measured by bench/imports: no test fails because a machine is slow."""
    command = [sys.executable, "-I", "-S", "-B", "-c", _IMPORT, str(package)]
    imported = subprocess.check_output(command, text=True).strip()
    assert imported == str(package / "cruddur/entrypoints/stream_lambda.py")


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_it_is_small_and_for_lambda_s_machine(
    architecture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install()
    subprocess.run([ROOT / "deploy/build-lambda", tmp_path, architecture], check=True)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    with capsys.disabled():
        sys.stdout.write(f"\npackage for {architecture}: {size / 1e6:.1f} MB unzipped\n")
    assert size < MOST_BYTES
    machine = {"arm64": "aarch64", "x86_64": "x86_64"}[architecture]
    compiled = [path.name for path in files if path.suffix == ".so"]
    assert compiled
    assert all(f"cpython-313-{machine}-linux" in name for name in compiled)


def test_its_versions_are_those_of_the_service() -> None:
    def versions(lock: str) -> set[str]:
        lines = (ROOT / lock).read_text().splitlines()
        return {line.split()[0] for line in lines if "==" in line and line[0].isalnum()}

    assert versions("deploy/lambda-requirements.lock") <= versions("requirements.lock")


def test_the_runtime_is_what_it_is_built_for() -> None:
    assert "runtime=3.13 " in (ROOT / "deploy/build-lambda").read_text()
    assert "Runtime: python3.13\n" in (ROOT / "deploy/template.yaml").read_text()


def test_nothing_that_it_imports_was_left_out(package: Path) -> None:
    # Modules that a function imports late would be missed by importing once.
    roots = {path.stem for path in package.iterdir()} | sys.stdlib_module_names
    needed = set()
    for path in (package / "cruddur/table/dynamodb").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                needed.add(node.module.partition(".")[0])
    assert needed <= roots
