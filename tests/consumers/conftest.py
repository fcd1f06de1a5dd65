"""The engines of the contract tests: the runner asks of the feed what both kinds promise."""

from tests.contract.conftest import engine, feeds, pk, table

__all__ = ["engine", "feeds", "pk", "table"]
