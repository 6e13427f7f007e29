"""`vmsdl show`: what a stage of the compiler makes of a schema."""

import argparse

from vmsdl.build.import_graph import ImportGraph
from vmsdl.cli.console import Console
from vmsdl.cli.inputs import paths
from vmsdl.cli.record_text import format_record
from vmsdl.diagnostics.diagnostic import StageResult
from vmsdl.driver import load_source
from vmsdl.project import make_reader
from vmsdl.syntax.parser import parse

DESCRIPTION = """For developers of vmsdl: print the syntax tree or the checked schema of a file. The
output format can change."""

STAGES = ("tree", "schema")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", help="a .vmsd file, or - for stdin")
    parser.add_argument("--stage", choices=STAGES, default="schema")


def run(options: argparse.Namespace, console: Console) -> int:
    source = paths.read(options.path)
    outcome: StageResult[object]
    if options.stage == "tree":
        tree = parse(source)
        outcome = StageResult(tree.value, tree.diagnostics)
    else:
        graph = ImportGraph(make_reader([options.path]))
        schema = load_source(source, graph.read_source)
        outcome = StageResult(schema.value, schema.diagnostics)
    console.diagnostics(outcome.diagnostics)
    if outcome.value is None or outcome.has_errors:
        return 1
    console.result("\n".join(format_record(outcome.value)) + "\n")
    return 0
