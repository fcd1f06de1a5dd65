"""The command `cruddur`."""

import rich_click as click

from cruddur import __version__
from cruddur.cli.cache import cache
from cruddur.cli.capacity import capacity
from cruddur.cli.ddb import ddb
from cruddur.cli.inboxes import rebuild, verify
from cruddur.cli.messages import export
from cruddur.cli.model import model
from cruddur.cli.moving import adopt, copy
from cruddur.cli.settings import settings
from cruddur.cli.up import up
from cruddur.cli.users import users
from cruddur.cli.worker import worker

click.rich_click.TEXT_MARKUP = "markdown"
click.rich_click.COMMAND_GROUPS = {
    "cruddur": [
        {"name": "Run", "commands": ["up", "worker", "settings"]},
        {"name": "People and their messages", "commands": ["users", "export"]},
        {"name": "Keep the table right", "commands": ["verify", "rebuild", "cache"]},
        {"name": "DynamoDB", "commands": ["ddb", "copy", "adopt", "capacity", "model"]},
    ]
}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cruddur")
def main() -> None:
    """Direct messages for your application.

    On a laptop it is one command and one SQLite file: `cruddur up --demo`.
    """


for command in (
    up,
    worker,
    settings,
    users,
    export,
    verify,
    rebuild,
    cache,
    ddb,
    copy,
    adopt,
    capacity,
    model,
):
    main.add_command(command)
