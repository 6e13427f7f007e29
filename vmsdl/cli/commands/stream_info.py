"""`vmsdl stream info`: the parts of a stream, and its RAM blocks."""

import argparse
import json

from vmsdl.cli.console import Console
from vmsdl.cli.inputs.paths import map_file
from vmsdl.cli.progress import progress
from vmsdl.qemu.show.inventory import format_inventory, inventory_to_json
from vmsdl.qemu.stream.framing import Part, read_stream
from vmsdl.qemu.stream.ram import RamBlock
from vmsdl.qemu.stream.reader import StreamError


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a migration stream")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace, console: Console) -> int:
    blocks: dict[str, RamBlock] = {}
    parts: list[Part] = []
    problem: StreamError | None = None
    data = map_file(options.file)
    size = len(data)
    try:
        with progress(size, quiet=console.quiet) as report_offset:
            for part in read_stream(data, blocks, report_offset):
                parts.append(part)
    except StreamError as error:
        problem = error
    if options.json:
        inventory = inventory_to_json(parts, blocks, size) | {
            "problem": str(problem) if problem else None
        }
        console.result(json.dumps(inventory, indent=1) + "\n")
    else:
        console.lines(format_inventory(parts, blocks, options.file, size))
    if problem is not None:
        console.error(f"{options.file}: {problem}")
        return 1
    return 0
