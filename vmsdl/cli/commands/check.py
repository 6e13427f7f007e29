"""`vmsdl check`: parse and type-check, write nothing."""

import argparse
from collections.abc import Iterator

from vmsdl.analysis.acceptance import drop_used_elsewhere
from vmsdl.build.acceptance import UnknownCode, accept_configured
from vmsdl.build.import_graph import ImportGraph
from vmsdl.build.missing_imports import suggest_imports
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import paths as sources
from vmsdl.diagnostics.apply_fixes import apply_replacements, collect_replacements
from vmsdl.diagnostics.diagnostic import Diagnostic, Replacement
from vmsdl.diagnostics.order import sort_by_place
from vmsdl.diagnostics.render import FORMATS, render
from vmsdl.driver import load_each
from vmsdl.project import make_reader
from vmsdl.source import SourceFile

_MOST_ROUNDS = 10  # of fixes, each with a check of all files

DESCRIPTION = """Parse and type-check schemas. Exit status 1 if there are errors; with --strict,
also if there are warnings. Without PATH, the sources of [tool.vmsdl] are checked."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="a .vmsd file, a folder, or - for stdin"
    )
    parser.add_argument("--strict", action="store_true", help="treat warnings as errors")
    parser.add_argument(
        "--fix",
        action="store_true",
        help="write the fixes into the files, where a diagnostic has exactly one",
    )
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
        settings = sources.find_configuration()
        paths = sources.find(options.paths)
    else:
        settings = sources.require_configuration()
        paths = sources.find_configured_schemas(settings)
        strict = strict or settings.strict
    # All files are read before any is checked: a wrong path must not look like success.
    read = {path: sources.read(path) for path in paths}

    diagnostics = _check(read)
    if options.fix:
        if sources.STDIN in read:
            raise Failure("--fix cannot be used with stdin")
        diagnostics = _fix(read, diagnostics, console)
    if settings is not None:
        try:
            diagnostics = accept_configured(diagnostics, settings, is_whole=not options.paths)
        except UnknownCode as error:
            raise Failure(str(error)) from None
    if options.format == "text":
        console.diagnostics(diagnostics)
    else:
        console.result(render(options.format, diagnostics))
    console.say(_summary(len(paths), diagnostics))
    return 1 if any(d.refuses(strict=strict) for d in diagnostics) else 0


def _check(read: dict[str, SourceFile]) -> list[Diagnostic]:
    graph = ImportGraph(make_reader(read))
    found: list[Diagnostic] = []
    for outcome in load_each(read.values(), graph.read_source):
        found += outcome.diagnostics
    return sort_by_place(suggest_imports(drop_used_elsewhere(found), graph))


def _fix(
    read: dict[str, SourceFile], diagnostics: list[Diagnostic], console: Console
) -> list[Diagnostic]:
    """Write fixes until none is left. A fix may show what only then can be seen."""
    for _ in range(_MOST_ROUNDS):
        fixable = [d for d in diagnostics if all(e.span.source.path in read for e in _edits(d))]
        texts = apply_replacements(collect_replacements(fixable))
        if not texts:
            break
        for path, text in texts.items():
            console.write(text, path)
            console.say(f"{path}: fixed")
            read[path] = sources.read(path)
        diagnostics = _check(read)
    return diagnostics


def _edits(diagnostic: Diagnostic) -> Iterator[Replacement]:
    return (each for fix in diagnostic.fixes for each in fix.replacements)


def _summary(files: int, diagnostics: list[Diagnostic]) -> str:
    counts: dict[str, int] = {}
    for diagnostic in diagnostics:
        if diagnostic.suppression is None:
            counts[diagnostic.severity] = counts.get(diagnostic.severity, 0) + 1
    words = [f"{n} {word}{'s' if n > 1 else ''}" for word, n in sorted(counts.items())]
    accepted = sum(1 for diagnostic in diagnostics if diagnostic.suppression is not None)
    words += [f"{accepted} accepted"] if accepted else []
    return f"{files} file{'s' if files != 1 else ''} checked: {', '.join(words) or 'no problems'}"
