"""What one password hash costs. It is apart from the hashing, which a projector need not import."""

from typing import NamedTuple


class PasswordCost(NamedTuple):
    """The parameters of argon2id. By default they are the second choice of RFC 9106, 4."""

    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 4
