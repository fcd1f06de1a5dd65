"""Asks for passwords. They are not arguments, which every user of the machine can read."""

import sys

import rich_click as click


def ask_password() -> str:
    """Asks twice at a terminal; otherwise returns the first line of standard input."""
    if sys.stdin.isatty():
        answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return answer
    return sys.stdin.readline().rstrip("\r\n")
