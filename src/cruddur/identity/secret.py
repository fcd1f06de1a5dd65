"""The key that signs tokens, kept in a file that only its owner can read."""

import os
import secrets
from pathlib import Path

from cruddur.config import WrongSetting

SECRET_BYTES = 32
"""As long as the hash it keys: RFC 7518, 3.2, demands no less for HS256."""


def given_secret(text: str) -> bytes:
    """The secret as a setting hands it over, where no file can. Raises WrongSetting."""
    secret = text.encode()
    if len(secret) < SECRET_BYTES:
        # Its length only: this line goes to a log.
        raise WrongSetting(
            f"CRUDDUR_SECRET has {len(secret)} bytes: it needs at least {SECRET_BYTES}"
        )
    return secret


def load_secret(path: Path) -> bytes:
    """The file's bytes; a file that is not there is made. Raises WrongSetting."""
    try:
        secret = _make(path) if not path.exists() else path.read_bytes()
    except FileExistsError:  # another process made it in between
        secret = path.read_bytes()
    except OSError as error:
        raise WrongSetting(f"the secret file {path} cannot be used: {error.strerror}") from None
    if len(secret) < SECRET_BYTES:
        raise WrongSetting(
            f"the secret file {path} holds {len(secret)} bytes: it needs at least {SECRET_BYTES}"
        )
    return secret


def _make(path: Path) -> bytes:
    # Written elsewhere and linked into place: nobody may ever read half a secret. O_EXCL and link()
    # refuse a name that somebody else put there.
    secret = secrets.token_bytes(SECRET_BYTES)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
    return secret
