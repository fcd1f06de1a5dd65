"""The names in the page's joined scripts, beside those that each script of a browser has."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from tests.js.test_javascript import ROOT

from cruddur.web.http.assets import JOINED
from cruddur.web.http.bundles import STATIC, join_modules
from cruddur.web.http.module_writer import OF_BROWSERS, names_at_top

MODULES = ROOT / "node_modules"
SCRIPTS = ["client", *sorted(Path(name).stem for name in JOINED if name.endswith(".js"))]
BIOME = {
    "root": True,
    "files": {"maxSize": 10_000_000},
    "linter": {
        "rules": {"preset": "none", "correctness": {"noUndeclaredVariables": "error"}},
    },
}


def _as_they_are(scripts: list[str]) -> list[str]:
    return scripts


def test_a_joined_script_has_every_name_that_it_uses(tmp_path: Path) -> None:
    program = MODULES / ".bin" / "biome"
    if not program.exists():
        reason = "Biome is missing: bin/install-page-tools"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    for script in SCRIPTS:
        whole, parts = join_modules(script, shorten=_as_they_are)
        for name, text in {"": whole, **parts}.items():
            (tmp_path / f"{script}.{name}.js").write_text(text)
    (tmp_path / "biome.json").write_text(json.dumps(BIOME))
    command = [str(program), "lint", f"--config-path={tmp_path}", "."]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_name_of_a_module_that_a_browser_has_too_is_known() -> None:
    found = sorted(MODULES.glob("@typescript/*/lib/lib.dom.d.ts"))
    if not found:
        reason = "TypeScript is missing: bin/install-page-tools"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    declared = re.findall(
        r"^declare (?:var|function) (\w+)", found[0].read_text("utf-8"), re.MULTILINE
    )
    texts = [file.read_text("utf-8") for file in STATIC.glob("*/*.js")]
    ours = {name for text in texts for name in names_at_top(text)}
    assert len(declared) > 500
    assert ours & set(declared) <= OF_BROWSERS
