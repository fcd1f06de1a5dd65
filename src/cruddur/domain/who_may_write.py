"""The rule for strangers: whether they may write to a person, and add them to groups."""

from typing import Literal, get_args

WhoMayWrite = Literal["everybody", "request", "nobody"]
"""`request`: what strangers write lies apart until it is accepted."""

RULES: tuple[str, ...] = get_args(WhoMayWrite)


def rule_of(own: str | None, service: WhoMayWrite) -> str:
    """Returns the rule of a person, or the service's where they have none that is known here."""
    return own if own in RULES else service
