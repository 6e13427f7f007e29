"""Sections that real QEMU wrote, in four releases, through codecs generated from the examples."""

from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from tests.support.examples import example, schema
from tests.support.recorded_sections import Recorded, all_recorded, recorded
from tests.support.schema_vs_description import disagreements

# What a device is called in a stream, and the example that describes it: folder, file, name.
SCHEMAS = {
    "PCIBUS": ("pc", "pcibus", "pcibus"),
    "arm_gic": ("arm", "arm_gic", "arm_gic"),
    "dma": ("pc", "i8257", "dma"),
    "e1000": ("pc", "e1000", "e1000"),
    "fdc": ("pc", "fdc", "fdc"),
    "hpet": ("pc", "hpet", "hpet"),
    "i8254": ("pc", "i8254", "i8254"),
    "i8259": ("pc", "i8259", "i8259"),
    "ide": ("ide", "ide", "ide"),
    "mc146818rtc": ("pc", "mc146818rtc", "mc146818rtc"),
    "pciespscsi": ("esp", "esp_{release}", "pciespscsi"),
    "pckbd": ("pc", "pckbd", "pckbd"),
    "piix4_pm": ("pc", "piix4_pm", "piix4_pm"),
    "pl011": ("arm", "pl011", "pl011"),
    "ps2kbd": ("pc", "ps2", "ps2kbd"),
    "ps2mouse": ("pc", "ps2", "ps2mouse"),
    "serial": ("pc", "serial", "serial"),
    "vga": ("pc", "vga", "vga"),
    "xhci": ("pc", "xhci", "xhci"),
}

# Every x86 stream there is, so that none gets lost; and two made for their subsections.
IDE_SETS = {
    *(f"{release}-pc-midpio" for release in ("5.2", "7.2", "10.0", "11.1")),
    *(f"{release}-pc52-ide" for release in ("5.2", "7.2", "10.0", "11.1")),
    *(f"{release}-pc52-esp" for release in ("5.2", "7.2", "10.0", "11.1")),
    *(f"{release}-pc-ide-run2" for release in ("7.2", "11.1")),
    "7.2-pc-dma-retry",
    "7.2-pc-pio-retry",
}

# Devices whose newest version QEMU 5.2's machine type had settings for.
SET_BY_MACHINE = {"pckbd", "piix4_pm"}

ALL = all_recorded()
each = pytest.mark.parametrize("section", ALL, ids=lambda section: section.file_name[:-5])


@dataclass(frozen=True)
class Codec:
    """The class generated for a device, and how the machine that wrote a section had been built."""

    cls: Any
    base: Any

    def decode(self, body: bytes, version_id: int) -> Any:
        return self.cls.decode(body, version_id=version_id, base=self.base)


def place(section: Recorded) -> tuple[str, str, str]:
    folder, file, name = SCHEMAS[section.device]
    return folder, file.format(release=section.release.replace(".", "_")), name


def codec(section: Recorded) -> Codec:
    folder, file, name = place(section)
    cls = example(folder, file).cls(name)
    base = None
    if section.device in SET_BY_MACHINE and section.machine == "pc-i440fx-5.2":
        base = cls.for_machine(section.machine)
    if section.device == "piix4_pm":
        base = base or cls()
        sent = {entry["vmsd_name"] for entry in section.description["subsections"]}
        base.cpu_hotplug_legacy = "piix4_pm/cpuhp" not in sent
    return Codec(cls, base)


def test_no_recorded_section_is_left_out() -> None:
    assert {section.device for section in ALL} == set(SCHEMAS)
    assert {section.set for section in recorded("ide")} == IDE_SETS


@each
def test_a_section_decodes_and_comes_out_again(section: Recorded) -> None:
    state = codec(section).decode(section.body, section.version_id)
    assert state.encode(version_id=section.version_id, subsections="present") == section.body


@each
def test_the_predicates_send_what_qemu_sent(section: Recorded) -> None:
    state = codec(section).decode(section.body, section.version_id)
    assert state.encode(version_id=section.version_id) == section.body


@each
def test_values_pass_through_a_dict(section: Recorded) -> None:
    device = codec(section)
    state = device.decode(section.body, section.version_id)
    again = device.cls.from_dict(state.to_dict(), base=device.base)
    assert again == state
    assert again.encode(version_id=section.version_id, subsections="present") == section.body


@each
def test_names_sizes_and_types_are_qemus(section: Recorded) -> None:
    folder, file, name = place(section)
    described = schema(folder, file)
    found = disagreements(described, described.descriptions[name], section.description)
    assert list(found) == []


@each
def test_a_section_cut_short_is_refused(section: Recorded) -> None:
    device, length = codec(section), len(section.body)
    for kept in {0, 1, length // 2, length - 1} - {length}:
        with pytest.raises(ValueError, match=r"\(at byte \d+") as caught:
            device.decode(section.body[:kept], section.version_id)
        # The error class exists only in the generated module: mypy does not know its attributes.
        assert caught.value.reason in ("truncated", "trailing-data"), kept  # type: ignore[attr-defined]
        assert caught.value.offset <= kept  # type: ignore[attr-defined]


@each
def test_a_section_with_a_byte_more_is_refused(section: Recorded) -> None:
    with pytest.raises(ValueError, match=r"\(at byte \d+") as caught:
        codec(section).decode(section.body + b"\0", section.version_id)
    # The error class exists only in the generated module, so its attributes are unknown to mypy.
    assert caught.value.reason == "trailing-data"  # type: ignore[attr-defined]
    assert caught.value.offset == len(section.body)  # type: ignore[attr-defined]


@each
def test_a_newer_version_is_refused(section: Recorded) -> None:
    device = codec(section)
    with pytest.raises(ValueError, match="version") as caught:
        device.decode(section.body, device.cls.VERSION_ID + 1)
    assert caught.value.reason == "version-too-new"  # type: ignore[attr-defined]


@each
def test_a_damaged_section_gives_a_state_or_a_refusal(section: Recorded) -> None:
    """Bytes changed, cut out and put in; nothing but a DecodeError may come of it."""
    device, random = codec(section), Random(section.file_name)
    for _ in range(8):
        body = bytearray(section.body)
        for _ in range(random.randint(1, 3)):
            at = random.randrange(min(len(body), 4096))
            body[at : at + random.randint(0, 2)] = random.randbytes(random.randint(0, 2))
        try:
            state = device.decode(bytes(body), section.version_id)
        except ValueError as error:
            assert type(error).__name__ == "DecodeError", error  # noqa: PT017
        else:
            assert device.decode(state.encode(subsections="present"), device.cls.VERSION_ID)


def ide(set_name: str) -> tuple[Any, bytes]:
    (section,) = recorded("ide", set_name)
    return codec(section).cls, section.body


def refused(cls: Any, body: bytes) -> Any:
    with pytest.raises(ValueError, match=r"\(at byte \d+") as caught:
        cls.decode(body)
    return caught.value


@pytest.mark.parametrize("release", ["5.2", "7.2", "10.0", "11.1"])
def test_a_drive_in_the_middle_of_a_transfer(release: str) -> None:
    cls, body = ide(f"{release}-pc-midpio")
    drive = cls.decode(body).drives_0[0]
    assert drive.status == 0x58  # ready, and a word waits
    transfer = drive.pio_state
    assert len(transfer.io_buffer) == 131076
    assert transfer.io_buffer[510:512] == b"\x55\xaa"  # what it reads is its own boot sector
    assert (transfer.cur_io_buffer_offset, transfer.cur_io_buffer_len) == (200, 312)
    assert transfer.end_transfer_fn_idx.name == "sector_read"


@pytest.mark.parametrize("release", ["5.2", "7.2", "10.0", "11.1"])
def test_an_idle_drive_sends_no_transfer(release: str) -> None:
    cls, body = ide(f"{release}-pc-midpio")
    state = cls.decode(body)
    state.drives_0[0].status = 0x50
    without = state.encode()
    header = 2 + len("ide_drive/pio_state") + 4
    assert len(body) - len(without) == header + 131097
    assert cls.decode(without).drives_0[0].pio_state is None


def test_every_subsection_of_the_controller_was_written_by_qemu() -> None:
    """A failed DMA, a half-used descriptor, an open tray: all in one section."""
    cls, body = ide("7.2-pc-dma-retry")
    state = cls.decode(body)
    drive, cdrom = state.drives_0[0], state.drives_1[0]
    assert state.bmdma[0].status.status & 0x60 == 0x60
    assert state.bmdma[1].current.cur_prd_len == 0x1000 - 36  # INQUIRY's answer has 36 bytes
    assert state.bus[0].error.error_status != 0
    assert state.bus[0].error.retry_sector_num == 4
    assert drive.pio_state is not None
    assert (cdrom.tray_state.tray_open, cdrom.tray_state.tray_locked) == (True, False)
    assert cdrom.atapi_gesn_state.new_media


def test_a_request_to_be_tried_again_sends_the_transfer_of_both_drives() -> None:
    """The second reason of `pio_state` is the bus's: it reaches both drives by `with`."""
    cls, body = ide("7.2-pc-pio-retry")
    state = cls.decode(body)
    assert state.bus[0].error.error_status & 0x10
    assert [drive.pio_state is not None for drive in state.drives_0] == [True, True]
    assert [drive.status & 0x08 for drive in state.drives_0] == [0, 0]
    state.bus[0].error = None
    without = cls.decode(state.encode())
    assert [drive.pio_state for drive in without.drives_0] == [None, None]


def test_an_unknown_subsection_is_refused_by_name_and_place() -> None:
    cls, body = ide("11.1-pc-midpio")
    at = body.index(b"\x05\x13ide_drive/pio_state")
    error = refused(cls, body.replace(b"ide_drive/pio_state", b"ide_drive/pio_stage"))
    assert (error.reason, error.path, error.offset) == (
        "unknown-subsection",
        "ide.drives_0[0]",
        at,
    )
    assert "ide_drive/pio_stage" in str(error)


def test_a_newer_subsection_is_refused() -> None:
    cls, body = ide("11.1-pc-midpio")
    name = b"ide_drive/pio_state"
    error = refused(cls, body.replace(name + b"\0\0\0\x01", name + b"\0\0\0\x02"))
    assert (error.reason, error.path) == ("version-too-new", "ide.drives_0[0]/pio_state")


def test_a_transfer_to_an_unknown_function_is_refused() -> None:
    cls, body = ide("11.1-pc-midpio")
    at = body.index(b"ide_drive/pio_state") + 19 + 4 + 4 + 131076 + 4 + 4
    assert body[at] == 0
    error = refused(cls, body[:at] + b"\x06" + body[at + 1 :])
    assert (error.reason, error.offset) == ("bad-enum", at)
    assert error.path == "ide.drives_0[0]/pio_state.end_transfer_fn_idx"


# Real loads of the esp set: who writes, who reads, and what happened.
# Where QEMU misses the footer, a codec misses bytes or has some left.
REAL_LOADS = {
    ("5.2", "7.2"): "ok",
    ("5.2", "10.0"): "truncated",
    ("5.2", "11.1"): "truncated",
    ("7.2", "5.2"): "version-too-new",
    ("7.2", "10.0"): "truncated",
    ("7.2", "11.1"): "truncated",
    ("10.0", "5.2"): "version-too-new",
    ("10.0", "7.2"): "ok",  # with wrong values: see below
    ("10.0", "11.1"): "ok",
    ("11.1", "5.2"): "version-too-new",
    ("11.1", "7.2"): "trailing-data",
    ("11.1", "10.0"): "trailing-data",
}


def load_esp(writer: str, reader: str) -> Any:
    (section,) = recorded("pciespscsi", f"{writer}-pc52-esp")
    cls = example("esp", f"esp_{reader.replace('.', '_')}").cls("pciespscsi")
    return cls.decode(section.body, version_id=section.version_id)


@pytest.mark.parametrize(("pair", "outcome"), REAL_LOADS.items(), ids=lambda value: "-".join(value))
def test_esp_loads_and_refuses_as_the_real_releases_do(pair: tuple[str, str], outcome: str) -> None:
    if outcome == "ok":
        load_esp(*pair)
    else:
        with pytest.raises(ValueError, match="esp") as caught:
            load_esp(*pair)
        assert caught.value.reason == outcome  # type: ignore[attr-defined]


def test_esp_of_10_0_loads_into_7_2_with_wrong_values() -> None:
    sent = load_esp("10.0", "10.0").esp
    got = load_esp("10.0", "7.2").esp
    assert (got.ti_cmd, got.lun) == (sent.lun, int(sent.drq_state))
