"""The commands: `cruddur --help`."""

import gc

# Importing a command makes many objects that stay. With Python's default threshold of 700, looking for
# garbage among them takes a sixth of the time until the service is ready.
gc.set_threshold(50_000, 10, 10)
