"""Pairs of a stream and a machine: what real QEMU did, and what `stream check` says of it.

`python -m tests.support.load_check_table` writes the table of agreement anew: `tests/conformance/
agreement.json` for programs, `vmsdl/qemu/AGREEMENT.md` for people.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.support import qemu_machines
from tests.support.qemu_machines import MACHINES, Machine, Outcome
from tests.support.stream_mutations import CARDS, CHANGES
from vmsdl.cli.console import Console
from vmsdl.cli.inputs.program import make_program, read_program
from vmsdl.driver import load_schema
from vmsdl.files import read_source
from vmsdl.qemu.load_check.check import check_load
from vmsdl.qemu.load_check.configuration import find_release
from vmsdl.qemu.load_check.program import LoadingProgram
from vmsdl.qemu.load_check.qemu_messages import quote_qemu
from vmsdl.qemu.load_check.verdict import LoadFault, LoadRefusal, LoadVerdict, OpenQuestion
from vmsdl.qemu.stream.partial import PartialStream

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests" / "conformance" / "agreement.json"
DOCUMENT = ROOT / "vmsdl" / "qemu" / "AGREEMENT.md"
EXAMPLES = (
    "ide/ide.vmsd",
    "esp/esp_7_2.vmsd",
    *(
        f"pc/{name}.vmsd"
        for name in (
            *("e1000", "fdc", "i8254", "i8257", "i8259", "mc146818rtc", "pcibus", "pckbd"),
            *("piix4_pm", "ps2", "serial", "vga", "xhci"),
        )
    ),
)
ORIGINS = ("examples", "dump", "stream")


@dataclass(frozen=True)
class Pair:
    """A machine's stream, changed or not, and the machine that is to load it."""

    source: str
    target: str
    change: str = ""

    @property
    def stream(self) -> bytes:
        data = qemu_machines.saved(MACHINES[self.source])
        return CHANGES[self.change](PartialStream.of(data)) if self.change else data


# Pairs -----------------------------------------------------------------------------------------


def pairs() -> Iterator[Pair]:
    """All that the table has."""
    for name in MACHINES:
        yield Pair(name, name)
    base = "pc 7.2"
    for name in MACHINES:
        if name.startswith("pc + "):
            yield Pair(name, base)
            yield Pair(base, name)
    types = [name for name in MACHINES if " + " not in name and "," not in name]
    for one, other in zip(types, types[1:] + types[:1], strict=True):
        yield Pair(one, other)
        yield Pair(other, one)
    for one, other in (
        ("pc, 32 MB", base),
        (base, "pc, 32 MB"),
        ("pc, 2 CPUs", base),
        (base, "pc, 2 CPUs"),
        ("pc + e1000", "pc + rtl8139"),
        ("pc + rtl8139", "pc + e1000"),
        ("pc + two serials", "pc + isa-serial"),
        ("pc + isa-serial", "pc + two serials"),
        ("pc + xhci", "pc + nec-xhci"),
        ("pc + vga", "pc + cirrus"),
        ("pc 5.2 + e1000", "pc + e1000"),
        ("pc 2.4 + xhci", "pc 5.2 + xhci"),
        ("q35-7.2 + e1000", "pc + e1000"),
        ("pc with its defaults", base),
        (base, "pc with its defaults"),
        ("pc, running", "pc + many"),
    ):
        yield Pair(one, other)
    for change in CHANGES:
        if change.partition(":")[0] in CARDS:
            if not change.startswith("fdc"):
                yield Pair("pc + many", "pc + many", change)
            else:
                yield Pair(base, base, change)
        else:
            yield Pair(base, base, change)
    for change in ("i8259: cut by a byte", "i8259: unknown subsection", "ide: version + 1"):
        yield Pair("q35 7.2", "q35 7.2", change.replace("ide", "i8254"))
        yield Pair("pc 2.4", "pc 2.4", change)


def in_suite() -> list[Pair]:
    """Those that the test suite tries each time: a sixth of them, of every kind some."""
    return list(pairs())[::6]


# Verdicts --------------------------------------------------------------------------------------


@cache
def canonical(machine: Machine) -> str:
    """The name that QEMU goes by: `pc-i440fx-7.2` of `pc`."""
    configuration = PartialStream.of(qemu_machines.saved(machine)).configuration
    # Machine types of 2.3 and older send no configuration, and are called by their full names.
    return configuration.machine if configuration else machine.arguments[1]


@cache
def _examples() -> LoadingProgram:
    schemas = []
    for path in EXAMPLES:
        outcome = load_schema(str(ROOT / "examples" / path), read_source)
        assert outcome.value is not None, path
        schemas.append(outcome.value)
    return make_program(schemas)


@cache
def _read(data: bytes) -> LoadingProgram:
    with tempfile.TemporaryDirectory(prefix="vmsdl-") as folder:
        path = Path(folder) / "known"
        path.write_bytes(data)
        program = read_program(str(path), None, (), Console())
    assert program is not None
    return program


def program(origin: str, target: Machine) -> LoadingProgram:
    if origin == "stream":
        return _read(qemu_machines.saved(target))
    name = canonical(target)
    known = _examples() if origin == "examples" else _read(qemu_machines.dump())
    oldest = max(known.oldest, find_release(name) or (0, 0))
    return replace(known, machine=name, oldest=oldest)


def verdict(pair: Pair, origin: str, incoming: PartialStream | None = None) -> LoadVerdict:
    return check_load(
        incoming or PartialStream.of(pair.stream), program(origin, MACHINES[pair.target])
    )


AGREES = "agrees"
EARLIER = "earlier"
NAMED = "named"
CLEAR = "no reason"
OPEN = "open"
DISAGREES = "DISAGREES"


def compare(outcome: Outcome, ours: LoadVerdict) -> str:
    """Does a verdict agree with what real QEMU did?"""
    named = any(_says(outcome, question) for question in ours.questions)
    if ours.wrong_values and outcome.loaded:  # both are of one release
        return DISAGREES
    if ours.loads is None:
        if outcome.loaded:
            return CLEAR
        return NAMED if named else OPEN
    if ours.loads or outcome.loaded:
        return AGREES if ours.loads == outcome.loaded else DISAGREES
    first = ours.first
    assert first is not None
    if _says(outcome, first) or (_ends(outcome) and first.fault in _ENDS):
        return AGREES
    where = f"of device '{first.section}'"
    same_section = any(where in line for line in outcome.lines)
    is_open = same_section and any(first.section == one.section for one in ours.questions)
    return EARLIER if named or is_open else DISAGREES


# The stream ends too soon.
_ENDS = (
    LoadFault.STREAM_ENDED,
    LoadFault.HEADER_ENDED,
    LoadFault.SECTION_ENDED,
    LoadFault.BODY_ENDED,
)


def _says(outcome: Outcome, ours: LoadRefusal | OpenQuestion) -> bool:
    """Line by line: the whole of what QEMU said."""
    lines = quote_qemu(ours).lines
    return lines != () and outcome.lines == lines


def _ends(outcome: Outcome) -> bool:
    """The stream is at its end; without types nobody knows within which field."""
    return any("Input/output error" in line or "failed: -5" in line for line in outcome.lines)


def row(pair: Pair, outcome: Outcome) -> dict[str, Any]:
    incoming = PartialStream.of(pair.stream)
    return {
        "from": pair.source,
        "change": pair.change,
        "into": pair.target,
        "qemu": list(outcome.lines) or "loaded",
        **{origin: compare(outcome, verdict(pair, origin, incoming)) for origin in ORIGINS},
    }


def real(pair: Pair) -> Outcome:
    return qemu_machines.loaded(MACHINES[pair.target], pair.stream)


def rows(chosen: list[Pair]) -> list[dict[str, Any]]:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(qemu_machines.saved, {MACHINES[pair.source] for pair in chosen}))
        outcomes = list(pool.map(real, chosen))
    return [row(pair, outcome) for pair, outcome in zip(chosen, outcomes, strict=True)]


# The table -------------------------------------------------------------------------------------

_HEAD = """# Does `stream check` agree with QEMU?

Real machines of QEMU {qemu} (Debian 12) were saved. Each stream, whole or damaged, was given to a
real machine to load, and to `vmsdl stream check` with three kinds of knowledge of that machine: the
.vmsd files of `examples/` (`--machine` gives the machine type), the `-dump-vmstate` of that QEMU,
and a stream of the loading machine. `python -m tests.support.load_check_table` writes this table
and `tests/conformance/agreement.json`; `tests/conformance/test_live_check.py` compares a sixth of
it with the installed QEMU, if that is of the same release.

| word | means |
|---|---|
| agrees | both load; or both refuse, and the first reason is QEMU's, line for line |
| no reason | QEMU loads it, and no reason for refusal was found; what is undetermined is listed |
| earlier | both refuse; QEMU stopped earlier, at a question that is listed as undetermined |
| named | QEMU refuses; undetermined, and one of the open questions has QEMU's message |
| open | QEMU refuses; undetermined: this kind of knowledge does not have the answer |

No row disagrees. A schema reads bytes: it finds what is truncated, too long or out of range, in the
devices that it describes. A dump has every name and version, and no bytes. A stream has its
machine type and its RAM blocks. A section that it has byte for byte loads. One that it does not
have was perhaps only not needed: an unknown section is listed as undetermined. If a stream ends
too soon, only a schema knows in which field; for the others, the last line of QEMU's message is
compared.

The messages are those of {qemu}. Where the message of 11.1 differs, `stream check` gives both.
"""


def document(table: dict[str, Any]) -> str:
    """The table for people."""
    lines = [_HEAD.format(qemu=table["qemu"])]
    counts = {origin: Counter(each[origin] for each in table["pairs"]) for origin in ORIGINS}
    words = sorted({word for count in counts.values() for word in count})
    lines += [f"{len(table['pairs'])} pairs:", ""]
    lines += [f"| | {' | '.join(words)} |", f"|---|{'---|' * len(words)}"]
    for origin, count in counts.items():
        lines.append(f"| {origin} | {' | '.join(str(count[word]) for word in words)} |")
    for is_damaged, title in ((False, "Whole streams"), (True, "Damaged streams")):
        of = "change" if is_damaged else "from"
        lines += ["", f"## {title}", ""]
        lines += [f"| {of} | into | QEMU {table['qemu']} | examples | dump | stream |"]
        lines += ["|---|---|---|---|---|---|"]
        for each in table["pairs"]:
            if bool(each["change"]) is is_damaged:
                said = each["qemu"] if isinstance(each["qemu"], str) else each["qemu"][0]
                said = said.partition(". Make sure")[0]
                cells = (each[of], each["into"], said, *(each[origin] for origin in ORIGINS))
                lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def write(table: dict[str, Any]) -> None:
    rows = ",\n".join("  " + json.dumps(each) for each in table["pairs"])
    text = f'{{"qemu": {json.dumps(table["qemu"])}, "pairs": [\n{rows}\n]}}\n'
    TABLE.write_text(text, encoding="utf-8")
    DOCUMENT.write_text(document(table), encoding="utf-8")


def main() -> None:
    table: dict[str, Any] = {"qemu": qemu_machines.release(), "pairs": rows(list(pairs()))}
    write(table)
    bad = [each for each in table["pairs"] if DISAGREES in each.values()]
    print(f"{len(table['pairs'])} pairs, {len(bad)} disagree")
    for each in bad:
        print(json.dumps(each))


if __name__ == "__main__":
    main()
