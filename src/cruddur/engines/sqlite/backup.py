"""Backs up and restores the SQLite file, also while a service writes to it.

Copying the file by other means while a service runs loses data: the last writes are in its log.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cruddur.domain.errors import TableUnavailable
from cruddur.engines.sqlite import file
from cruddur.schema import keys
from cruddur.schema.table import FILE_NAME

_AFTER_PREFIX = chr(ord("#") + 1)
_UNDER = "SELECT count(*) FROM items WHERE pk >= ? AND pk < ?"
# The numbers of messages sort before the sort key of the item that describes the conversation.
_MESSAGES = f"{_UNDER} AND sk < ?"
_CONVERSATIONS = f"{_UNDER} AND sk = ?"


@dataclass(frozen=True, slots=True)
class Contents:
    """How many accounts, conversations and messages a file holds."""

    people: int
    conversations: int
    messages: int


def back_up(folder: Path, target: Path, *, replace: bool) -> Contents:
    """Writes the present state of the folder's file to the target and returns what it contains.

    The target appears only when it is complete and checked, and only its owner can read it. Raises
    FileExistsError if it exists and `replace` is false, TableUnavailable for every other failure.
    """
    return _copy(folder / FILE_NAME, target, replace=replace)


def restore(source: Path, folder: Path, *, replace: bool) -> Contents:
    """Puts a backup into the folder. No service may be running there.

    Raises FileExistsError if the folder has a file and `replace` is false, else TableUnavailable.
    """
    target = folder / FILE_NAME
    with _explained(target):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _copy(source, target, replace=replace)


def _copy(source: Path, target: Path, *, replace: bool) -> Contents:
    if target.exists() and not replace:
        raise FileExistsError(target)
    draft = target.with_name(f"{target.name}.{secrets.token_hex(8)}.part")
    with _explained(target):
        try:
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            _fill(draft, source)
            contents = _checked(draft, source)
            _fold_away(target)
            _move(draft, target, replace=replace)
        finally:
            draft.unlink(missing_ok=True)
    return contents


def _fill(draft: Path, source: Path) -> None:
    with closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        with _explained(source), closing(file.connect_to_read(source)) as original:
            file.check_format(original, source)
            # In one step, since each commit of a service would restart a copy in several steps.
            original.backup(copy)
        # Without a log, the backup is a single file that can be read from a read-only folder.
        copy.execute("PRAGMA journal_mode = DELETE")
    _flush(draft)


def _checked(draft: Path, source: Path) -> Contents:
    with _explained(source), closing(file.connect_to_read(draft)) as connection:
        problems = [problem for (problem,) in connection.execute("PRAGMA integrity_check(1)")]
        if problems != ["ok"]:
            raise TableUnavailable(f"{source} is damaged: {problems[0]}")
        return _count(connection)


def _count(connection: sqlite3.Connection) -> Contents:
    def count(statement: str, prefix: str, sk: str) -> int:
        end = prefix[:-1] + _AFTER_PREFIX
        (found,) = connection.execute(statement, (prefix, end, sk)).fetchone()
        return int(found)

    return Contents(
        people=count(_CONVERSATIONS, keys.USER_PREFIX, keys.PROFILE_SK),
        conversations=count(_CONVERSATIONS, keys.MESSAGES_PREFIX, keys.GROUP_SK),
        messages=count(_MESSAGES, keys.MESSAGES_PREFIX, keys.AFTER_DIGITS),
    )


def _fold_away(target: Path) -> None:
    """Merges an old file's log into it: SQLite would apply the log to the file that replaces it."""
    if target.exists():
        with suppress(sqlite3.Error), closing(file.connect(target)):
            pass  # closing the last connection merges the log into the file and removes it
    for path in (file.log_of(target), file.shared_memory_of(target)):
        path.unlink(missing_ok=True)


def _move(draft: Path, target: Path, *, replace: bool) -> None:
    if replace:
        draft.replace(target)
    else:
        os.link(draft, target)  # unlike a rename, it fails if the target was created meanwhile
        draft.unlink()
    _flush(target.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise TableUnavailable(f"{path}: {error.strerror}") from error
    except (sqlite3.Error, ValueError) as error:
        raise TableUnavailable(f"{path}: {error}") from error
