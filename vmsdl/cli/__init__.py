"""The command `vmsdl`: arguments in, exit status out."""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from vmsdl.cli.commands import (
    check,
    compile,
    diff,
    explain,
    export,
    format,
    import_,
    matrix,
    release,
    show,
    stream,
)
from vmsdl.cli.console import OUR_BUG, Console, Failure
from vmsdl.version import VERSION

# The help shows them in this order.
COMMANDS = (compile, check, diff, release, matrix, explain, format, show, import_, export, stream)

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Every way out is a status: no exception leaves."""
    _prepare_streams()
    if (sys.argv[1:] if arguments is None else list(arguments)) == ["--version"]:
        # Tools ask this often; the parser and its help would be most of the answer's time.
        print(f"vmsdl {VERSION}")
        return 0
    try:
        options = _options(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    console = Console.of(options)
    try:
        status: int = options.run(options, console)
        if sys.stdout is not None:
            sys.stdout.flush()
    except Failure as failure:
        console.error(str(failure))
        status = 2
    except KeyboardInterrupt:
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader has what it wanted. Python flushes stdout once more at exit: let it.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 128 + 13
    except Exception as bug:
        status = _report_bug(bug, console)
    return status


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Options may stand between the paths of a command: argparse takes the first ones alone."""
    parser = _parser()
    options, left = parser.parse_known_args(arguments)
    if left and hasattr(options, "paths") and not any(each.startswith("-") for each in left):
        options.paths += left
    elif left:
        parser.error(f"unrecognized arguments: {' '.join(left)}")
    return options


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line and where to read on, instead of the whole usage."""
        sys.stderr.write(f"vmsdl: {message}\nRun `{self.prog} --help` for what there is.\n")
        raise SystemExit(2)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """The same words on every version of Python, and a guess at what was meant."""
        if action.choices is None or value in action.choices:
            return
        import difflib

        choices = [str(choice) for choice in action.choices]
        near = difflib.get_close_matches(str(value), choices, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(choices)}"
        name = "/".join(action.option_strings) or str(action.metavar).lower()
        raise argparse.ArgumentError(None, f"{name} has no `{value}`; {hint}")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="vmsdl",
        description="Schemas of virtual devices: checked, and compiled to Python codecs "
        "whose bytes are those of QEMU's VMState.",
        epilog="`vmsdl COMMAND --help` tells more. Exit status: 0 it is so, 1 it is not, "
        "2 the command could not be carried out.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"vmsdl {VERSION}")
    shared = _shared_options(argparse.SUPPRESS)
    # Only the top level has defaults: those of a command would overwrite what stands before it.
    for action in _shared_options(None)._actions:
        parser._add_action(action)
    commands = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")
    for command in COMMANDS:
        # A file cannot be called `import`.
        name = getattr(command, "NAME", command.__name__.rpartition(".")[2])
        sub = commands.add_parser(
            name,
            help=command.SUMMARY,
            description=command.DESCRIPTION,
            parents=[shared],
            allow_abbrev=False,
        )
        command.configure(sub)
        _share_with_actions(sub, shared)
        sub.set_defaults(run=command.run)
    return parser


def _share_with_actions(command: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """`stream decode -q` takes what `stream` takes."""
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for parser in action.choices.values():
                for option in shared._actions:
                    parser._add_action(option)


def _shared_options(default: str | None) -> _Parser:
    """Options that may stand before a command or behind it."""
    is_top = default is None
    options = _Parser(add_help=False)
    options.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto" if is_top else default,
        help="colour on a terminal (auto, and never where NO_COLOR is set), always or never",
    )
    options.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        default=False if is_top else default,
        help="say nothing but what is wrong",
    )
    options.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        default=False if is_top else default,
        help="say more: what is up to date and why something is not; tracebacks of our own bugs",
    )
    return options


def _prepare_streams() -> None:
    """What a terminal cannot show is escaped, where Python would stop with an error."""
    for output in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            output.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _report_bug(bug: Exception, console: Console) -> int:
    if console.verbose:
        import traceback

        traceback.print_exception(bug, file=sys.stderr)
    words = " ".join(str(bug).split())[:200]
    console.error(
        f"this is a bug in vmsdl {VERSION}: {type(bug).__name__}: {words}\n"
        "Please report it with the schema and what `-v` adds to this."
    )
    return OUR_BUG
