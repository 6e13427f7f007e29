"""`vmsdl stream check`: would a program with that schema load this stream?"""

import argparse
import json
import textwrap
from typing import TYPE_CHECKING

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.qemu.load_check.program import LoadVerdict


if TYPE_CHECKING:
    pass


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
    from vmsdl.cli.inputs.program import read_program
    from vmsdl.qemu.load_check.check import check_parts
    from vmsdl.qemu.stream.partial import PartialStream

    program = read_program(options.against, options.machine, console)
    if program is None:
        return 1
    try:
        data = files.mapped(options.file)
    except OSError as error:
        raise Failure(f"cannot read `{options.file}`: {files.reason(error)}") from None
    verdict = check_parts(PartialStream.of(data), program)
    if options.json:
        console.result(json.dumps(verdict.as_json(), indent=1) + "\n")
    else:
        console.result(_text(options.file, options.against, verdict))
    return 1 if verdict.reasons or (options.strict and verdict.undecided) else 0


def _text(path: str, against: str, verdict: "LoadVerdict") -> str:
    lines = [_headline(path, against, verdict)]
    for number, reason in enumerate(verdict.reasons):
        if number == 1:
            lines += ["", "QEMU stops there; it would come to these too:"]
        place = f"{reason.section or 'the stream'} at byte {reason.offset} (0x{reason.offset:x})"
        lines += ["", place, f"  {reason.why}", f"  QEMU: {reason.message}"]
        if reason.words.since_11_1:
            lines.append(f"  QEMU 11.1: {reason.words.since_11_1}")
    if verdict.undecided:
        lines += ["", "not decided:"]
        sections: dict[str, list[str]] = {}
        for reason in verdict.undecided:
            sections.setdefault(reason.why, []).append(reason.section or "the stream")
        for why, where in sections.items():
            names = textwrap.wrap(", ".join(dict.fromkeys(where)), 92)
            lines += [f"  {why}", *(f"    {line}" for line in names)]
    return "".join(f"{line}\n" for line in lines)


def _headline(path: str, against: str, verdict: "LoadVerdict") -> str:
    if verdict.reasons:
        return f"{path}: refused by a program of {against}"
    rest = ", as far as it is known" if verdict.undecided else ""
    return f"{path}: nothing in {against} speaks against it{rest}"
