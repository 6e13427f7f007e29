"""`vmsdl stream check`: would a program with that schema load this stream?"""

import argparse
import json
import textwrap

from vmsdl.cli.console import Console
from vmsdl.cli.inputs.paths import map_file
from vmsdl.cli.inputs.program import read_program
from vmsdl.cli.print_schema import add_print_schema
from vmsdl.qemu.load_check.check import check_load
from vmsdl.qemu.load_check.qemu_messages import (
    advise,
    explain,
    explain_wrong_value,
    make_headline,
    quote_qemu,
    verdict_to_json,
)
from vmsdl.qemu.load_check.verdict import CheckOutcome, LoadVerdict
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
    incoming = PartialStream.of(map_file(options.file))
    idstrs = {device.idstr for device in incoming.devices.values()}
    program = read_program(options.against, options.machine, idstrs, console)
    if program is None:
        return 1
    verdict = check_load(incoming, program)
    if options.json:
        console.result(json.dumps(verdict_to_json(verdict), indent=1) + "\n")
    else:
        console.lines(_lines(options.file, options.against, verdict))
    is_bad = verdict.outcome in (CheckOutcome.REFUSED, CheckOutcome.WRONG_VALUES)
    return 1 if is_bad or (options.strict and verdict.questions) else 0


def _lines(path: str, against: str, verdict: LoadVerdict) -> list[str]:
    lines = [f"{path}: {make_headline(verdict)} (against {against})"]
    for number, refusal in enumerate(verdict.refusals):
        if number == 1:
            lines += ["", "QEMU stops there; further reasons for refusal:"]
        message = quote_qemu(refusal)
        lines += ["", f"{refusal.section or 'the stream'} at {_format_offset(refusal.offset)}"]
        lines += [f"  {explain(refusal)}", f"  QEMU: {message.text}"]
        if message.since_11_1:
            lines.append(f"  QEMU 11.1: {message.since_11_1}")
    section = ""
    for each in verdict.wrong_values:
        if each.section != section:
            lines += ["", f"{each.section} at {_format_offset(each.offset)}"]
            section = each.section
        lines.append(f"  {explain_wrong_value(each)}")
    if verdict.questions:
        lines += ["", "undetermined:"]
        sections: dict[str, list[str]] = {}
        for question in verdict.questions:
            names = sections.setdefault(explain(question), [])
            names.append(question.section or "the stream")
        for text, names in sections.items():
            wrapped = textwrap.wrap(", ".join(dict.fromkeys(names)), 92)
            lines += [f"  {text}", *(f"    {line}" for line in wrapped)]
    advice = advise(verdict)
    lines += ["", advice] if advice is not None else []
    return lines


def _format_offset(offset: int) -> str:
    return f"byte {offset} (0x{offset:x})"
