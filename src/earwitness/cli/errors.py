"""What the command says when something goes wrong."""

import sys
from typing import Any, Protocol, runtime_checkable


class CliError(Exception):
    """A command cannot do what it was asked; the message says what, why and what to do."""


@runtime_checkable
class WrongUse(Protocol):
    """An error of Typer's parser, whose class is click's in some versions of Typer and its own in others."""

    exit_code: int
    ctx: Any

    def format_message(self) -> str:
        """Return what is wrong."""


def report(error: Exception) -> int:
    """Print an error in one line, and where to read on; return the exit status."""
    if isinstance(error, WrongUse):
        print(f"error: {error.format_message()}", file=sys.stderr)
        command = "earwitness" if error.ctx is None else error.ctx.command_path
        print(f"See '{command} --help'.", file=sys.stderr)
        return error.exit_code
    print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
    return 1
