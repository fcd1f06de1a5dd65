"""The embedded table engine: one SQLite file, one writer, group commit."""

from cruddur.table.sqlite.changes import SqliteChangeFeed
from cruddur.table.sqlite.table import SqliteTable

__all__ = ["SqliteChangeFeed", "SqliteTable"]
