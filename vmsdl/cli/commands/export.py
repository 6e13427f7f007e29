"""`vmsdl export`: schemas to what QEMU's own tools read."""

import argparse
import json

from vmsdl import files
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs.schemas import load_paths
from vmsdl.qemu.export import ExportError, export_dump

DESCRIPTION = """Write the JSON that `qemu-system-… -dump-vmstate` would write, from schemas alone.
Sizes in memory come from `@memory`; without it, the size in the stream is used."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="WHAT", required=True, dest="action")
    dump = actions.add_parser("dump", help="write the JSON that vmstate-static-checker.py reads")
    dump.add_argument("paths", metavar="PATH", nargs="+", help="a .vmsd file or a folder of them")
    dump.add_argument("-o", "--output", metavar="FILE.json", required=True)
    dump.add_argument("--machine", metavar="NAME", help="the machine type of the dump")


def run(options: argparse.Namespace, console: Console) -> int:
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
