"""`vmsdl import`: schemas from QEMU's dumps, migration streams and C source."""

import argparse
import os
from collections.abc import Iterable

from vmsdl import files, project
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import paths
from vmsdl.qemu.importing.arrange_files import ImportedFile
from vmsdl.qemu.importing.dump_json import DumpError
from vmsdl.qemu.importing.import_dump import import_dump
from vmsdl.qemu.importing.merge_dump import merge_dump
from vmsdl.qemu.importing.observe import Observations
from vmsdl.qemu.importing.write_schema import write_schemas
from vmsdl.qemu.load_check.release_range import find_age
from vmsdl.qemu.stream.reader import StreamError
from vmsdl.qemu.stream.stream import Stream
from vmsdl.qemu.stream.values import ValuesError
from vmsdl.schema.recorded import Age
from vmsdl.syntax.format.printer import format_tree

DESCRIPTION = """Write a folder of .vmsd files, one for each device family. A dump has every device,
with names, versions and sizes in memory; a stream has only some devices, with the types of their
fields."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="WHAT", required=True, dest="action")
    dump = actions.add_parser("dump", help="from the JSON of `qemu-system-… -dump-vmstate`")
    dump.add_argument("file", metavar="FILE.json")
    dump.add_argument("-o", "--output", metavar="DIR", required=True)
    stream = actions.add_parser(
        "stream", help="from the descriptions in migration streams of one version, merged"
    )
    stream.add_argument("files", metavar="FILE", nargs="+")
    stream.add_argument(
        "--dump",
        metavar="FILE.json",
        help="a dump of the same QEMU: adds minimum versions, which fields have a condition, "
        "and devices that no stream has",
    )
    stream.add_argument("-o", "--output", metavar="DIR", required=True)
    source = actions.add_parser(
        "c",
        help="from the C source of a QEMU tree: no build is needed",
        description="Read the VMStateDescriptions of a QEMU source tree, their conditions, "
        "properties and machine types. No build is needed.",
    )
    source.add_argument(
        "tree", metavar="TREE", help="the folder of a source tree, or git:REV:FOLDER"
    )
    source.add_argument(
        "--target",
        metavar="NAME",
        action="append",
        default=[],
        help="the target to read it for (default: x86_64); of several, each has a folder in DIR",
    )
    source.add_argument(
        "--define",
        metavar="X[=V]",
        action="append",
        default=[],
        help="a macro that is set; X=0 for one that is not",
    )
    source.add_argument(
        "--file", metavar="GLOB", action="append", default=[], help="only sections of these files"
    )
    source.add_argument(
        "--dump",
        metavar="FILE.json",
        action="append",
        default=[],
        help="compare with a dump of the same QEMU, and add the QOM types that it alone has",
    )
    source.add_argument(
        "--stream",
        metavar="FILE",
        nargs="+",
        action="extend",
        default=[],
        help="compare with streams of the same QEMU, and take the defaults of locals and "
        "properties from them where all agree",
    )
    source.add_argument("-o", "--output", metavar="DIR", required=True)


def run(options: argparse.Namespace, console: Console) -> int:
    actions = {"dump": _dump, "stream": _stream, "c": _source}
    return actions[options.action](options, console)


def _dump(options: argparse.Namespace, console: Console) -> int:
    try:
        found = import_dump(paths.read_json(options.file), os.path.basename(options.file))
    except DumpError as error:
        console.error(f"{options.file}: {error}")
        return 1
    _write(found, options.output, console)
    return 0


def _stream(options: argparse.Namespace, console: Console) -> int:
    # Read first: a wrong file is reported before the work.
    document = paths.read_json(options.dump) if options.dump else None
    observations = Observations()
    machines: list[str] = []
    age = Age()
    status = 0
    for path in options.files:
        try:
            stream = Stream(files.map_file(path))
        except OSError as error:
            raise Failure(f"cannot read `{path}`: {files.describe_error(error)}") from None
        except StreamError as error:
            console.error(f"{path}: {error}")
            return 1
        if stream.machine is not None:
            machines.append(stream.machine)
        age = age.narrow(find_age(stream.parts))
        for device in stream.devices:
            try:
                if device.is_described:
                    observations.observe(device.record())
                else:
                    console.say(
                        f"{path}: {device.idstr} was left out: the stream does not describe it"
                    )
            except ValuesError as error:
                console.error(f"{path}: {error}; the device was left out")
                status = 1
    if document is None:
        _write(write_schemas(observations, machines, age=age), options.output, console)
        return status
    try:
        merged = merge_dump(observations, document)
    except DumpError as error:
        console.error(f"{options.dump}: {error}")
        return 1
    for note in merged.notes:
        console.say(f"{options.dump}: {note}")
    doc = f"Types from streams; versions and tests from {os.path.basename(options.dump)}."
    found = write_schemas(merged.observations, machines, merged, doc, age=age)
    _write(found, options.output, console)
    return status


def _source(options: argparse.Namespace, console: Console) -> int:
    # Imported here: the other imports do not need a parser of C.
    from vmsdl.cli.inputs.c_tree import DEFAULT_TARGET, open_program, open_tree
    from vmsdl.cli.inputs.c_verify import read_evidence, verify_files
    from vmsdl.csource.import_c import import_tree
    from vmsdl.csource.summary import describe_checks, describe_import

    targets = options.target or [DEFAULT_TARGET]
    tree = open_tree(options.tree)
    # Read first: a wrong file is reported before the work.
    evidence = read_evidence(options.dump, options.stream)
    for target in targets:
        imported = import_tree(open_program(tree, target, options.define), globs=options.file)
        verified = verify_files(imported.files, evidence, console)
        if verified is None:
            return 1
        folder = os.path.join(options.output, target) if len(targets) > 1 else options.output
        for line in describe_import(verified.files, imported.left_out, console.verbose):
            console.say(line)
        for line in describe_checks(verified.checks, console.verbose):
            console.say(line)
        if verified.added_types or verified.added_defaults:
            console.say(
                f"added: {verified.added_types} QOM types, {verified.added_defaults} defaults"
            )
        _write(verified.files, folder, console)
    return 0


def _write(found: Iterable[ImportedFile], folder: str, console: Console) -> None:
    # All are formatted before the first is written: an error leaves no incomplete folder.
    texts = {os.path.join(folder, file.name): format_tree(file.tree) for file in found}
    try:
        for path in texts:
            project.check_output(path, folder)
        changed = sum(files.write_if_changed(path, text) for path, text in texts.items())
    except OSError as error:
        raise Failure(f"cannot write `{error.filename}`: {files.describe_error(error)}") from None
    console.say(f"{len(texts)} files in {folder}, {changed} of them written")
