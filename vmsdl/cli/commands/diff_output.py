"""Where the report of `vmsdl diff` goes: to stdout, or to files, each in the form of its suffix."""

import argparse
from collections.abc import Callable, Iterator

from vmsdl.cli.console import Console, Failure
from vmsdl.diff.formats import FORMATS, find_format


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="format of the report (default: by the suffix of FILE, else text)",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        action="append",
        default=[],
        help="write the report to FILE; can be repeated: report.md, report.sarif, report.html, "
        "report.json, report.github or report.txt from one comparison",
    )


def write(
    options: argparse.Namespace, console: Console, render: Callable[[str, bool], str]
) -> None:
    """`render` makes the report in one format, in color or not."""
    for name, output in _find_outputs(options):
        color = console.colors_report(options.color, output)
        console.write(render(name, color), output)


def check(options: argparse.Namespace) -> None:
    if options.format is not None and len(options.output) > 1:
        raise Failure("--format is for one report: of several files, each has that of its suffix")


def _find_outputs(options: argparse.Namespace) -> Iterator[tuple[str, str | None]]:
    """The formats that are asked for, and their files; None: stdout."""
    if not options.output:
        yield options.format or "text", None
        return
    for path in options.output:
        yield options.format or find_format(path), path
