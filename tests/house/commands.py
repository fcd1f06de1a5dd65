"""The tree of commands, as click knows it."""

from collections.abc import Iterator, Sequence

import click

from cruddur.cli.main import main

_CONTEXT = click.Context(main)


def all_commands(command: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """What follows `cruddur` for each command and group of commands."""
    yield list(path)
    if isinstance(command, click.Group):
        for name in command.list_commands(_CONTEXT):
            if child := command.get_command(_CONTEXT, name):
                yield from all_commands(child, (*path, name))


def wrong_in(words: Sequence[str]) -> str | None:
    """The first word after `cruddur` that no command or option answers to, or None."""
    command: click.Command = main
    for word in words:
        if word.startswith("-"):
            if word.partition("=")[0] not in _options(command):
                return word
        elif isinstance(command, click.Group):
            found = command.get_command(_CONTEXT, word)
            if found is None:
                return word
            command = found
    return None


def _options(command: click.Command) -> set[str]:
    named = {name for parameter in command.params for name in parameter.opts}
    return named | {"--help", "-h"}
