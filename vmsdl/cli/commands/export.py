"""`vmsdl export`: schemas to what QEMU's own tools and compiler read."""

import argparse
import json
import os

from vmsdl import files
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import paths as sources
from vmsdl.cli.inputs.schemas import load_paths
from vmsdl.qemu.export import ExportError, export_dump

DESCRIPTION = """Write what QEMU reads, from schemas alone: the JSON that `qemu-system-…
-dump-vmstate` would write, or C with VMStateDescriptions and their functions."""

_DUMP = """Write the JSON that `qemu-system-… -dump-vmstate` would write. Sizes in memory come from
`@memory`; without it, the size in the stream is used."""

_C = """Write QEMU's C for .vmsd files and all that they import: vmstate-NAME.c.inc with the
VMStateDescriptions, and vmstate-NAME.h with constants, enums and C structs where there are any. The
code of the device includes the first behind its hooks and, without --struct, behind its own C
struct. `@c` gives names of C types, members and functions."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="WHAT", required=True, dest="action")
    dump = actions.add_parser(
        "dump", help="write the JSON that vmstate-static-checker.py reads", description=_DUMP
    )
    dump.add_argument("paths", metavar="PATH", nargs="+", help="a .vmsd file or a folder of them")
    dump.add_argument("-o", "--output", metavar="FILE.json", required=True)
    dump.add_argument("--machine", metavar="NAME", help="the machine type of the dump")
    c = actions.add_parser(
        "c", help="write VMStateDescriptions and their functions in C", description=_C
    )
    c.add_argument("paths", metavar="PATH", nargs="+", help="a .vmsd file or a folder of them")
    c.add_argument(
        "-o", "--output", metavar="DIR", help="write to DIR (default: beside the schema)"
    )
    c.add_argument(
        "--struct",
        metavar="TYPE",
        action="append",
        default=[],
        help="also write the C struct of this device or struct, by its name or C type, and those "
        "of the structs that it embeds; can be repeated",
    )


def run(options: argparse.Namespace, console: Console) -> int:
    return _export_c(options, console) if options.action == "c" else _export_dump(options, console)


def _export_dump(options: argparse.Namespace, console: Console) -> int:
    schemas = load_paths(options.paths, console)
    if schemas is None:
        return 1
    try:
        dump = export_dump(tuple(schemas), options.machine)
    except ExportError as error:
        raise Failure(f"{error}: use --machine NAME") from None
    _write(options.output, json.dumps(dump, indent=2) + "\n")
    console.say(f"{len(dump) - 1} devices -> {options.output}")
    return 0


def _export_c(options: argparse.Namespace, console: Console) -> int:
    from vmsdl.build.import_graph import ImportGraph
    from vmsdl.diagnostics.diagnostic import Severity
    from vmsdl.driver import export_schema_c

    graph = ImportGraph(files.read_text)
    status = 0
    for path in sources.find(options.paths):
        if not path.endswith(".vmsd"):
            raise Failure(f"cannot export `{path}`: the name of a schema must end in .vmsd")
        sources.read(path)  # a file that cannot be read is told as everywhere
        outcome = export_schema_c(path, graph.read_source, options.struct)
        if outcome.value is None or outcome.has_errors:
            errors = (one for one in outcome.diagnostics if one.severity is not Severity.WARNING)
            console.diagnostics(errors)
            status = 1
            continue
        folder = os.path.dirname(path) if options.output is None else options.output
        for file in outcome.value:
            _write(os.path.join(folder, file.name), file.text)
        names = ", ".join(os.path.join(folder, file.name) for file in outcome.value)
        console.say(f"{path} -> {names}")
    return status


def _write(path: str, text: str) -> None:
    try:
        files.write_if_changed(path, text)
    except OSError as error:
        raise Failure(f"cannot write `{path}`: {files.describe_error(error)}") from None
