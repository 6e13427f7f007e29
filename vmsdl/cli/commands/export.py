"""`vmsdl export`: schemas to what QEMU's own tools and compiler read."""

import argparse
import json

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
VMStateDescriptions, and vmstate-NAME.h with constants, enums and C structs. The code of the device
includes the first behind its own C struct. `@c` gives names of C types, members and functions."""


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
    try:
        files.write_if_changed(options.output, json.dumps(dump, indent=2) + "\n")
    except OSError as error:
        raise Failure(f"cannot write `{options.output}`: {files.describe_error(error)}") from None
    console.say(f"{len(dump) - 1} devices -> {options.output}")
    return 0


def _export_c(options: argparse.Namespace, console: Console) -> int:
    """The files that `vmsdl compile --target qemu-c` writes, whether they are up to date or not."""
    from vmsdl.build import targets
    from vmsdl.build.import_graph import ImportGraph
    from vmsdl.diagnostics.diagnostic import Severity
    from vmsdl.project import make_reader

    roots = sources.find(options.paths)
    graph = ImportGraph(make_reader(roots))
    for root in roots:
        if not root.endswith(".vmsd"):
            what = "stdin" if root == sources.STDIN else f"`{root}`"
            raise Failure(f"cannot export {what}: the name of a schema must end in .vmsd")
        sources.read(root)  # what cannot be read is told as by every command
    status = 0
    try:
        language, structs = targets.Language.QEMU_C, tuple(options.struct)
        for target in targets.find_targets(roots, options.output, graph, language, structs):
            built = targets.compile_target(target, graph)
            # Warnings are of `vmsdl check`: they are not about C.
            console.diagnostics(
                each for each in built.diagnostics if each.severity is not Severity.WARNING
            )
            if not built.modules:
                status = 1
                continue
            targets.check_overwrites(built.modules)
            targets.write_modules(built.modules)
            names = ", ".join(module.path for module in built.modules)
            console.say(f"{target.path} -> {names}")
    except targets.BuildError as error:
        raise Failure(str(error)) from None
    return status
