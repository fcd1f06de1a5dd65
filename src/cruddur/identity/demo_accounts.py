"""The demo's accounts, and the public password of all of them.

The table does not mark them: an account is the demo's if it has one of these handles and this password,
also in a table of an older version. An account whose password was changed is an ordinary one.
"""

from cruddur.domain.handles import checked_handle
from cruddur.domain.model import fold
from cruddur.identity.context import IdentityContext

DEMO_PASSWORD = "lake-weekend"  # noqa: S105  it is public
DEMO_PEOPLE = {"maya": "Maya Lindqvist", "tomas": "Tomás Okafor", "ines": "Inês Duarte"}


def is_kept_out(identity: IdentityContext, handle: str, password: str) -> bool:
    """Whether this correct password is the demo's, and the service runs without the demo."""
    is_demos = password == DEMO_PASSWORD and fold(checked_handle(handle)) in DEMO_PEOPLE
    return is_demos and not identity.has_demo
