"""Real QEMU writes, a generated codec reads and writes, and real QEMU loads what it wrote.

A guest of 512 bytes is stopped in the middle of reading a disk by PIO. What is changed in its saved
state must be seen changed in the monitor of the QEMU that loads it.
"""

import struct
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support import qemu, qemu_scenes
from tests.support.examples import example
from tests.support.streams import sections
from vmsdl.qemu.stream.framing import Section

# The tests run a real QEMU, which a machine may not have; `.ci/run` installs it.
pytestmark = pytest.mark.skipif(
    qemu.BINARY is None, reason="there is no qemu-system-x86_64 to compare the codecs with"
)

IDE_DATA, IDE_NSECTOR, IDE_STATUS = 0x1F0, 0x1F2, 0x1F7
RTC_INDEX, RTC_DATA = 0x70, 0x71
READ_BYTES = 2 * qemu.WORDS_READ
PIO_STATE = b"\x05\x13ide_drive/pio_state"


@dataclass(frozen=True)
class Saved:
    """What one real machine wrote, and the command line that the one who loads it needs."""

    arguments: tuple[str, ...]
    folder: Path
    stream: bytes

    def section(self, device: str, instance_id: int = 0) -> Section:
        for section in sections(self.stream):
            if section.idstr.rpartition("/")[2] == device and section.instance_id == instance_id:
                return section
        raise LookupError(device)

    def body(self, device: str, instance_id: int = 0) -> bytes:
        return self.stream[self.section(device, instance_id).body]

    def with_body(self, device: str, body: bytes, instance_id: int = 0) -> Path:
        """The stream with another body in one section; its description is left as it was."""
        section = self.section(device, instance_id)
        return self.file(self.stream[: section.start] + body + self.stream[section.stop :])

    def file(self, stream: bytes) -> Path:
        path = self.folder / "edited.mig"
        path.write_bytes(stream)
        return path


def save(scene: qemu_scenes.Scene, folder: Path) -> Saved:
    stream = folder / "saved.mig"
    arguments = scene.save(folder, stream)
    return Saved(arguments, folder, stream.read_bytes())


def load(saved: Saved, stream: Path) -> AbstractContextManager[qemu.Qemu]:
    return qemu.incoming(stream, *saved.arguments)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return save(qemu_scenes.MID_TRANSFER, tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return save(qemu_scenes.FAILED_DMA, tmp_path_factory.mktemp("failed"))


def ide_class() -> Any:
    return example("ide", "ide").cls("ide")


# All devices of this machine that the examples describe: the name in the stream, folder, file,
# and class.
DEVICES = [
    ("ide", "ide", "ide", "ide"),
    ("mc146818rtc", "pc", "mc146818rtc", "mc146818rtc"),
    ("hpet", "pc", "hpet", "hpet"),
    ("i8254", "pc", "i8254", "i8254"),
    ("i8259", "pc", "i8259", "i8259"),
    ("dma", "pc", "i8257", "dma"),
    ("fdc", "pc", "fdc", "fdc"),
    ("serial", "pc", "serial", "serial"),
    ("ps2kbd", "pc", "ps2", "ps2kbd"),
    ("ps2mouse", "pc", "ps2", "ps2mouse"),
    ("PCIBUS", "pc", "pcibus", "pcibus"),
    ("e1000", "pc", "e1000", "e1000"),
]


def test_the_transfer_in_flight_is_decoded(saved: Saved) -> None:
    drive = ide_class().decode(saved.body("ide")).drives_0[0]
    assert drive.status == 0x58
    assert drive.pio_state.io_buffer[: qemu.SECTOR] == qemu.boot_sector()
    assert drive.pio_state.cur_io_buffer_offset == READ_BYTES
    assert drive.pio_state.cur_io_buffer_len == qemu.SECTOR - READ_BYTES


def test_qemu_loads_what_the_codecs_wrote(saved: Saved) -> None:
    """Every section that the examples know, decoded and encoded, in one stream."""
    stream, written = saved.stream, 0
    for name, folder, file, title in DEVICES:
        cls = example(folder, file).cls(title)
        for section in sections(saved.stream):
            if section.idstr.rpartition("/")[2] == name:
                state = cls.decode(saved.stream[section.body], version_id=section.version_id)
                body = state.encode(version_id=section.version_id)
                stream = stream[: section.start] + body + stream[section.stop :]
                written += 1
    assert written == len(DEVICES) + 2  # two interrupt controllers, two DMA controllers
    assert stream == saved.stream
    with load(saved, saved.file(stream)) as machine:
        assert machine.port(IDE_STATUS) == 0x58
        (word,) = struct.unpack_from("<H", qemu.boot_sector(), READ_BYTES)
        assert machine.port(IDE_DATA, "h") == word


def test_a_changed_buffer_is_read_by_the_guest(saved: Saved) -> None:
    state = ide_class().decode(saved.body("ide"))
    transfer = state.drives_0[0].pio_state
    buffer = bytearray(transfer.io_buffer)
    struct.pack_into("<HH", buffer, transfer.cur_io_buffer_offset, 0xCAFE, 0xF00D)
    transfer.io_buffer = bytes(buffer)
    state.drives_0[0].nsector = 0x5A
    with load(saved, saved.with_body("ide", state.encode())) as machine:
        assert machine.port(IDE_NSECTOR) == 0x5A
        assert machine.port(IDE_DATA, "h") == 0xCAFE
        assert machine.port(IDE_DATA, "h") == 0xF00D


def test_an_idle_drive_loads_without_the_transfer(saved: Saved) -> None:
    """128 KB shorter: the section's length is nowhere in the stream but in its description."""
    state = ide_class().decode(saved.body("ide"))
    state.drives_0[0].status = 0x50
    body = state.encode()
    assert PIO_STATE not in body
    with load(saved, saved.with_body("ide", body)) as machine:
        assert machine.port(IDE_STATUS) == 0x50


def test_subsections_that_were_not_sent_can_be(saved: Saved) -> None:
    """Longer by three subsections, one of them between two others' drives."""
    state = ide_class().decode(saved.body("ide"))
    drive, channel = (example("ide", "ide").cls(name) for name in ("ide_drive", "ide_bmdma"))
    state.drives_0[0].tray_state = drive.TrayState(tray_locked=True)
    state.drives_1[1].atapi_gesn_state = drive.AtapiGesnState(new_media=True)
    state.bmdma[0].current = channel.Current(cur_prd_len=512)
    body = state.encode()
    assert b"ide_drive/tray_state" in body
    assert b"ide_drive/atapi/gesn_state" in body
    assert b"ide bmdma_current" in body
    again = ide_class().decode(body)
    assert again == state
    with load(saved, saved.with_body("ide", body)) as machine:
        assert machine.port(IDE_STATUS) == 0x58


def test_qemu_loads_every_subsection_of_the_controller(failed: Saved) -> None:
    """A failed DMA, a half-used descriptor, an open tray."""
    body = failed.body("ide")
    state = ide_class().decode(body)
    again = state.encode()
    assert again == body
    assert again.count(b"ide_") + again.count(b"ide bmdma") == 6
    with load(failed, failed.with_body("ide", again)) as machine:
        assert "tray open" in machine.monitor("info block")
    state.bmdma[0].status.status &= ~0x20
    with load(failed, failed.with_body("ide", state.encode())) as machine:
        assert machine.port(0xC002) & 0x60 == 0x40


def test_a_changed_interrupt_mask_is_seen(saved: Saved) -> None:
    state = example("pc", "i8259").cls("i8259").decode(saved.body("i8259"))
    state.imr = 0xA5
    with load(saved, saved.with_body("i8259", state.encode())) as machine:
        assert "imr=a5" in machine.monitor("info pic")
        assert machine.port(0x21) == 0xA5


def test_changed_cmos_memory_is_seen(saved: Saved) -> None:
    state = example("pc", "mc146818rtc").cls("mc146818rtc").decode(saved.body("mc146818rtc"))
    memory = bytearray(state.cmos_data)
    memory[0x55] = 0x99
    state.cmos_data = bytes(memory)
    with load(saved, saved.with_body("mc146818rtc", state.encode())) as machine:
        machine.monitor(f"o /b {RTC_INDEX:#x} 0x55")
        assert machine.port(RTC_DATA) == 0x99


def test_a_byte_in_the_serial_fifo_is_received(saved: Saved) -> None:
    state = example("pc", "serial").cls("serial").decode(saved.body("serial"))
    uart = example("pc", "serial").cls("uart")
    fifo = example("pc", "serial").cls("Fifo8")
    state.state.fcr_vmstate = 0x01
    state.state.iir |= 0xC0
    state.state.lsr |= 0x01
    state.state.recv_fifo = uart.RecvFifo(
        recv_fifo=fifo(data=b"VM".ljust(16, b"\0"), head=0, num=2, capacity=16)
    )
    with load(saved, saved.with_body("serial", state.encode())) as machine:
        assert bytes([machine.port(0x3F8), machine.port(0x3F8)]) == b"VM"


def refusals(saved: Saved, body: bytes) -> tuple[Any, str]:
    """How a generated codec and real QEMU refuse one and the same body."""
    with pytest.raises(ValueError, match=r"\(at byte \d+") as ours:
        ide_class().decode(body)
    with (
        pytest.raises(qemu.LoadRefused) as theirs,
        load(saved, saved.with_body("ide", body)),
    ):
        pass
    return ours.value, str(theirs.value)


def test_both_refuse_an_unknown_subsection(saved: Saved) -> None:
    body = saved.body("ide").replace(PIO_STATE, PIO_STATE[:-1] + b"x")
    ours, theirs = refusals(saved, body)
    assert (ours.reason, ours.path) == ("unknown-subsection", "ide.drives_0[0]")
    assert "No such file or directory" in theirs or "does not exist" in theirs


def test_both_refuse_a_newer_subsection(saved: Saved) -> None:
    body = saved.body("ide").replace(PIO_STATE + b"\0\0\0\x01", PIO_STATE + b"\0\0\0\x02")
    ours, theirs = refusals(saved, body)
    assert ours.reason == "version-too-new"
    assert "incoming version_id 2 is too new" in theirs


def test_both_refuse_a_section_that_is_cut(saved: Saved) -> None:
    ours, theirs = refusals(saved, saved.body("ide")[:-1])
    assert ours.reason == "truncated"
    assert "Missing section footer" in theirs


def test_both_refuse_a_section_with_a_byte_more(saved: Saved) -> None:
    ours, theirs = refusals(saved, saved.body("ide") + b"\0")
    assert ours.reason == "trailing-data"
    assert "Missing section footer" in theirs


def test_both_refuse_an_unknown_end_of_transfer(saved: Saved) -> None:
    body = bytearray(saved.body("ide"))
    body[body.index(PIO_STATE) + len(PIO_STATE) + 4 + 4 + 131076 + 4 + 4] = 6
    ours, theirs = refusals(saved, bytes(body))
    assert ours.reason == "bad-enum"
    assert "Invalid argument" in theirs


def test_both_refuse_a_newer_section(saved: Saved) -> None:
    section = saved.section("ide")
    at = section.start - 4
    stream = saved.stream[:at] + struct.pack(">I", 4) + saved.stream[section.start :]
    with pytest.raises(ValueError, match="version") as ours:
        ide_class().decode(saved.body("ide"), version_id=4)
    # The error class exists only in the generated module, so its attributes are unknown to mypy.
    assert ours.value.reason == "version-too-new"  # type: ignore[attr-defined]
    with (
        pytest.raises(qemu.LoadRefused, match="unsupported version 4"),
        load(saved, saved.file(stream)),
    ):
        pass


def test_both_load_subsections_twice_and_a_version_of_more_than_eight_bits(saved: Saved) -> None:
    """What only a reader tolerates: the second one wins, and 0x101 is 1."""
    body = saved.body("ide")
    start = body.index(PIO_STATE)
    end = start + len(PIO_STATE) + 4 + 131097
    first = bytearray(body[start:end])
    first[len(PIO_STATE) : len(PIO_STATE) + 4] = struct.pack(">I", 0x101)
    first[len(PIO_STATE) + 8 + READ_BYTES] ^= 0xFF
    twice = body[:start] + bytes(first) + body[start:]
    assert ide_class().decode(twice).encode() == body
    (word,) = struct.unpack_from("<H", qemu.boot_sector(), READ_BYTES)
    with load(saved, saved.with_body("ide", twice)) as machine:
        assert machine.port(IDE_DATA, "h") == word
