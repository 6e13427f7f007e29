"""`vmsdl check`: parse and type-check, write nothing."""

import argparse

from vmsdl.build.import_graph import ImportGraph
from vmsdl.cli.console import Console
from vmsdl.cli.inputs import paths as sources
from vmsdl.diagnostics.diagnostic import Diagnostic, Severity
from vmsdl.diagnostics.order import sort_by_place
from vmsdl.diagnostics.render import FORMATS, render
from vmsdl.driver import load_source
from vmsdl.files import read_text

DESCRIPTION = """Parse and type-check schemas. Exit status 1 if there are errors; with --strict,
also if there are warnings. Without PATH, the sources of [tool.vmsdl] are checked."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="a .vmsd file, a folder, or - for stdin"
    )
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="format of the diagnostics: text is written to stderr; json, sarif and github to "
        "stdout",
    )


def run(options: argparse.Namespace, console: Console) -> int:
    strict = options.strict
    if options.paths:
        paths = sources.find(options.paths)
    else:
        settings = sources.require_configuration()
        paths = sources.find_configured_schemas(settings)
        strict = strict or settings.strict
    # All files are read before any is checked: a wrong path must not look like success.
    read = {path: sources.read(path) for path in paths}

    graph = ImportGraph(read_text)
    found: list[Diagnostic] = []
    for source in read.values():
        found += load_source(source, graph.read_source).diagnostics
    diagnostics = sort_by_place(found)
    if options.format == "text":
        console.diagnostics(diagnostics)
    else:
        console.result(render(options.format, diagnostics))
    console.say(_summary(len(paths), diagnostics))
    refusing = {Severity.ERROR, Severity.BUG} | ({Severity.WARNING} if strict else set())
    return 1 if any(d.severity in refusing for d in diagnostics) else 0


def _summary(files: int, diagnostics: list[Diagnostic]) -> str:
    counts: dict[str, int] = {}
    for diagnostic in diagnostics:
        counts[diagnostic.severity] = counts.get(diagnostic.severity, 0) + 1
    words = [f"{n} {word}{'s' if n > 1 else ''}" for word, n in sorted(counts.items())]
    return f"{files} file{'s' if files != 1 else ''} checked: {', '.join(words) or 'no problems'}"
