"""Makes all output printable, whatever the terminal's character set."""

import io
import sys
from collections.abc import Mapping
from typing import Any

import rich_click as click

from cruddur.cli.collection import import_for_good


def make_output_printable() -> None:
    """Replaces characters that the terminal does not have.

    Otherwise printing one would end the command.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class Commands(click.RichGroup):
    """The group of all commands, whose output is made printable.

    Only the command that is called is imported: all of them would take a second more.
    """

    def __init__(self, *given: Any, modules: Mapping[str, str], **named: Any) -> None:
        """`modules` has by command the module of `cruddur.cli` that defines it."""
        super().__init__(*given, **named)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Returns the names of all commands."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Returns the command of this name, or None if there is none."""
        if cmd_name not in self._modules:
            return None
        module = import_for_good(f"cruddur.cli.{self._modules[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def main(self, *words: Any, **named: Any) -> Any:
        """Runs the command, after making the output printable."""
        make_output_printable()
        return super().main(*words, **named)
