"""Makes `src/cruddur/identity/common_passwords.bin`: digests of the passwords that are guessed first.

    pip download --no-deps --no-binary zxcvbn zxcvbn==4.5.0
    pip download --no-deps django==5.2
    npm pack @zxcvbn-ts/language-common@4.1.3
    python -m tests.common_passwords FOLDER      # where they lie

They are the lists of common passwords of zxcvbn (Dropbox, MIT licence), of Django (BSD) and of zxcvbn-ts
(MIT), and the words and names of zxcvbn, which are no better alone. What has fewer than eight characters
is too short anyway.
"""

import ast
import gzip
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from cruddur.identity.common_passwords import FILE, digest_of

MIN_CHARS = 8


def passwords_of(folder: Path) -> set[str]:
    """Returns what the three packages hold, in lower case."""
    found = {*_of_zxcvbn(folder), *_of_django(folder), *_of_zxcvbn_ts(folder)}
    return {one for one in map(str.lower, found) if len(one) >= MIN_CHARS}


def _of_zxcvbn(folder: Path) -> Iterator[str]:
    source = _packed(folder / "zxcvbn-4.5.0.tar.gz", "zxcvbn-4.5.0/zxcvbn/frequency_lists.py")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):  # each list is one text: "the,of,and".split(",")
            assert isinstance(node.func, ast.Attribute)
            yield from ast.literal_eval(node.func.value).split(",")


def _of_django(folder: Path) -> Iterator[str]:
    (path,) = folder.glob("[Dd]jango-5.2-*.whl")
    with zipfile.ZipFile(path) as wheel:
        packed = wheel.read("django/contrib/auth/common-passwords.txt.gz")
    yield from gzip.decompress(packed).decode().split("\n")


def _of_zxcvbn_ts(folder: Path) -> Iterator[str]:
    path = folder / "zxcvbn-ts-language-common-4.1.3.tgz"
    yield from json.loads(_packed(path, "package/src/passwords.json"))


def _packed(path: Path, name: str) -> bytes:
    with tarfile.open(path) as packed:
        member = packed.extractfile(name)
        assert member is not None
        return member.read()


if __name__ == "__main__":
    FILE.write_bytes(b"".join(sorted({digest_of(one) for one in passwords_of(Path(sys.argv[1]))})))
