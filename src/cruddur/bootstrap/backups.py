"""Backs up and restores the SQLite file and the secret, and locks the folder of a running service."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cruddur.bootstrap.folders import data_folder
from cruddur.config import Settings, WrongSetting
from cruddur.engines.sqlite import backup
from cruddur.engines.sqlite.backup import Contents
from cruddur.logs import Log
from cruddur.schema.table import FILE_NAME

__all__ = [
    "Contents",
    "back_up",
    "back_up_secret",
    "restore",
    "restore_secret",
    "secret_beside",
    "serving",
]

_log = Log()


def back_up(settings: Settings, target: Path, *, replace: bool) -> Contents:
    """Writes a backup, also beside a running service.

    Raises WrongSetting, TableUnavailable, FileExistsError.
    """
    _require_file(settings)
    return backup.back_up(settings.data, target, replace=replace)


def restore(settings: Settings, source: Path, *, replace: bool) -> Contents:
    """Puts a backup in place.

    Raises as `back_up` does, and WrongSetting while a service uses the folder.
    """
    _require_sqlite(settings)
    if not source.is_file():
        raise WrongSetting(f"{source} is not a file")
    with _locked(settings, alone=True):
        return backup.restore(source, settings.data, replace=replace)


def secret_beside(target: Path) -> Path:
    """The path of a backup's secret, whether it exists or not."""
    return target.with_name(f"{target.name}.secret")


def back_up_secret(settings: Settings, target: Path) -> Path:
    """Copies the secret beside the backup. Raises WrongSetting if the secret is not in a file."""
    return _copy_secret(_secret_file(settings), secret_beside(target))


def restore_secret(settings: Settings, source: Path) -> Path:
    """Restores the secret. Raises WrongSetting if the backup has none or the secret is not in a file."""
    return _copy_secret(secret_beside(source), _secret_file(settings))


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Locks the folder while a process serves its SQLite file. Raises WrongSetting.

    Events and a cache in the memory of a process do not reach others, so such a process must be the
    only one. Those with a bus and a cache between processes may be several.
    """
    if settings.table != "sqlite":
        yield
        return
    try:
        with _locked(settings, alone="memory" in {settings.bus, settings.cache}):
            yield
    except _Taken as error:
        raise WrongSetting(
            f"{error}. Several on one file each need CRUDDUR_BUS=valkey or momento, and no "
            "CRUDDUR_CACHE=memory"
        ) from None


class _Taken(WrongSetting):
    """Another process has locked the folder."""


@contextmanager
def _locked(settings: Settings, *, alone: bool) -> Iterator[None]:
    # The kernel releases the lock when the process ends, even after a crash.
    descriptor = os.open(data_folder(settings.data), os.O_RDONLY)
    try:
        _lock(descriptor, settings.data, alone=alone)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path, *, alone: bool) -> None:
    try:
        if not _try_lock(descriptor, fcntl.LOCK_EX):
            if alone or not _try_lock(descriptor, fcntl.LOCK_SH):
                raise _Taken(f"a service runs on the file in {folder}: stop it first")
            _log.warning("another service runs on this file: their writes take turns")
        elif not alone:
            _try_lock(descriptor, fcntl.LOCK_SH)
    except OSError as error:
        _log.warning(
            "this file system has no locks: see to it that one service alone runs on the file",
            folder=str(folder),
            error=error.strerror,
        )


def _try_lock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _secret_file(settings: Settings) -> Path:
    if settings.secret is not None:
        raise WrongSetting("CRUDDUR_SECRET holds the secret, and no file: keep it where it is kept")
    return settings.secret_file or settings.data / "secret"


def _copy_secret(source: Path, target: Path) -> Path:
    draft = target.with_name(f"{target.name}.{secrets.token_hex(8)}.part")
    try:
        secret = source.read_bytes()
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise WrongSetting(f"{error.filename}: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
    return target


def _require_file(settings: Settings) -> None:
    _require_sqlite(settings)
    if not (settings.data / FILE_NAME).is_file():
        raise WrongSetting(f"there is no {FILE_NAME} in {settings.data}")


def _require_sqlite(settings: Settings) -> None:
    if settings.table != "sqlite":
        at = f"@{settings.endpoint_url}" if settings.endpoint_url else ""
        raise WrongSetting(
            "a table on DynamoDB is backed up by AWS (point-in-time recovery), or copied to a file: "
            f"cruddur copy dynamodb:{settings.table_name}{at} sqlite:FOLDER"
        )
