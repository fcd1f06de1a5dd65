"""Use cases of people: blocks between two, and the erasure of one in all their conversations."""
