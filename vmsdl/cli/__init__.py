"""The command `vmsdl`: arguments in, exit status out."""

import contextlib
import sys
from collections.abc import Sequence

from vmsdl.version import VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Every way out is a status: no exception leaves."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words == ["--version"]:
        # Build tools ask this often. The parser of arguments would take most of the time.
        with contextlib.suppress(OSError):  # else the parser says what is wrong with stdout
            print(f"vmsdl {VERSION}", flush=True)
            return 0
    # Imported here to keep `vmsdl --version` fast.
    from vmsdl.cli.run import run_command

    return run_command(words)
