"""The hosts of docs/embedding.md, as they stand there.

After the language a block names the lines that are there for messages, as documentation tools mark
them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.engines import ROOT

HOSTS = ("Django", "FastAPI", "Express", "Next", "Plain HTML")
PLACEHOLDER = "https://chat.example"

_PAGE = (ROOT / "docs" / "embedding.md").read_text("utf-8")
_BLOCK = re.compile(
    r"^`([\w./-]+)`\n\n```\w+(?: \{([\d,-]+)\})?\n(.*?)^```", re.MULTILINE | re.DOTALL
)
_SHARED = "home.html"
_TAG = re.compile(r"\s*</?[\w-]+[^>]*>(</[\w-]+>)?\s*")


class File(NamedTuple):
    """One file of a host, and the numbers of its lines that are there for messages."""

    text: str
    marked: frozenset[int]

    @property
    def lines(self) -> list[str]:
        return [line for line in self.text.splitlines() if line.strip()]

    @property
    def code(self) -> list[str]:
        """What is there for messages, without tags that stand alone."""
        numbered = enumerate(self.text.splitlines(), 1)
        found = [line for number, line in numbered if number in self.marked and line.strip()]
        return [line for line in found if not _TAG.fullmatch(line)]


def files_of(host: str) -> dict[str, File]:
    """The files under its heading, by path, with the page that several hosts share."""
    before, *sections = re.split(r"^### (?=[A-Z])", _PAGE, flags=re.MULTILINE)
    section = next(one for one in sections if one.startswith(f"{host}\n"))
    files = dict(_files(section.split("\n## ")[0]))
    if f"`{_SHARED}`" in section:
        files[_SHARED] = dict(_files(before))[_SHARED]
    return files


def _files(text: str) -> Iterator[tuple[str, File]]:
    for name, marked, code in _BLOCK.findall(text):
        yield name, File(code, frozenset(_numbers(marked)))


def _numbers(marked: str) -> Iterator[int]:
    for part in filter(None, marked.split(",")):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def write(host: str, folder: Path, url: str) -> None:
    """Writes its files into the folder, for this service."""
    for name, file in files_of(host).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(file.text.replace(PLACEHOLDER, url), "utf-8")
