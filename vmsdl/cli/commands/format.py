"""`vmsdl format`: the one canonical layout of schemas."""

import argparse
import difflib

from vmsdl import files
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import paths as sources
from vmsdl.syntax.format.printer import format_source

DESCRIPTION = """Rewrite schemas in the canonical layout; comments are kept. A file with syntax
errors is not changed. With -, stdin is formatted to stdout. Without PATH, the sources of
[tool.vmsdl] are formatted."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="a .vmsd file, a folder, or - for stdin"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit status 1 if a file would change"
    )
    parser.add_argument(
        "--diff", action="store_true", help="write nothing; print what would change"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    given = options.paths
    paths = (
        sources.find(given)
        if given
        else sources.find_configured_schemas(sources.require_configuration())
    )
    read = {path: sources.read(path) for path in paths}

    status = 0
    changed = 0
    for path, source in read.items():
        outcome = format_source(source)
        console.diagnostics(outcome.diagnostics)
        if outcome.value is None or outcome.has_errors:
            status = 1
            continue
        text = outcome.value
        differs = text != source.text
        changed += differs
        if options.diff and differs:
            console.result(_difference(source.path, source.text, text))
        if options.check and differs:
            status = 1
            console.say(f"{source.path}: not in the canonical layout")
        if options.check or options.diff:
            continue
        if path == sources.STDIN:
            console.result(text)
        elif differs:
            _write(path, text)
            console.say(f"{source.path}: formatted")
    if status == 0 and not changed and read.keys() != {sources.STDIN}:
        one = "1 file is" if len(read) == 1 else f"{len(read)} files are"
        console.say(f"{one} in the canonical layout")
    return status


def _write(path: str, text: str) -> None:
    try:
        files.write_if_changed(path, text)
    except OSError as error:
        raise Failure(f"cannot write `{path}`: {files.describe_error(error)}") from None


def _difference(path: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), path, f"{path} (formatted)"
    )
    end = "\n\\ No newline at end of file\n"
    return "".join(line if line.endswith("\n") else line + end for line in lines)
