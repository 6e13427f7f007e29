"""From the words of a command line to an exit status, whatever happens."""

import argparse
import contextlib
import sys
from collections.abc import Sequence

from vmsdl.cli.console import OUR_BUG, Console, Failure, forget_stdout
from vmsdl.cli.parser import parse_options
from vmsdl.version import VERSION

_INTERRUPTED = 130
_PIPE_CLOSED = 128 + 13


def run_command(words: Sequence[str]) -> int:
    """Run one command. No exception leaves."""
    _escape_unprintable()
    console = Console()
    try:
        options = _parse(words)
        console = Console.of(options)
        status: int = options.run(options, console)
        if sys.stdout is not None:
            sys.stdout.flush()
    except SystemExit as stop:  # of the parser: after help, or a wrong option
        status = stop.code if isinstance(stop.code, int) else 2
    except Failure as failure:
        console.error(str(failure))
        status = 2
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except BrokenPipeError:
        forget_stdout()
        status = _PIPE_CLOSED
    except Exception as bug:
        status = _report_bug(bug, console)
    return status


def _parse(words: Sequence[str]) -> argparse.Namespace:
    try:
        return parse_options(words)
    except SystemExit:
        Console().result("")  # argparse does not say that help could not be written
        raise


def _escape_unprintable() -> None:
    """Characters that a terminal cannot show are escaped. Python would stop with an error."""
    for output in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            output.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _report_bug(bug: Exception, console: Console) -> int:
    if console.verbose:
        import traceback  # for start-up speed

        traceback.print_exception(bug, file=sys.stderr)
    text = " ".join(str(bug).split())[:200]
    console.error(f"this is a bug in vmsdl {VERSION}: {type(bug).__name__}: {text}")
    console.error("please report it with the schema and the output of `-v`")
    return OUR_BUG
