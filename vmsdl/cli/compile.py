"""`vmsdl compile`: schemas to Python modules."""

import argparse

from vmsdl.cli.console import Console

SUMMARY = "compile schemas to Python modules"
DESCRIPTION = """Compile .vmsd files, or all in a folder, to Python modules: one a file, beside the
source or under DIR, with those of imported files and _vmsd.py, which all share. What is up to date
is not compiled again. Without PATH: what [tool.vmsdl] says."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a .vmsd file or a folder")
    parser.add_argument("-o", "--output", metavar="DIR", help="the folder for the modules")
    parser.add_argument(
        "--depfile", metavar="FILE", help="write what depends on what, for Make and Ninja"
    )
    parser.add_argument(
        "--jobs", type=_jobs, metavar="N", help="processes at a time (one for each CPU)"
    )
    parser.add_argument("--strict", action="store_true", help="warnings refuse too")
    parser.add_argument("--force", action="store_true", help="compile what is up to date, too")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 where a module is missing or stale, and say why",
    )
    instead.add_argument(
        "--stdout", action="store_true", help="print the module of the one PATH, write nothing"
    )
    instead.add_argument(
        "--list-outputs", action="store_true", help="print what would be written, compile nothing"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    # Imported here: `vmsdl --help` must not pay for it.
    from vmsdl.cli.build import run as build

    return build(options, console)


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 1000:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of processes")
    return int(text)
