"""`vmsdl stream check`: would a program with that schema load this stream?"""

import argparse
import json
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.qemu.accept import Program, Reason
    from vmsdl.qemu.folder import ImportedFile
    from vmsdl.schema.description import Schema

_MARK = b"QEVM"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a migration stream")
    parser.add_argument(
        "--against",
        metavar="PATH",
        required=True,
        help="what the program knows: .vmsd, a folder, a dump, or a stream it wrote",
    )
    parser.add_argument("--machine", metavar="NAME", help="the machine type the program runs")
    parser.add_argument("--json", action="store_true", help="the same for programs")
    parser.add_argument("--strict", action="store_true", help="exit 1 too where it is not decided")


def run(options: argparse.Namespace, console: Console) -> int:
    from vmsdl import files
    from vmsdl.qemu.accept import accept
    from vmsdl.qemu.framing import StreamError
    from vmsdl.qemu.stream import Stream

    program = _program(options.against, options.machine, console)
    if program is None:
        return 1
    try:
        stream = Stream(files.mapped(options.file))
    except OSError as error:
        raise Failure(f"cannot read `{options.file}`: {files.reason(error)}") from None
    except StreamError as error:
        console.error(f"{options.file}: {error}")
        return 1
    verdict = accept(stream, program)
    if options.json:
        record = {
            "loads": verdict.loads,
            "reasons": [reason.as_json() for reason in verdict.reasons],
            "undecided": [reason.as_json() for reason in verdict.undecided],
        }
        console.result(json.dumps(record, indent=1) + "\n")
    else:
        console.result(_text(options.file, options.against, verdict.reasons, verdict.undecided))
    return 1 if verdict.reasons or (options.strict and verdict.undecided) else 0


def _text(path: str, against: str, reasons: "list[Reason]", undecided: "list[Reason]") -> str:
    lines = [_headline(path, against, bool(reasons), bool(undecided))]
    for reason in reasons:
        place = f"{reason.section} at byte {reason.offset} (0x{reason.offset:x})"
        lines += ["", place, f"  {reason.why}", f"  QEMU: {reason.message}"]
    if undecided:
        lines += ["", "not decided:"]
        by_section: dict[str, list[str]] = {}
        for reason in undecided:
            by_section.setdefault(reason.section, []).append(reason.why)
        for section, whys in by_section.items():
            lines += [f"  {section}", *(f"    {why}" for why in dict.fromkeys(whys))]
    return "".join(f"{line}\n" for line in lines)


def _headline(path: str, against: str, is_refused: bool, is_open: bool) -> str:
    if is_refused:
        return f"{path}: refused by a program of {against}"
    rest = ", as far as it is known" if is_open else ""
    return f"{path}: nothing in {against} speaks against it{rest}"


def _program(path: str, machine: str | None, console: Console) -> "Program | None":
    from vmsdl import files
    from vmsdl.qemu.accept import Origin, Program

    if os.path.isdir(path) or path.endswith(".vmsd"):
        schemas = _schemas(path, console)
        if schemas is None:
            return None
        return Program(Origin.SCHEMA, tuple(schemas), _classes(schemas), machine)
    try:
        data = files.mapped(path)
    except OSError as error:
        raise Failure(f"cannot read `{path}`: {files.reason(error)}") from None
    if bytes(data[:4]) == _MARK:
        found, origin = _of_stream(path, data, console), Origin.STREAM
    else:
        found, origin = _of_dump(path, bytes(data)), Origin.DUMP
    return Program(origin, _recorded(found), {}, machine)


def _schemas(path: str, console: Console) -> "list[Schema] | None":
    from vmsdl.cli import sources
    from vmsdl.driver import load_source
    from vmsdl.files import read_text
    from vmsdl.imports import Closure

    closure = Closure(read_text)
    schemas = []
    for each in sources.find([path]):
        outcome = load_source(sources.read(each), closure.source)
        if outcome.value is None or outcome.has_errors:
            console.diagnostics(outcome.diagnostics)
            return None
        schemas.append(outcome.value)
    return schemas


def _classes(schemas: "Iterable[Schema]") -> dict[str, Any]:
    """The generated class of every device, by its .vmsd name."""
    from vmsdl.emit import emit
    from vmsdl.loading import import_texts
    from vmsdl.modules import module_name
    from vmsdl.schema.description import Description, Role

    classes: dict[str, Any] = {}
    for schema in schemas:
        own = schema.files[-1]
        names = {
            one.wire_name: one.name
            for one in own.definitions
            if isinstance(one, Description) and one.role is Role.DEVICE
        }
        if not names:
            continue
        texts = {file.name: file.text for file in emit(schema)}
        module = import_texts(texts, module_name(own.path))
        for value in vars(module).values():
            wire_name = vars(value).get("NAME") if isinstance(value, type) else None
            if wire_name in names:
                classes[names[wire_name]] = value
    return classes


def _of_stream(path: str, data: Any, console: Console) -> "tuple[ImportedFile, ...]":
    from vmsdl.qemu.framing import StreamError
    from vmsdl.qemu.learn import learned_files
    from vmsdl.qemu.observed import Observations
    from vmsdl.qemu.stream import Stream
    from vmsdl.qemu.values import ValuesError

    try:
        stream = Stream(data)
    except StreamError as error:
        raise Failure(f"`{path}`: {error}") from None
    observations = Observations()
    for device in stream.devices:
        try:
            if device.is_described:
                observations.observe(device.record())
        except ValuesError as error:
            console.say(f"{path}: {error}: left out")
    return learned_files(observations, [stream.machine] if stream.machine else [])


def _of_dump(path: str, data: bytes) -> "tuple[ImportedFile, ...]":
    from vmsdl.qemu.dump import DumpError, import_dump

    try:
        return import_dump(json.loads(data), os.path.basename(path))
    except (DumpError, ValueError, RecursionError) as error:
        raise Failure(f"`{path}` is neither .vmsd nor a stream nor a dump: {error}") from None


def _recorded(found: "tuple[ImportedFile, ...]") -> "tuple[Schema, ...]":
    from vmsdl.driver import load_source
    from vmsdl.source import SourceFile
    from vmsdl.syntax.write import write

    texts = {file.name: SourceFile(file.name, write(file.tree)) for file in found}
    outcomes = [load_source(source, lambda name: texts[name]) for source in texts.values()]
    return tuple(outcome.value for outcome in outcomes if outcome.value is not None)
