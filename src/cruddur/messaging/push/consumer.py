"""The consumer of the change feed that pushes."""

from cruddur.ports.change_feed import OURS, Consumer

PUSHES = Consumer(f"{OURS}push", frozenset({"message", "push-device"}))
