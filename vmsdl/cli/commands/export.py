"""`vmsdl export`: schemas to what QEMU's own tools read."""

import argparse
import json

from vmsdl import files
from vmsdl.build.import_graph import ImportGraph
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import paths
from vmsdl.driver import load_source
from vmsdl.qemu.export import ExportError, export_dump

DESCRIPTION = """Write what `qemu-system-… -dump-vmstate` would, from schemas alone. Sizes in
memory are known only where `@memory` says them; elsewhere the size on the wire stands for them."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="WHAT", required=True, dest="action")
    dump = actions.add_parser("dump", help="the JSON that vmstate-static-checker.py reads")
    dump.add_argument("paths", metavar="PATH", nargs="+", help="a .vmsd file or a folder of them")
    dump.add_argument("-o", "--output", metavar="FILE.json", required=True)
    dump.add_argument("--machine", metavar="NAME", help="the machine type it is to be of")


def run(options: argparse.Namespace, console: Console) -> int:
    graph = ImportGraph(files.read_text)
    schemas = []
    for path in paths.find(options.paths):
        outcome = load_source(paths.read(path), graph.source)
        if outcome.value is None or outcome.has_errors:
            console.diagnostics(outcome.diagnostics)
            return 1
        schemas.append(outcome.value)
    try:
        dump = export_dump(tuple(schemas), options.machine)
    except ExportError as error:
        raise Failure(f"{error}: say --machine NAME") from None
    try:
        files.write_if_changed(options.output, json.dumps(dump, indent=2) + "\n")
    except OSError as error:
        raise Failure(f"cannot write `{options.output}`: {files.reason(error)}") from None
    console.say(f"{len(dump) - 1} devices -> {options.output}")
    return 0
