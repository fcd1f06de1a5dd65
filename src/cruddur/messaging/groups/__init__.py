"""Use cases of message groups."""
