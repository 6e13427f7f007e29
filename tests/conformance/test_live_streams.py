"""A captured stream, edited through JSON by the command line, in real QEMU: seen, or refused.

What is refused is refused by `vmsdl stream check` too, in QEMU's own words.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import qemu, qemu_machines, qemu_scenes
from tests.support.qemu_machines import Machine

# The tests run a real QEMU, which a machine may not have; `.ci/run` installs it.
pytestmark = pytest.mark.skipif(
    qemu.BINARY is None, reason="there is no qemu-system-x86_64 to load what was edited"
)

EXAMPLES = Path(__file__).parents[2] / "examples"
IDE_NSECTOR, IDE_STATUS = 0x1F2, 0x1F7
RTC_INDEX, RTC_DATA = 0x70, 0x71
Document = dict[str, Any]


def vmsdl(*arguments: object, status: int = 0) -> str:
    command = [sys.executable, "-m", "vmsdl", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout


@dataclass(frozen=True)
class Captured:
    """A guest in the middle of reading its disk; its stream, and the document of it."""

    arguments: tuple[str, ...]
    stream: Path
    text: str

    def edited(self, edit: Callable[[Document], None]) -> Path:
        document = json.loads(self.text)
        edit(document)
        written = self.stream.with_name("edited.json")
        written.write_text(json.dumps(document), encoding="utf-8")
        output = self.stream.with_name("edited.mig")
        output.unlink(missing_ok=True)
        vmsdl("stream", "encode", written, "-o", output)
        return output


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Captured:
    folder = tmp_path_factory.mktemp("edited")
    stream = folder / "captured.mig"
    arguments = qemu_scenes.MID_TRANSFER.save(folder, stream)
    return Captured(arguments, stream, vmsdl("stream", "decode", stream, "--json"))


def section(document: Document, name: str) -> Document:
    """The first section of a device."""
    return next(
        part for part in document["parts"] if part.get("idstr", "").rpartition("/")[2] == name
    )


def drive(document: Document) -> Document:
    found: Document = section(document, "ide")["fields"]["bus[0].ifs"][0]
    return found


def test_an_unedited_document_gives_the_stream_back(captured: Captured) -> None:
    output = captured.edited(lambda document: None)
    assert output.read_bytes() == captured.stream.read_bytes()


def test_edited_values_are_seen(captured: Captured) -> None:
    def edit(document: Document) -> None:
        section(document, "i8259")["fields"]["imr"] = 0xA5
        clock = section(document, "mc146818rtc")["fields"]
        memory = bytearray.fromhex(clock["cmos_data"])
        memory[0x55] = 0x99
        clock["cmos_data"] = memory.hex()
        drive(document)["fields"]["nsector"] = 0x5A

    with qemu.incoming(captured.edited(edit), *captured.arguments) as machine:
        assert "imr=a5" in machine.monitor("info pic")
        machine.monitor(f"o /b {RTC_INDEX:#x} 0x55")
        assert machine.port(RTC_DATA) == 0x99
        assert machine.port(IDE_NSECTOR) == 0x5A
        assert machine.port(IDE_STATUS) == 0x58


def test_a_subsection_taken_out_makes_the_stream_shorter(captured: Captured) -> None:
    """The footer and the description follow: what came out is a stream like any other."""

    def edit(document: Document) -> None:
        taken = drive(document)["subsections"].pop("ide_drive/pio_state")
        assert len(taken["fields"]["io_buffer"]) == 2 * 131076
        drive(document)["fields"]["status"] = 0x50

    output = captured.edited(edit)
    assert captured.stream.stat().st_size - output.stat().st_size > 131076
    again = json.loads(vmsdl("stream", "decode", output, "--json"))
    assert "ide_drive/pio_state" not in drive(again).get("subsections", {})
    with qemu.incoming(output, *captured.arguments) as machine:
        assert machine.port(IDE_STATUS) == 0x50


# Damage ----------------------------------------------------------------------------------------


def newer_section(document: Document) -> None:
    section(document, "i8259")["version_id"] += 1


def older_section(document: Document) -> None:
    section(document, "i8259")["version_id"] = 0


def other_machine(document: Document) -> None:
    parts = {part["part"]: part for part in document["parts"]}
    parts["configuration"]["machine"] = "pc-i440fx-9.9"


def unknown_command(document: Document) -> None:
    place = document["parts"].index(section(document, "i8259"))
    document["parts"].insert(place, {"part": "command", "number": 99, "payload": "00"})


def no_end(document: Document) -> None:
    document["parts"] = [part for part in document["parts"] if part["part"] != "end"]


def body(data: bytes) -> Callable[[Document], None]:
    """Another body in place of the interrupt controller's sixteen bytes."""

    def edit(document: Document) -> None:
        part = section(document, "i8259")
        del part["fields"]
        part["hex"] = data.hex()

    return edit


DAMAGE = {
    "newer section": newer_section,
    "older section": older_section,
    "other machine": other_machine,
    "unknown command": unknown_command,
    "no end": no_end,
    "a byte less": body(bytes(15)),
    "a byte more": body(bytes(17)),
    "unknown subsection": body(bytes(16) + b"\x05\x07i8259/x\0\0\0\1"),
}


# The recorded outcomes are those of one release; another one words and decides differently.
@pytest.mark.skipif(
    qemu_machines.release() != qemu_machines.RELEASE,
    reason="QEMU of another release words it otherwise",
)
@pytest.mark.parametrize("damage", DAMAGE)
def test_both_refuse_what_is_damaged(captured: Captured, damage: str) -> None:
    output = captured.edited(DAMAGE[damage])
    theirs = qemu_machines.loaded(Machine("", captured.arguments), output.read_bytes())
    known = ("--against", EXAMPLES / "pc" / "i8259.vmsd", "--machine", "pc-i440fx-7.2")
    ours = json.loads(vmsdl("stream", "check", output, *known, "--json", status=1))
    assert ours["loads"] is False
    (first,) = [reason for reason in ours["reasons"] if reason["first"]]
    assert not theirs.loaded
    assert first["qemu_message"].split("; ") == list(theirs.lines)
    assert 0 <= first["offset"] <= output.stat().st_size
