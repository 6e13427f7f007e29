"""From the words of a command line to options; only the chosen command's module is imported."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib import import_module
from typing import Any, NoReturn

from vmsdl.cli.registry import COMMANDS, CommandRow
from vmsdl.version import VERSION


def parse_options(words: Sequence[str]) -> argparse.Namespace:
    """`run` of the options is the chosen command's. SystemExit after help or a wrong option.

    Options may stand between the paths of a command: argparse takes the first paths alone.
    """
    parser = _make_parser()
    options: argparse.Namespace
    options, left = parser.parse_known_args(words)
    if left and hasattr(options, "paths") and not any(each.startswith("-") for each in left):
        options.paths += left
    elif left:
        parser.error(f"unrecognized arguments: {' '.join(left)}")
    return options


def add_commands(
    parser: argparse.ArgumentParser, rows: Iterable[CommandRow], *, metavar: str, dest: str
) -> None:
    """Add a parser for each row. Its module is imported when the parser is used."""
    commands = parser.add_subparsers(metavar=metavar, required=True, dest=dest)
    for row in rows:
        sub = commands.add_parser(row.name, help=row.summary, allow_abbrev=False)
        assert isinstance(sub, _Parser)
        sub.complete = partial(_complete, sub, row.module)


def _complete(parser: "_Parser", module: str) -> None:
    command = import_module(f"vmsdl.cli.commands.{module}")
    parser.description = getattr(command, "DESCRIPTION", None)  # an action has its summary alone
    _add_shared_options(parser, argparse.SUPPRESS)
    command.configure(parser)
    _add_to_actions(parser)
    if hasattr(command, "run"):  # `stream` has none: each of its actions has
        parser.set_defaults(run=command.run)


class _Parser(argparse.ArgumentParser):
    """`complete` adds the options when the parser is used for the first time."""

    complete: Callable[[], None] | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self.complete is not None:
            complete, self.complete = self.complete, None
            complete()
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """One line and where to read on, instead of the whole usage."""
        sys.stderr.write(f"vmsdl: {message}\nRun `{self.prog} --help` for usage.\n")
        raise SystemExit(2)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """The same words on every version of Python, and a near name for a wrong one."""
        if action.choices is None or value in action.choices:
            return
        import difflib  # for start-up speed

        choices = [str(choice) for choice in action.choices]
        near = difflib.get_close_matches(str(value), choices, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"expected one of {', '.join(choices)}"
        name = "/".join(action.option_strings) or str(action.metavar).lower()
        raise argparse.ArgumentError(None, f"unknown {name} `{value}`; {hint}")


def _make_parser() -> _Parser:
    parser = _Parser(
        prog="vmsdl",
        description="Check schemas of virtual device state, and compile them to Python codecs that "
        "are byte-exact with QEMU's VMState.",
        epilog="`vmsdl COMMAND --help` describes a command. Exit status: 0: success, 1: "
        "findings or errors, 2: usage or I/O error.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"vmsdl {VERSION}")
    # Only the top level has defaults: those of a command would overwrite what stands before it.
    _add_shared_options(parser, None)
    add_commands(parser, COMMANDS, metavar="COMMAND", dest="command")
    return parser


def _add_to_actions(command: argparse.ArgumentParser) -> None:
    """`import dump -q` takes what `import` takes."""
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            for parser in action.choices.values():
                if parser.complete is None:  # else it adds them itself
                    _add_shared_options(parser, argparse.SUPPRESS)


def _add_shared_options(parser: argparse.ArgumentParser, default: str | None) -> None:
    """Options that may stand before a command or behind it."""
    is_top = default is None
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto" if is_top else default,
        help="color the output: auto (on a terminal, if NO_COLOR is not set), always or never",
    )
    parser.add_argument(
        "-q",
        "--quiet",
        action="store_true",
        default=False if is_top else default,
        help="print errors and warnings only",
    )
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        default=False if is_top else default,
        help="print details: why a module is compiled, which files are written, what a comparison "
        "took, tracebacks of bugs in vmsdl",
    )
