"""Use cases of the inbox, and the projector, which updates it."""
