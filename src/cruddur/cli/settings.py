"""`cruddur settings`: list the settings with their meanings and values."""

import rich_click as click
from rich.console import Console
from rich.table import Table

from cruddur.cli.runtime import fail
from cruddur.config import SECRETS, WrongSetting, choices, load_settings, variable
from cruddur.setting_meanings import MEANINGS


@click.command()
def settings() -> None:
    """List the settings: their names, meanings and values now.

    Each is a variable of the environment and a flag of `cruddur up`.
    """
    try:
        now = load_settings({})
    except WrongSetting as error:
        fail(str(error))
    table = Table("setting", "value now", "meaning", box=None, header_style="bold")
    for name, meaning in MEANINGS.items():
        value = getattr(now, name)
        allowed = f" ({', '.join(choices(name))})" if len(choices(name)) > 1 else ""
        shown = "" if value is None else "(set)" if name in SECRETS else str(value)
        table.add_row(variable(name), shown, meaning + allowed)
    Console().print(table)
