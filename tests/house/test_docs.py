"""The docs cannot rot: what they name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.house.commands import wrong_in
from tests.house.source import ROOT

from cruddur.config import MEANINGS, PREFIX, variable

_README = ROOT / "README.md"
_DOCS = [_README, *sorted((ROOT / "docs").glob("*.md"))]
_PLACES = [ROOT, ROOT / "src" / "cruddur", ROOT / "src" / "cruddur" / "web"]
_LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)|(?:src|href)=\"([^\"#]+)\"")
_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"(?:\./)?[\w.-]+(?:/[\w.-]+)*/[\w.-]*")
_MEDIA_TYPE = re.compile(r"(application|text|image)/")
_END = re.compile(r"[|;&<>#\\()]|\s\[|…|\.\.\.")

each_doc = pytest.mark.parametrize("doc", _DOCS, ids=lambda doc: doc.name)


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


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(_README.read_text("utf-8").splitlines()) <= 100
