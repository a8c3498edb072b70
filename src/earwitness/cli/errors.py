"""What the command says when something goes wrong."""

import sys

import click


class CliError(Exception):
    """A command cannot do what it was asked; the message says what, why and what to do."""


def report(error: Exception) -> int:
    """Print an error in one line; return the exit status."""
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.UsageError):
        print(f"error: {error.format_message()}", file=sys.stderr)
        if error.ctx is not None:
            print(f"See '{error.ctx.command_path} --help'.", file=sys.stderr)
        return 2
    print(f"error: {error}", file=sys.stderr)
    return 1
