"""The steps that bring a file from one format to the next, in order: a file of format 5 has had five.

A step that was released is never changed, since files have had it. A later one is added at the end.
"""

import sqlite3
from collections.abc import Callable, Sequence

from cruddur.engines.sqlite.step_1_tables import make_tables
from cruddur.engines.sqlite.step_2_signed_log import make_log_signature
from cruddur.engines.sqlite.step_3_names import add_names
from cruddur.engines.sqlite.step_4_consumers import add_consumers
from cruddur.engines.sqlite.step_5_exact_index import make_index_exact

Step = Callable[[sqlite3.Connection], None]
"""Changes the file inside of a transaction that somebody else begins and commits."""

STEPS: Sequence[Step] = (
    make_tables,
    make_log_signature,
    add_names,
    add_consumers,
    make_index_exact,
)
