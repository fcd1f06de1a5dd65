"""Moves a table's items to another engine, or from the tutorial's layout to this service's."""
