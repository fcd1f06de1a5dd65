"""For all tests."""

import os

from hypothesis import settings

# A check that lets a change in must not depend on luck: there the examples are the same each time.
# Everywhere else they are new ones, and what they find is written down as a test of its own.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
