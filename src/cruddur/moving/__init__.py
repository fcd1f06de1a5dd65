"""Bringing a table's items elsewhere: to another engine, or from the tutorial's layout to ours."""
