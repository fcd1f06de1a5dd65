"""Makes `src/cruddur/identity/common_passwords.bin`: digests of the passwords that are guessed first.

    pip download --no-deps --no-binary zxcvbn zxcvbn==4.5.0
    pip download --no-deps django==5.2
    npm pack @zxcvbn-ts/language-common@4.1.3
    mvn dependency:copy -Dartifact=me.gosimple:nbvcxz:1.5.1 -DoutputDirectory=.
    python -m tests.common_passwords FOLDER      # where they lie

nbvcxz (MIT licence) has the 100,000 commonest of the ten million passwords that Mark Burnett gathered
and published in 2015, the commonest first. Besides there are the lists of common passwords of zxcvbn
(Dropbox, MIT), of Django (BSD) and of zxcvbn-ts (MIT), and the words and names of zxcvbn, which are no
better alone. What has fewer than eight characters is too short anyway.
"""

import ast
import gzip
import hashlib
import json
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from cruddur.identity.common_passwords import FILE, digest_of

MIN_CHARS = 8
COMMONEST = 100_000
PACKAGES = {
    "zxcvbn-4.5.0.tar.gz": "70392c0fff39459d7f55d0211151401e79e76fcc6e2c22b61add62900359c7c1",
    "Django-5.2-py3-none-any.whl": "91ceed4e3a6db5aedced65e3c8f963118ea9ba753fc620831c77074e620e7d83",
    "zxcvbn-ts-language-common-4.1.3.tgz": (
        "bf3027c16c069d7877e25dc8751bc819e10e479afcc5ee1a323eb2ab73129ca9"
    ),
    "nbvcxz-1.5.1.jar": "e640b177c1fcc709a01afef8036061e04eac54b6f9024e4b457cc12f973fc93d",
}
"""The files, and the SHA-256 of each: of other bytes another filter would be made."""


def passwords_of(folder: Path) -> set[str]:
    """Returns what the packages hold, in lower case."""
    check_packages(folder)
    others = {*_of_zxcvbn(folder), *_of_django(folder), *_of_zxcvbn_ts(folder)}
    found = {*others, *commonest(folder)}
    return {one for one in map(str.lower, found) if len(one) >= MIN_CHARS}


def check_packages(folder: Path) -> None:
    """Raises ValueError for a package that is not the one of which the filter was made."""
    for name, sha256 in PACKAGES.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sha256:
            raise ValueError(f"{name} has other bytes")


def commonest(folder: Path) -> list[str]:
    """Returns the 100,000 commonest. Behind them nbvcxz has a well-known example, in two forms."""
    with zipfile.ZipFile(folder / "nbvcxz-1.5.1.jar") as jar:
        lines = jar.read("dictionaries/passwords.txt").decode().split("\r\n")
    return lines[:COMMONEST]


def _of_zxcvbn(folder: Path) -> Iterator[str]:
    source = _packed(folder / "zxcvbn-4.5.0.tar.gz", "zxcvbn-4.5.0/zxcvbn/frequency_lists.py")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):  # each list is one text: "the,of,and".split(",")
            assert isinstance(node.func, ast.Attribute)
            yield from ast.literal_eval(node.func.value).split(",")


def _of_django(folder: Path) -> Iterator[str]:
    with zipfile.ZipFile(folder / "Django-5.2-py3-none-any.whl") as wheel:
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
    FILE.write_bytes(b"".join(sorted(set(map(digest_of, passwords_of(Path(sys.argv[1])))))))
