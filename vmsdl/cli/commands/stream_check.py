"""`vmsdl stream check`: would a program with that schema load this stream?"""

import argparse
import json
import textwrap

from vmsdl.cli.console import Console
from vmsdl.cli.inputs.paths import map_file
from vmsdl.cli.inputs.program import read_program
from vmsdl.cli.print_schema import add_print_schema
from vmsdl.qemu.load_check.check import check_load
from vmsdl.qemu.load_check.qemu_messages import explain, quote_qemu, verdict_to_json
from vmsdl.qemu.load_check.verdict import LoadVerdict
from vmsdl.qemu.stream.partial import PartialStream


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a migration stream")
    parser.add_argument(
        "--against",
        metavar="PATH",
        required=True,
        help="what the program can load: a .vmsd file, a folder, a dump, or a stream that it wrote",
    )
    parser.add_argument("--machine", metavar="NAME", help="the machine type of the program")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_print_schema(parser, check="vmsdl.qemu.load_check.qemu_messages:read_check_schema")
    parser.add_argument(
        "--strict", action="store_true", help="exit status 1 also if something is undetermined"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    program = read_program(options.against, options.machine, console)
    if program is None:
        return 1
    verdict = check_load(PartialStream.of(map_file(options.file)), program)
    if options.json:
        console.result(json.dumps(verdict_to_json(verdict), indent=1) + "\n")
    else:
        console.result(_text(options.file, options.against, verdict))
    return 1 if verdict.refusals or (options.strict and verdict.questions) else 0


def _text(path: str, against: str, verdict: LoadVerdict) -> str:
    lines = [_headline(path, against, verdict)]
    for number, refusal in enumerate(verdict.refusals):
        if number == 1:
            lines += ["", "QEMU stops there; further reasons for refusal:"]
        offset = f"byte {refusal.offset} (0x{refusal.offset:x})"
        message = quote_qemu(refusal)
        lines += ["", f"{refusal.section or 'the stream'} at {offset}"]
        lines += [f"  {explain(refusal)}", f"  QEMU: {message.text}"]
        if message.since_11_1:
            lines.append(f"  QEMU 11.1: {message.since_11_1}")
    if verdict.questions:
        lines += ["", "undetermined:"]
        sections: dict[str, list[str]] = {}
        for question in verdict.questions:
            names = sections.setdefault(explain(question), [])
            names.append(question.section or "the stream")
        for text, names in sections.items():
            wrapped = textwrap.wrap(", ".join(dict.fromkeys(names)), 92)
            lines += [f"  {text}", *(f"    {line}" for line in wrapped)]
    return "".join(f"{line}\n" for line in lines)


def _headline(path: str, against: str, verdict: LoadVerdict) -> str:
    if verdict.refusals:
        return f"{path}: refused by a program with {against}"
    rest = "; what is undetermined follows" if verdict.questions else ""
    return f"{path}: no reason for refusal found in {against}{rest}"
