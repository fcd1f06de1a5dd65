"""The page's modules and style sheets, joined for browsers."""

import re
from pathlib import Path

import pytest

from cruddur.web.http import bundles
from cruddur.web.http.assets import JOINED
from cruddur.web.http.bundles import STATIC, NotJoinable, join_modules, join_sheets, modules_of

TEMPLATES = Path(bundles.__file__).parents[1] / "pages" / "templates"
SCRIPTS = sorted(Path(name).stem for name in JOINED if name.endswith(".js"))
SHEETS = sorted(Path(name).stem for name in JOINED if name.endswith(".css"))


def test_every_module_and_sheet_is_part_of_what_a_page_loads() -> None:
    modules = {name for script in SCRIPTS for name in modules_of(script)}
    assert modules == {file.stem for file in (STATIC / "js").glob("*.js")}
    joined = "".join(map(join_sheets, SHEETS))
    assert all(_rules(file) in joined for file in (STATIC / "css").glob("*.css"))


def test_the_pages_name_no_script_and_sheet_but_joined_ones() -> None:
    text = "".join(file.read_text("utf-8") for file in TEMPLATES.glob("*.html"))
    named = set(re.findall(r'asset\("((?:js|css)/[^"]+)"\)', text))
    assert named == JOINED
    assert "/static/" not in re.sub(r"static/js/\w+\.js makes", "", text)


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_module_comes_after_those_that_it_imports(script: str) -> None:
    joined = join_modules(script)
    for before, after in (("dom", "form_errors"), ("base_path", "api")):
        assert joined.index(f"const ${before}=") < joined.index(f"const ${after}=")
    assert "import" not in joined.replace("important", "")


@pytest.mark.parametrize(
    ("module", "named"),
    [
        ('import x from "./b.js";', "a.js: import x"),
        ('import "./b.js";', "a.js: import"),
        ("export default 1;", "a.js: export default"),
        ("export let a = 1;", "a.js: export let"),
        ('export { b } from "./b.js";', "a.js: export { b }"),
        ('import { b } from "./b.js";', "a.js imports itself through a, b"),
    ],
)
def test_what_cannot_be_joined_is_refused_by_name(module: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "main.js").write_text('import { a } from "./a.js";\n')
    (tmp_path / "a.js").write_text(module + "\n")
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\n')
    with pytest.raises(NotJoinable, match=named):
        join_modules("main", tmp_path)


def _rules(sheet: Path) -> str:
    """What a sheet has besides its imports."""
    lines = sheet.read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("@import")).strip()
