"""Format 2: the row by which a log is known to belong to its file (see `pairing`)."""

import sqlite3


def make_log_signature(connection: sqlite3.Connection) -> None:
    """Some files of format 1 have the row already: they were opened by a version between the two."""
    connection.execute("CREATE TABLE IF NOT EXISTS log AS SELECT '' AS previous, '' AS current")
