"""Finds and creates the data folder and the secret in it."""

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from cruddur.config import Settings, WrongSetting
from cruddur.identity.secret import given_secret, load_secret
from cruddur.schema.table import FILE_NAME
from cruddur.setting_texts import shown

_SECRET_NAME = "secret"  # noqa: S105  the file's name


def secret_of(settings: Settings) -> bytes:
    """Returns the secret from its setting or its file, which is created if missing.

    Raises WrongSetting.
    """
    if settings.secret is not None:
        return given_secret(settings.secret)
    return load_secret(settings.secret_file or data_folder(settings.data) / _SECRET_NAME)


def require_secret(settings: Settings) -> None:
    """Raises WrongSetting without a secret that somebody gave: a new one would open nothing here."""
    file = settings.secret_file or settings.data / _SECRET_NAME
    if settings.secret is None and not file.exists():
        raise WrongSetting(
            f"there is no secret file {shown(str(file))}: this needs the secret of the service, "
            "by CRUDDUR_SECRET or CRUDDUR_SECRET_FILE"
        )


def secret_before_of(settings: Settings) -> bytes | None:
    """Returns the secret from before a change: that of its setting, or of `<secret file>.before`.

    Raises WrongSetting.
    """
    if settings.secret_before is not None:
        return given_secret(settings.secret_before)
    file = settings.secret_file or settings.data / _SECRET_NAME
    before = file.with_name(f"{file.name}.before")
    return load_secret(before) if before.exists() else None


def open_to_others(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yields each private path that other users can read, and the command that closes it.

    This service creates its files closed, but a folder may be older, made by hand, or copied.
    """
    if os.name != "posix":
        return
    # Nobody can reach a file in a closed folder, whatever its own mode.
    folder = settings.data
    if _is_open(folder) and any((folder / name).exists() for name in (FILE_NAME, _SECRET_NAME)):
        yield str(folder), f"chmod -R go= {shlex.quote(str(folder))}"
    file = settings.secret_file
    if file is not None and _is_open(file):
        yield str(file), f"chmod go= {shlex.quote(str(file))}"


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except OSError:  # it does not exist yet
        return False


def data_folder(path: Path) -> Path:
    """Creates the folder if it is missing, readable by its owner only. Raises WrongSetting."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(f"CRUDDUR_DATA cannot be {shown(str(path))}: {error.strerror}") from None
    return path
