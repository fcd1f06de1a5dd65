"""The embedded table engine: one SQLite file, one writer, group commit."""

from cruddur.engines.sqlite.changes import SqliteChangeFeed, SqliteChangeFeeds
from cruddur.engines.sqlite.read_only import ReadOnlySqliteTable
from cruddur.engines.sqlite.table import SqliteTable

__all__ = ["ReadOnlySqliteTable", "SqliteChangeFeed", "SqliteChangeFeeds", "SqliteTable"]
