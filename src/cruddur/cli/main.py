"""The command `cruddur`."""

import rich_click as click

from cruddur import __version__
from cruddur.cli.printing import Commands

click.rich_click.TEXT_MARKUP = "markdown"
click.rich_click.TEXT_EMOJIS = False  # otherwise `ext:id:` would be shown with the sign 🆔
click.rich_click.COMMAND_GROUPS = {
    "cruddur": [
        {"name": "Run", "commands": ["up", "worker", "settings"]},
        {
            "name": "People and their messages",
            "commands": [
                "users",
                "invites",
                "keys",
                "webhooks",
                "tokens",
                "push",
                "reports",
                "audit",
                "export",
                "feed",
                "mail",
            ],
        },
        {
            "name": "Keep the table right",
            "commands": ["backup", "restore", "verify", "rebuild", "sweep", "cache"],
        },
        {"name": "DynamoDB", "commands": ["ddb", "copy", "adopt", "capacity", "model"]},
    ]
}


_MODULES = {
    "up": "up",
    "worker": "worker",
    "settings": "settings",
    "users": "users",
    "invites": "invites",
    "keys": "keys",
    "webhooks": "webhooks",
    "tokens": "tokens",
    "push": "push",
    "reports": "reports",
    "export": "messages",
    "backup": "backup",
    "restore": "backup",
    "verify": "inboxes",
    "rebuild": "inboxes",
    "sweep": "sweep",
    "cache": "cache",
    "feed": "feed",
    "audit": "audit",
    "mail": "mail",
    "ddb": "ddb",
    "copy": "moving",
    "adopt": "moving",
    "capacity": "capacity",
    "model": "model",
}
"""By command, the module of this folder that has it. A command imports no other command's module."""


@click.group(
    cls=Commands, modules=_MODULES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="cruddur")
def main() -> None:
    """Direct messages for your application.

    On a laptop it is one command and one SQLite file: `cruddur up --demo`.
    """
