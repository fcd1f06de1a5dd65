"""The ceilings of all access patterns, from where they are declared."""

from collections.abc import Mapping
from functools import cache

from cruddur import identity, messaging
from cruddur.ports.metering import Ceiling, declared_ceilings
from cruddur.ports.modules import modules_in


@cache
def ceilings() -> Mapping[str, Ceiling]:
    """Returns the ceilings by question, in the order of letters, of all use cases there are."""
    for use_cases in (messaging, identity):
        for _ in modules_in(use_cases):
            pass  # a module declares what it holds when it is imported
    return declared_ceilings()
