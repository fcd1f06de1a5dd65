"""The page's modules and style sheets, joined for browsers."""

import re
from pathlib import Path

import pytest

from cruddur.web.http import bundles
from cruddur.web.http.assets import JOINED
from cruddur.web.http.bundles import (
    STATIC,
    Joined,
    join_modules,
    join_sheets,
    modules_of,
    shorten_sheet,
)
from cruddur.web.http.content_hash import content_hash
from cruddur.web.http.minifying import minified
from cruddur.web.http.module_tree import NotJoinable
from cruddur.web.http.shortening import shorten

TEMPLATES = Path(bundles.__file__).parents[1] / "pages" / "templates"
SCRIPTS = sorted(Path(name).stem for name in JOINED if name.endswith(".js"))
BOTH = 'const f = async () => [await import("./later.js"), await import("./elements.js")];\nf();\n'
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
    places = [joined.index(name) for name in ("class Emitter", "TIMEOUT_MS=")]
    assert places == sorted(places)
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


def _joined(folder: Path, **modules: str) -> Joined:
    """The script `main` of these modules, and its parts."""
    _write(folder, **modules)
    return join_modules("main", folder, _as_written)


def test_what_is_imported_on_demand_is_a_part_with_what_only_it_needs(tmp_path: Path) -> None:
    script, parts = _joined(
        tmp_path,
        main='import { a } from "./a.js";\nconst f = async () => await import("./b.js");\nf();\n',
        a="export const a = 1;\n",
        b='import { a } from "./a.js";\nimport { c } from "./c.js";\nexport const b = a + c;\n',
        c="export const c = 2;\n",
    )
    assert "const a=" in script
    assert "const b=" not in script
    assert "const c=" not in script
    assert list(parts) == ["b"]
    assert "const a=" not in parts["b"]
    assert "const c=" in parts["b"]
    assert f'import("./b.{content_hash(parts["b"].encode())}.js")).part($given$b())' in script
    assert "function $given$b(){return[a];}" in script


def test_a_module_of_two_parts_is_in_the_script_so_that_there_is_one_of_it(tmp_path: Path) -> None:
    script, parts = _joined(
        tmp_path,
        main='const f = async () => [await import("./b.js"), await import("./c.js")];\nf();\n',
        b='import { d } from "./d.js";\nexport const b = d;\n',
        c='import { d } from "./d.js";\nexport const c = d;\n',
        d="export const d = 1;\n",
    )
    assert "const d=" in script
    assert all("const d=" not in part for part in parts.values())


def test_what_looks_like_a_comment_in_a_string_stays(tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='export const all = "image/*"; /* a comment */\n/** @type {number} */\nlet b = 1;\n',
    )
    assert join_modules("main", tmp_path).script.count('"image/*"') == 1
    assert (
        "comment" not in join_modules("main", tmp_path, lambda texts: [*map(shorten, texts)]).script
    )


def test_a_module_that_is_there_already_is_not_fetched_again(tmp_path: Path) -> None:
    joined = _joined(
        tmp_path,
        main='import { a } from "./a.js";\nconst f = async () => await import("./a.js");\nf();\n',
        a="export const a = 1;\n",
    )
    assert joined.parts == {}


@pytest.mark.parametrize(
    "text", ['const f = async () => await import("./c.js");', 'const f = () => import("./c.js");']
)
def test_a_part_that_fetches_another_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotJoinable, match=r"b\.js"):
        _joined(
            tmp_path,
            main='const f = async () => await import("./b.js");\nf();\n',
            b=f"export {text}\n",
            c="export const c = 1;\n",
        )


def test_the_rest_of_a_page_shares_its_modules_with_parts_of_its_own(tmp_path: Path) -> None:
    script, parts = _joined(
        tmp_path,
        main='import { a } from "./a.js";\nconst f = async () => await import("./later.js");\nf(a);\n',
        a="export const a = 1;\n",
        later='import { d } from "./d.js";\nconst f = async () => await import("./b.js");\nf(d);\n',
        b='import { a } from "./a.js";\nimport { d } from "./d.js";\nimport { e } from "./e.js";\n'
        "export const b = [a, d, e];\n",
        d="export const d = 1;\n",
        e="export const e = 1;\n",
    )
    assert "const d=" not in script
    assert _defined(parts["later"]) == {"d", "f"}
    assert _defined(parts["b"]) == {"b", "e"}
    assert f'{content_hash(parts["b"].encode())}.js")).part($given$b())' in parts["later"]
    assert f'{content_hash(parts["later"].encode())}.js")).part($given$later())' in script
    assert "function $given$b(){return[a,d];}" in parts["later"]


def test_two_parts_with_parts_of_their_own_keep_apart_what_only_one_needs(tmp_path: Path) -> None:
    both = 'import { a } from "./a.js";\nimport { d } from "./d.js";\nuse(a, d);\n'
    script, parts = _joined(
        tmp_path,
        main=BOTH,
        later='import { d } from "./d.js";\nconst f = async () => await import("./b.js");\nf(d);\n',
        elements='import { c } from "./c.js";\nconst f = async () => await import("./e.js");\nf(c);\n',
        b=both,
        e='import { a } from "./a.js";\nimport { c } from "./c.js";\nexport const e = a + c;\n',
        **{name: f"export const {name} = 1;\n" for name in "acd"},
    )
    assert _defined(script) == {"a", "f"}
    assert {name: _defined(text) for name, text in parts.items()} == {
        "later": {"d", "f"}, "elements": {"c", "f"}, "b": set(), "e": {"e"}
    }  # fmt: skip
    assert f'{content_hash(parts["e"].encode())}.js")).part($given$e())' in parts["elements"]
    assert "function $given$e(){return[a,c];}" in parts["elements"]


def test_a_part_with_parts_fetches_no_other_such_part(tmp_path: Path) -> None:
    with pytest.raises(NotJoinable, match=r"elements\.js fetches later\.js"):
        _joined(
            tmp_path,
            main=BOTH,
            later="export const a = 1;\n",
            elements='export const f = async () => await import("./later.js");\n',
        )


def test_what_the_rest_and_a_part_of_the_script_need_is_in_the_script(tmp_path: Path) -> None:
    script, parts = _joined(
        tmp_path,
        main='const f = async () => [await import("./b.js"), await import("./later.js")];\nf();\n',
        later='import { d } from "./d.js";\nconst f = async () => await import("./b.js");\nf();\n',
        b='import { d } from "./d.js";\nexport const b = d;\n',
        d="export const d = 1;\n",
    )
    assert "d" in _defined(script)
    assert set(parts) == {"b", "later"}
    assert not any("d" in _defined(part) for part in parts.values())


def test_what_nothing_uses_is_left_out(tmp_path: Path) -> None:
    script = _joined(
        tmp_path,
        main='import * as a from "./a.js";\nimport { c } from "./c.js";\na.used();\n',
        a="const one = 1;\nconst two = 2;\n"
        "export function used() {\n  return one;\n}\n"
        "export const unused = () => two;\nclass Unused {\n  two = two;\n}\n"
        "const text = `\nconst three = 3;\n`;\nstart();\n"
        "const mark = /`/;\nconst four = 4;\nconst five = /`/;\nfive.use(four);\n",
        c="export const c = 1;\n",
    ).script
    assert script == (
        "(()=>{const one=1;function used(){return one;}const text=`\nconst three = 3;\n`;start();"
        "const mark=/`/;const four=4;const five=/`/;five.use(four);used();})();"
    )


def test_what_two_modules_call_the_same_stays_apart(tmp_path: Path) -> None:
    joined = _joined(
        tmp_path,
        main='import { a } from "./a.js";\nimport { b } from "./b.js";\nuse(a, b);\n',
        a="const same = 1;\nexport const a = [same];\n",
        b="const same = 2;\nexport const b = [same];\n",
    )
    assert joined.script == (
        "(()=>{var[a]=(()=>{const same=1;const a=[same];return[a];})();"
        "var[b]=(()=>{const same=2;const b=[same];return[b];})();use(a,b);})();"
    )


def test_a_variable_does_not_hide_what_it_gets(tmp_path: Path) -> None:
    script = _joined(
        tmp_path,
        main='import * as a from "./a.js";\n{\n  const one = a.one;\n  use(one);\n}\n',
        a="export const one = 1;\n",
    ).script
    assert "const one=$a$one;" in script


def _defined(script: str) -> set[str]:
    return set(re.findall(r"const (\w)=", script))


def test_names_become_short_and_what_others_name_stays() -> None:
    (small,) = minified(
        ["{const longName = 1; class Thing { #inside = longName; } use(Thing, {longName});}"]
    )
    assert "inside" not in small
    assert small.count("longName") == 1
    assert "use(" in small


def test_what_is_read_before_an_answer_is_not_read_after_it() -> None:
    (small,) = minified(
        [
            "(async () => { const then = now; const { data } = await get(); use(then, data, now); })();"
        ]
    )
    assert small.index("=now") < small.index("await")


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
