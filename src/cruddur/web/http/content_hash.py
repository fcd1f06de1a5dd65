"""The hash by which a file's name changes with its content."""

import hashlib


def content_hash(content: bytes) -> str:
    """Returns the sixteen hexadecimal digits that a file's name has for this content."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def part_name(name: str, text: str) -> str:
    """Returns the name of the file of a script's part, by which the script fetches it."""
    return f"{name}.{content_hash(text.encode())}.js"
