"""A package, so that pytest closes the browser after it: its event loop would be in others' way."""
