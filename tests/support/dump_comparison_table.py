"""Dumps of four releases, each compared with each, and the cause of every finding.

`python -m tests.support.dump_comparison_table FOLDER` writes `vmsdl/diff/AGREEMENT.md` and the
extracts of the dumps in `tests/conformance/dumps` anew;
FOLDER has `RELEASE-x86_64-pc.json`, also as `.xz`.
"""

import json
import lzma
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from vmsdl.cli.inputs.recorded import Dump, remove_differences_of_release
from vmsdl.diff.compare import compare
from vmsdl.diff.report import Report

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "vmsdl" / "diff" / "AGREEMENT.md"
EXTRACTS = ROOT / "tests" / "conformance" / "dumps"
RELEASES = ("5.2", "7.2", "10.0", "11.1")
PAIRS = tuple(combinations(RELEASES, 2))
BROKEN = ("corrupt", "refused", "lossy")

# The devices of a `pc-i440fx-5.2` with an IDE disk and a CD-ROM that dumps know: each of the four
# releases loaded what each of them had saved.
LOADED = (
    *("I440FX", "PCIBUS", "PCIHost", "PIIX3", "apic", "dma", "fdc", "fw_cfg", "hpet", "i2c_bus"),
    *("i8254", "i8259", "ide", "ioapic", "kvm-tpr-opt", "mc146818rtc", "pckbd", "pcspk"),
    *("piix4_pm", "port92", "ps2kbd", "ps2mouse", "vga", "vmmouse"),
)
LOADED_BY_BOTH = ("e1000e", "pvscsi")  # tried between 7.2 and 11.1, both ways
TRUTHS: Mapping[str, str] = {
    **dict.fromkeys(LOADED, "each release loads it from each"),
    **dict.fromkeys(LOADED_BY_BOTH, "7.2 and 11.1 load it from each other"),
    "pciespscsi": (
        "5.2 → 7.2 and 10.0 → 11.1 load; 10.0 → 7.2 loads and is corrupted; any other is refused"
    ),
    "vga-isa": "refused both ways, tried between 7.2 and 11.1",
    "vga of isa-vga": "refused both ways, tried between 7.2 and 11.1",
    "nvme": "7.2 cannot save it",
    "virtio-gpu": (
        "10.0 → 11.1 is refused by a new bound, which no dump shows; 7.2 → 11.1, 11.1 → 10.0 and "
        "10.0 → 7.2 load"
    ),
}
NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Row:
    """A device that two releases do not agree on for sure."""

    device: str
    old: str
    new: str
    old_to_new: str
    new_to_old: str
    rules: tuple[str, ...]

    @property
    def is_called_broken(self) -> bool:
        return self.old_to_new in BROKEN or self.new_to_old in BROKEN


def documents(folder: Path) -> dict[str, dict[str, Any]]:
    """The dumps of a folder, by release."""
    found = {}
    for release in RELEASES:
        plain = folder / f"{release}-x86_64-pc.json"
        packed = plain.with_name(f"{plain.name}.xz")
        if plain.exists() or packed.exists():
            data = plain.read_bytes() if plain.exists() else lzma.decompress(packed.read_bytes())
            found[release] = json.loads(data)
    return found


@cache
def extracts() -> dict[str, dict[str, Any]]:
    """What is kept of them here: the devices of which a truth is known."""
    return documents(EXTRACTS)


def report(old: Dump, new: Dump) -> Report:
    one, other = remove_differences_of_release(old, new)
    return compare(one.schemas(), other.schemas(), old_name=old.path, new_name=new.path)


def rows(found: Mapping[str, dict[str, Any]]) -> Iterator[Row]:
    """All findings of all pairs, by device."""
    for old, new in PAIRS:
        result = report(Dump(old, found[old]), Dump(new, found[new]))
        for device in result.devices:
            rules = sorted({each.rule for each in result.findings if each.device == device.name})
            verdicts = str(device.old_to_new), str(device.new_to_old)
            if rules or verdicts != ("ok", "ok"):
                yield Row(device.name, old, new, *verdicts, tuple(rules))


def document(all_rows: list[Row]) -> str:
    devices = sorted({row.device for row in all_rows}, key=lambda name: (name not in TRUTHS, name))
    of = {(row.device, row.old, row.new): row for row in all_rows}
    alone = [name for name in devices if _is_alone(name, all_rows)]
    head = " | ".join(f"{old} {new}" for old, new in PAIRS)
    lines = [
        f"| device | {head} | findings | truth |",
        "|---|" + "---|" * len(PAIRS) + "---|---|",
    ]
    for name in devices:
        if name in alone:
            continue
        cells = " | ".join(_cell(of.get((name, *pair))) for pair in PAIRS)
        rules = sorted({rule for row in all_rows if row.device == name for rule in row.rules})
        shown = ", ".join(f"`{rule}`" for rule in rules)
        lines.append(f"| {name} | {cells} | {shown} | {TRUTHS.get(name, NOT_TRIED)} |")
    return _TEXT.format(table="\n".join(lines), alone=_listed(alone))


def _is_alone(name: str, all_rows: list[Row]) -> bool:
    rules = {rule for row in all_rows if row.device == name for rule in row.rules}
    return rules <= {"section-added", "section-removed", "struct-added", "struct-removed"}


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    if row.old_to_new == row.new_to_old:
        return row.old_to_new
    return f"→ {row.old_to_new}, ← {row.new_to_old}"


def _listed(names: list[str]) -> str:
    return "\n".join(
        f"- {name}" + (f": {TRUTHS[name]}" if name in TRUTHS else "") for name in names
    )


_TEXT = """# Does `vmsdl diff` agree with QEMU, on dumps?

The `-dump-vmstate` of QEMU 5.2, 7.2, 10.0 and 11.1 (x86, `pc-i440fx-5.2`), each compared with
each. `python -m tests.support.dump_comparison_table FOLDER` makes this page anew from the dumps;
`tests/conformance/test_dumps.py` holds it: nothing that real QEMU migrates both ways is called
`corrupt`, `refused` or `lossy`.

A dump has names, versions and sizes in memory. Of a device that is equal in all of these it is
taken for granted that it is the same on the wire: it is `ok`, and not in the table. Versions and
unmigratable devices are known: what they refuse is refused. Everything else that differs is
`unknown`: a size in memory is none on the wire, a test is only known to exist, a renamed field
may be another one.

QEMU's own checker finds 31 differences from 7.2 to 11.1, of which 6 are true. Of what it gets
wrong, the gates of mc146818rtc and hpet that were dropped after the minimum was raised are seen
to be harmless (what is left of hpet is a field that was renamed); e1000e, pvscsi and the fields
that were renamed in esp are `unknown` and no more; a type that was renamed is the same section.
`vga` that is called `vga-isa` now is seen, because both dumps say of which type of QEMU it is.
The corruption of esp from 10.0 to 7.2 is `unknown` here: no dump has it. Streams of the two show
it.

An empty cell: no difference. One word: both ways. → is from the older to the newer.

{table}

## On one side alone

`unknown` both ways: a device whose class does not name its description, and that registers it by
hand, is in no dump. The `ide` of 5.2 and 7.2 was such a one.

{alone}
"""


def _extract(found: dict[str, Any]) -> dict[str, Any]:
    wanted = {name.partition(" of ")[0] for name in TRUTHS}
    return {
        key: entry
        for key, entry in found.items()
        if key == "vmschkmachine" or entry["Description"]["name"] in wanted
    }


def main(folder: Path) -> None:
    found = documents(folder)
    DOCUMENT.write_text(document(list(rows(found))), encoding="utf-8")
    EXTRACTS.mkdir(exist_ok=True)
    for release, each in found.items():
        text = json.dumps(_extract(each), separators=(",", ":"))
        (EXTRACTS / f"{release}-x86_64-pc.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
