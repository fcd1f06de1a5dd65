"""Links many people to what they sign in with at issuers, from a CSV file."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from cruddur.domain.errors import ApiError, Busy
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.link_login import Linked, link_login
from cruddur.tools.concurrency import map_concurrently, retry_throttled

COLUMNS = ("handle", "issuer", "subject")

_AT_ONCE = 8


class UnknownIssuer(Exception):
    """An issuer that is not in the settings. The text is for the operator."""


class Line(NamedTuple):
    """One line of the file, from 1. If it has a fault, the rest is empty."""

    number: int
    handle: str = ""
    issuer: str = ""
    subject: str = ""
    fault: str = ""


class Outcome(NamedTuple):
    """What became of a line: somebody who is linked, or a fault."""

    number: int
    user: User | None = None
    is_new: bool = False
    fault: str = ""


def lines_of(text: Iterable[str]) -> Iterator[Line]:
    """Yields the lines of a CSV file (RFC 4180), without its head and without empty ones."""
    reader = csv.reader(text, strict=True)
    while True:
        try:
            row = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield Line(reader.line_num, fault=str(error))
            continue
        is_head = reader.line_num == 1 and tuple(map(str.lower, row)) == COLUMNS
        if any(row) and not is_head:
            yield _line(reader.line_num, row)


def _line(number: int, row: Sequence[str]) -> Line:
    if len(row) != len(COLUMNS):
        return Line(number, fault=f"it has {len(row)} columns, not {', '.join(COLUMNS)}")
    return Line(number, *row)


def issuer_url(identity: IdentityContext, text: str) -> str:
    """Returns the issuer that is meant, by its name in the settings or as its tokens say it.

    Where the settings have issuers, it must be one of them: otherwise a slash too many would link
    people to nothing. Raises UnknownIssuer.
    """
    known = identity.issuers.by_name.get(text)
    if known is not None:
        return known.issuer.url
    if identity.issuers and text not in identity.issuers.by_url:
        listed = ", ".join(identity.issuers.by_url)
        raise UnknownIssuer(f"{text!r} is none of the issuers in the settings: {listed}")
    return text


async def link_logins(
    identity: IdentityContext, lines: Iterable[Line], done: Callable[[], None]
) -> Sequence[Outcome]:
    """Links each line's person, and returns what became of each, in order. It may be repeated.

    Raises TableUnavailable after several tries: then what was linked stays.
    """

    async def link(line: Line) -> Outcome:
        outcome = await _linked(identity, line)
        done()
        return outcome

    return await map_concurrently(lines, link, at_once=_AT_ONCE)


async def _linked(identity: IdentityContext, line: Line) -> Outcome:
    if line.fault:
        return Outcome(line.number, fault=line.fault)
    try:
        url = issuer_url(identity, line.issuer)
        link = partial(link_login, identity, line.handle, url, line.subject)
        linked: Linked = await retry_throttled(link)
    except Busy:
        raise
    except (ApiError, UnknownIssuer) as error:
        return Outcome(line.number, fault=str(error))
    return Outcome(line.number, linked.user, linked.is_new)
