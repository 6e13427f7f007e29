"""`vmsdl show`: what a stage of the compiler makes of a schema."""

import argparse
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

from vmsdl import files
from vmsdl.cli import sources
from vmsdl.cli.console import Console
from vmsdl.source import SourceFile, Span

SUMMARY = "print a stage of the compiler, to see what it understood"
DESCRIPTION = """Print the syntax tree or the checked schema that the compiler makes of a file. For
people who work on vmsdl; the form may change."""

STAGES = ("tree", "schema")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", help="a .vmsd file, or - for stdin")
    parser.add_argument("--stage", choices=STAGES, default="schema")


def run(options: argparse.Namespace, console: Console) -> int:
    from vmsdl.diagnostics.diagnostic import Outcome
    from vmsdl.driver import load_source
    from vmsdl.syntax.parse import parse

    source = sources.read(options.path)
    outcome: Outcome[object]
    if options.stage == "tree":
        tree = parse(source)
        outcome = Outcome(tree.value, tree.diagnostics)
    else:
        schema = load_source(source, files.read_source)
        outcome = Outcome(schema.value, schema.diagnostics)
    console.diagnostics(outcome.diagnostics)
    if outcome.value is None or outcome.has_errors:
        return 1
    console.result("\n".join(_lines(outcome.value)) + "\n")
    return 0


def _lines(value: object, indent: str = "") -> list[str]:
    """A record as its name and its fields, one a line; places and what is empty are left out."""
    inner = indent + "  "
    if is_dataclass(value) and not isinstance(value, type):
        parts = [
            (field.name, getattr(value, field.name))
            for field in fields(value)
            if not field.name.startswith("_")
        ]
        parts = [(name, part) for name, part in parts if not _is_silent(part)]
        lines = [type(value).__name__]
        for name, part in parts:
            first, *rest = _lines(part, inner)
            lines += [f"{inner}{name}: {first}", *rest]
        return lines
    if isinstance(value, Mapping):
        lines = ["{}"] if not value else [""]
        for name, part in value.items():
            first, *rest = _lines(part, inner)
            lines += [f"{inner}{name}: {first}", *rest]
        return lines
    if isinstance(value, tuple | list):
        lines = [""]
        for part in value:
            first, *rest = _lines(part, inner)
            lines += [f"{inner}- {first}", *rest]
        return lines
    return [value.name if isinstance(value, Enum) else repr(value)]


def _is_silent(value: object) -> bool:
    return isinstance(value, Span | SourceFile) or value is None or value in ("", (), False)
