"""The page's modules and style sheets, joined for browsers."""

import re
from pathlib import Path

import pytest

from cruddur.web.http import bundles
from cruddur.web.http.assets import JOINED
from cruddur.web.http.bundles import (
    STATIC,
    NotJoinable,
    content_hash,
    join_modules,
    join_sheets,
    modules_of,
    shorten_sheet,
)
from cruddur.web.http.minifying import minified
from cruddur.web.http.shortening import shorten

TEMPLATES = Path(bundles.__file__).parents[1] / "pages" / "templates"
SCRIPTS = sorted(Path(name).stem for name in JOINED if name.endswith(".js"))
SHEETS = sorted(Path(name).stem for name in JOINED if name.endswith(".css"))


def test_every_module_and_sheet_is_part_of_what_a_page_loads() -> None:
    scripts = [*SCRIPTS, "client"]  # which pages of others load
    modules = {name for script in scripts for name in modules_of(script)}
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
    joined = join_modules(script, shorten=_as_written).script
    for before, after in (("emitter", "api"), ("base_path", "api")):
        assert joined.index(f"[${before}$") < joined.index(f"[${after}$")
    assert not re.search(r"\bimport\b(?!\(\"\./\w+\.[0-9a-f]{16}\.js\"\))", joined)


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
        join_modules("main", tmp_path, _as_written)


def _as_written(scripts: list[str]) -> list[str]:
    return [shorten(script) for script in scripts]


def _write(folder: Path, **modules: str) -> None:
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)


def test_what_is_imported_on_demand_is_a_part_with_what_only_it_needs(tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='import { a } from "./a.js";\nconst f = async () => await import("./b.js");\n',
        a="export const a = 1;\n",
        b='import { a } from "./a.js";\nimport { c } from "./c.js";\nexport const b = a + c;\n',
        c="export const c = 2;\n",
    )
    script, parts = join_modules("main", tmp_path, _as_written)
    assert "[$a$a]=" in script
    assert "[$b$" not in script
    assert "[$c$" not in script
    assert list(parts) == ["b"]
    assert "[$a$a]=" not in parts["b"]
    assert "[$c$c]=" in parts["b"]
    assert f'import("./b.{content_hash(parts["b"].encode())}.js")).part([$a$a])' in script


def test_a_module_of_two_parts_is_in_the_script_so_that_there_is_one_of_it(tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='const f = async () => [await import("./b.js"), await import("./c.js")];\n',
        b='import { d } from "./d.js";\nexport const b = d;\n',
        c='import { d } from "./d.js";\nexport const c = d;\n',
        d="export const d = 1;\n",
    )
    script, parts = join_modules("main", tmp_path, _as_written)
    assert "[$d$d]=" in script
    assert all("[$d$d]=" not in part for part in parts.values())


def test_what_looks_like_a_comment_in_a_string_stays(tmp_path: Path) -> None:
    _write(
        tmp_path, main='const all = "image/*"; /* a comment */\n/** @type {number} */\nlet b = 1;\n'
    )
    assert join_modules("main", tmp_path).script.count('"image/*"') == 1
    assert (
        "comment" not in join_modules("main", tmp_path, lambda texts: [*map(shorten, texts)]).script
    )


def test_a_module_that_is_there_already_is_not_fetched_again(tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='import { a } from "./a.js";\nconst f = async () => await import("./a.js");\n',
        a="export const a = 1;\n",
    )
    assert join_modules("main", tmp_path, _as_written).parts == {}


@pytest.mark.parametrize(
    "text", ['const f = async () => await import("./c.js");', 'const f = () => import("./c.js");']
)
def test_a_part_that_fetches_another_is_refused(text: str, tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='const f = async () => await import("./b.js");\n',
        b=text + "\n",
        c="export const c = 1;\n",
    )
    with pytest.raises(NotJoinable, match=r"b\.js"):
        join_modules("main", tmp_path, _as_written)


def test_the_rest_of_a_page_shares_its_modules_with_parts_of_its_own(tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='import { a } from "./a.js";\nconst f = async () => await import("./later.js");\n',
        a="export const a = 1;\n",
        later='import { d } from "./d.js";\nconst f = async () => await import("./b.js");\n',
        b='import { a } from "./a.js";\nimport { d } from "./d.js";\nimport { e } from "./e.js";\n',
        d="export const d = 1;\n",
        e="export const e = 1;\n",
    )
    script, parts = join_modules("main", tmp_path, _as_written)
    assert "[$d$d]=" not in script
    assert _defined(parts["later"]) == {"d"}
    assert _defined(parts["b"]) == {"e"}
    assert f'{content_hash(parts["b"].encode())}.js")).part([$a$a,$d$d])' in parts["later"]
    assert f'{content_hash(parts["later"].encode())}.js")).part([$a$a])' in script


def test_two_parts_with_parts_of_their_own_keep_apart_what_only_one_needs(tmp_path: Path) -> None:
    both = 'import { a } from "./a.js";\nimport { d } from "./d.js";\n'
    _write(
        tmp_path,
        main='const f = async () => [await import("./live.js"), await import("./elements.js")];\n',
        live='import { d } from "./d.js";\nconst f = async () => await import("./b.js");\n',
        elements='import { c } from "./c.js";\nconst f = async () => await import("./e.js");\n',
        b=both,
        e='import { a } from "./a.js";\nimport { c } from "./c.js";\nexport const e = a + c;\n',
        **{name: f"export const {name} = 1;\n" for name in "acd"},
    )
    script, parts = join_modules("main", tmp_path, _as_written)
    assert _defined(script) == {"a"}
    assert {name: _defined(text) for name, text in parts.items()} == {
        "live": {"d"}, "elements": {"c"}, "b": set(), "e": {"e"}
    }  # fmt: skip
    assert f'{content_hash(parts["e"].encode())}.js")).part([$a$a,$c$c])' in parts["elements"]


def test_a_part_with_parts_fetches_no_other_such_part(tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='const f = async () => [await import("./live.js"), await import("./elements.js")];\n',
        live="export const a = 1;\n",
        elements='const f = async () => await import("./live.js");\n',
    )
    with pytest.raises(NotJoinable, match=r"elements\.js fetches live\.js"):
        join_modules("main", tmp_path, _as_written)


def test_what_the_rest_and_a_part_of_the_script_need_is_in_the_script(tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='const f = async () => [await import("./b.js"), await import("./later.js")];\n',
        later='import { d } from "./d.js";\nconst f = async () => await import("./b.js");\n',
        b='import { d } from "./d.js";\nexport const b = d;\n',
        d="export const d = 1;\n",
    )
    script, parts = join_modules("main", tmp_path, _as_written)
    assert "d" in _defined(script)
    assert set(parts) == {"b", "later"}
    assert not any("d" in _defined(part) for part in parts.values())


def _defined(script: str) -> set[str]:
    return set(re.findall(r"const\[\$(\w+?)\$", script))


def test_names_become_short_and_what_others_name_stays() -> None:
    (small,) = minified(
        ["{const longName = 1; class Thing { #inside = longName; } use(Thing, {longName});}"]
    )
    assert "inside" not in small
    assert small.count("longName") == 1
    assert "use(" in small


def test_a_script_that_the_program_does_not_understand_loses_its_white_space_alone() -> None:
    assert minified(["let é = 1 ;", "await  f ( ) ) ;"]) == ["let é=1;", "await f());"]


def test_a_sheet_says_the_same_when_it_is_shortened() -> None:
    sheet = """/* all */
    a:hover > b , c d {
      width: calc(1px + 2px);
      background: url("data:image/svg+xml, <path d='M1  2'/>");
      --x: 1;
    }
    @media (width > 5px) and (hover: hover) { e::after { content: "a ; b"; } }
    """
    assert shorten_sheet(sheet) == (
        'a:hover>b,c d{width:calc(1px + 2px);background:url("data:image/svg+xml, '
        "<path d='M1  2'/>\");--x:1}@media (width>5px) and (hover:hover)"
        '{e::after{content:"a ; b"}}'
    )


def _rules(sheet: Path) -> str:
    """What a sheet has besides its imports."""
    lines = sheet.read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("@import")).strip()
