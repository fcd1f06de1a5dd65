"""The docs cannot rot: what they name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.house.commands import wrong_in
from tests.house.source import ROOT
from tests.house.test_imports import FLOORS

from cruddur.config import PREFIX, variable
from cruddur.setting_meanings import MEANINGS

_README = ROOT / "README.md"
_DECISIONS = ROOT / "docs" / "decisions"
_FOLDERS = (ROOT, ROOT / "docs", _DECISIONS, ROOT / "docs" / "features", ROOT / "bench")
_DOCS = [path for folder in _FOLDERS for path in sorted(folder.glob("*.md"))]
_PLACES = [ROOT, ROOT / "src" / "cruddur", ROOT / "src" / "cruddur" / "web"]
_LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)|(?:src|href)=\"([^\"#]+)\"")
_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"(?:\./)?[\w.-]+(?:/[\w.-]+)*/[\w.-]*")
_MEDIA_TYPE = re.compile(r"(application|text|image)/")
_END = re.compile(r"[|;&<>#\\()]|\s\[|…|\.\.\.")

each_doc = pytest.mark.parametrize("doc", _DOCS, ids=lambda doc: str(doc.relative_to(ROOT)))


def _code(doc: Path) -> Iterator[str]:
    """What stands in backticks, a line at a time."""
    text = doc.read_text("utf-8")
    for block in _BLOCK.findall(text):
        yield from block.splitlines()
    for _, span in _SPAN.findall(_BLOCK.sub("", text)):
        yield " ".join(span.split())


@each_doc
def test_every_link_leads_somewhere(doc: Path) -> None:
    targets = [one or other for one, other in _LINK.findall(doc.read_text("utf-8"))]
    ours = [target for target in targets if "://" not in target]
    assert [target for target in ours if not (doc.parent / target).exists()] == []


@each_doc
def test_every_path_is_there(doc: Path) -> None:
    paths = [code for code in _code(doc) if _PATH.fullmatch(code) and not _MEDIA_TYPE.match(code)]
    places = [doc.parent, *_PLACES]
    assert [path for path in paths if not any((place / path).exists() for place in places)] == []


@each_doc
def test_every_command_is_there(doc: Path) -> None:
    wrong = {line: word for line in _code(doc) if (word := _wrong_command(line))}
    assert wrong == {}


def _wrong_command(line: str) -> str | None:
    words = _END.split(line.removeprefix("$ "))[0].split()
    while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
        words.pop(0)
    if not words:
        return None
    program, *rest = words
    if program == "cruddur" or program.endswith("/cruddur"):
        return wrong_in(rest)
    if program == "./bin/up":
        return wrong_in(["up", *rest])
    is_missing = program.startswith("./") and not (ROOT / program).exists()
    return program if is_missing else None


@each_doc
def test_every_setting_is_there(doc: Path) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]", doc.read_text("utf-8")))
    assert named - {variable(name) for name in MEANINGS} == set()


def test_every_setting_is_documented() -> None:
    docs = "".join(doc.read_text("utf-8") for doc in _DOCS)
    assert [name for name in MEANINGS if f"`{variable(name)}`" not in docs] == []


def test_what_code_says_of_the_docs_is_there() -> None:
    folders = ("src", "bench", "bin", "deploy", "tests")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*") if _is_text(file)]
    named = {
        (str(file.relative_to(ROOT)), page)
        for file in (*files, ROOT / "pyproject.toml")
        for page in re.findall(r"\bdocs/[\w/-]+\.md", file.read_text("utf-8", "replace"))
    }
    assert {(file, page) for file, page in named if not (ROOT / page).exists()} == set()


def _is_text(file: Path) -> bool:
    code = {".py", ".js", ".css", ".html", ".yaml", ".conf", ".service", ".timer", ""}
    return file.is_file() and file.suffix in code and "__pycache__" not in file.parts


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(_README.read_text("utf-8").splitlines()) <= 100


@pytest.mark.parametrize("page", sorted(_DECISIONS.glob("*.md")), ids=lambda page: str(page.stem))
def test_a_decision_says_why_what_it_costs_and_whether_it_holds(page: Path) -> None:
    number = int(page.name[:3])
    lines = page.read_text("utf-8").splitlines()
    assert lines[0].startswith(f"# {number}. ")
    parts = [line for line in lines if line.startswith("## ")]
    assert parts == ["## Context", "## Decision", "## Price", "## State"]
    title = lines[0].removeprefix(f"# {number}. ")
    index = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    assert f"\n{number}. [{title}](decisions/{page.name})\n" in index


def test_the_picture_shows_the_floors_as_they_are() -> None:
    text = (ROOT / "docs" / "parts.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d) \| ([^|]*) \|", text, re.MULTILINE)
    told = [set(re.findall(r"`(\w+)`", folders)) for _, folders in sorted(rows)]
    assert told == list(FLOORS)
    picture = (ROOT / "docs" / "parts.svg").read_text("utf-8")
    assert [name for name in set().union(*FLOORS) if not re.search(rf"\b{name}\b", picture)] == []


def test_a_word_of_the_glossary_is_in_the_file_that_it_names() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    entries = re.findall(r"^- \*\*(.+?)\*\*: .*?\]\(\.\./(\S+)\)$", text, re.MULTILINE | re.DOTALL)
    assert len(entries) == text.count("\n- **")
    wrong = {word: file for word, file in entries if _letters(word) not in _letters_of(file)}
    assert wrong == {}


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _letters_of(file: str) -> str:
    return _letters((ROOT / file).read_text("utf-8"))


def test_every_page_is_reached_from_the_readme() -> None:
    reached, new = set[Path](), {_README}
    while new:
        reached |= new
        new = {target for page in new for target in _pages_linked_by(page)} - reached
    assert {page for page in _DOCS if page.is_relative_to(ROOT / "docs")} - reached == set()


def _pages_linked_by(page: Path) -> Iterator[Path]:
    for one, _ in _LINK.findall(page.read_text("utf-8")):
        target = (page.parent / one).resolve()
        if one.endswith(".md") and "://" not in one and target.exists():
            yield target
