"""The project's own documentation, as a running service gives it to programs and to people.

A wheel has it beside the modules; a checkout has it where it is written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cruddur.web.http.assets import Asset, make_asset

_PACKAGE = Path(__file__).parents[2]
_FOLDERS = (_PACKAGE / "docs", _PACKAGE.parents[1] / "docs")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_SENTENCE = re.compile(r".+?[.:](?=\s|$)", re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_NOTHING_OF_A_PARAGRAPH = ("#", "|", "!", "-", "```", "    ")
_DECISIONS, _FEATURES = "decisions/", "features/"

_HEAD = """\
# Cruddur Messages

> Direct messages for an application: conversations of two and groups, over HTTP and server-sent events,
> on one SQLite file or one DynamoDB table. The messages of a conversation have numbers, 1, 2, 3 …
> without a gap, and so have their changes.

The API is described as OpenAPI at {base}/schema/openapi.json, and its events as AsyncAPI at
{base}/schema/asyncapi.json.
"""


class Document(NamedTuple):
    """One page: its path below the folder, its title, and the first sentence of its text."""

    path: str
    title: str
    summary: str


def find_document(path: str) -> Asset | None:
    """Returns the page of a path, such as `features/groups.md`, as Markdown; None if there is none."""
    return _asset(path) if path in _files() else None


def llms_txt(base: str) -> bytes:
    """Returns the list of all pages, as llmstxt.org proposes it. `base` goes before each path."""
    parts = [_HEAD.format(base=base)]
    for heading, documents in _sections(_documents()):
        parts += [f"\n## {heading}\n\n", *_lines(base, documents)]
    return "".join(parts).encode()


def _sections(documents: Sequence[Document]) -> Iterator[tuple[str, Sequence[Document]]]:
    features = [one for one in documents if one.path.startswith(_FEATURES)]
    decisions = [one for one in documents if one.path.startswith(_DECISIONS)]
    yield "Documentation", [one for one in documents if "/" not in one.path]
    yield "Features", features
    yield "Optional", decisions  # what a reader with little room leaves out


def _lines(base: str, documents: Sequence[Document]) -> Iterator[str]:
    for path, title, summary in documents:
        yield f"- [{title}]({base}/docs/{path}){f': {summary}' if summary else ''}\n"


@cache
def _files() -> Mapping[str, Path]:
    folder = next((folder for folder in _FOLDERS if folder.is_dir()), None)
    found = sorted(folder.rglob("*.md")) if folder else []
    return {path.relative_to(folder).as_posix(): path for path in found} if folder else {}


@cache
def _asset(path: str) -> Asset:
    return make_asset(path, _files()[path].read_bytes())


@cache
def _documents() -> Sequence[Document]:
    return [_described(path, file.read_text("utf-8")) for path, file in _files().items()]


def _described(path: str, text: str) -> Document:
    title = _TITLE.search(text)
    return Document(path, title[1] if title else path, _first_sentence(text))


def _first_sentence(text: str) -> str:
    for paragraph in text.split("\n\n"):
        if paragraph.strip() and not paragraph.startswith(_NOTHING_OF_A_PARAGRAPH):
            found = _SENTENCE.match(paragraph.strip())
            plain = " ".join((found[0] if found else paragraph).split())
            return _LINK.sub(r"\1", plain).rstrip(":")
    return ""
