"""The secret that signs tokens. It is stored in a file that only its owner can read."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from cruddur.config import WrongSetting
from cruddur.setting_texts import shown

SECRET_BYTES = 32
"""The least length of the secret in bytes: that of HS256's hash, as RFC 7518, 3.2, requires."""


def given_secret(text: str) -> bytes:
    """Returns the secret of a setting, for environments without files. Raises WrongSetting."""
    secret = text.encode()
    if len(secret) < SECRET_BYTES:
        # The text names only the length, since it is logged.
        raise WrongSetting(
            f"CRUDDUR_SECRET has {len(secret)} bytes: it needs at least {SECRET_BYTES}"
        )
    return secret


def derived_key(secret: bytes, purpose: str) -> bytes:
    """Returns a key of 32 bytes for one purpose, from which nobody can derive the secret or another key.

    It is the expand step of HKDF (RFC 5869, 2.3), since the secret is already uniformly random.
    """
    return hmac.digest(secret, f"cruddur {purpose}".encode() + b"\x01", hashlib.sha256)


def derivations(*known: bytes | None) -> Sequence[Callable[[str], bytes]]:
    """Returns for each of these secrets what derives keys from it, in the same order."""
    return [partial(derived_key, secret) for secret in known if secret is not None]


def load_secret(path: Path) -> bytes:
    """Returns the file's content, and creates the file if it is missing. Raises WrongSetting."""
    try:
        secret = _make(path) if not path.exists() else path.read_bytes()
    except FileExistsError:  # another process has created it meanwhile
        secret = path.read_bytes()
    except OSError as error:
        raise WrongSetting(
            f"the secret file {shown(str(path))} cannot be used: {error.strerror}"
        ) from None
    if len(secret) < SECRET_BYTES:
        raise WrongSetting(
            f"the secret file {shown(str(path))} holds {len(secret)} bytes: "
            f"it needs at least {SECRET_BYTES}"
        )
    return secret


def _make(path: Path) -> bytes:
    # The file is written under another name and then linked, so that no process reads a part of it.
    # O_EXCL and link() fail if another user has created the name.
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
