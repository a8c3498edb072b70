"""The `earwitness` command."""

import sys


def main() -> None:
    """Run the command; whatever goes wrong is told in one line that says what, why and what to do."""
    from earwitness.cli.app import run

    sys.exit(run(sys.argv[1:]))
