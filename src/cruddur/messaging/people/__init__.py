"""Use cases between two people: blocks."""
