"""Machines in interesting states; `python -m tests.support.qemu_scenes FOLDER` records them.

Each scene is the command line of a machine, the disk that it boots from, and what is done to it
through the monitor before it is saved.
"""

import argparse
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support import qemu
from tests.support.qemu import SECTOR, Qemu
from tests.support.record_sections import cut
from tests.support.recorded_sections import STREAMS, write

_GUEST = 0x7C00  # where a boot sector is loaded to
_TABLE = _GUEST + 0x100
_CONFIG_ADDRESS, _CONFIG_DATA = 0xCF8, 0xCFC
_IDE_COMMAND = 0x80000904  # 00:01.1, config space 0x04
_IDE_BAR4 = 0x80000920


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`arguments` and `files` are given the folder that the files are written to."""

    name: str
    devices: frozenset[str]
    made: str
    files: Callable[[Path], dict[str, bytes]]
    arguments: Callable[[Path], tuple[str, ...]]
    act: Callable[[Qemu], None]

    def prepare(self, folder: Path) -> tuple[str, ...]:
        """Writes the files; returns the command line, for saving and for loading."""
        for name, data in self.files(folder).items():
            (folder / name).write_bytes(data)
        return ("-M", "pc", "-m", "16", *self.arguments(folder))

    def save(self, folder: Path, stream: Path) -> tuple[str, ...]:
        """Plays the scene and saves the machine; returns its command line."""
        arguments = self.prepare(folder)
        with Qemu(*arguments) as machine:
            machine.wait_halted_at(_GUEST, _GUEST + SECTOR)
            self.act(machine)
            machine.execute("stop")
            machine.save(stream)
        return arguments


def _disk(code: str, table: bytes = b"") -> bytes:
    """A disk that boots this code; sector n is filled with n."""
    sector = bytes.fromhex(code).ljust(_TABLE - _GUEST, b"\0") + table
    boot = sector.ljust(SECTOR - 2, b"\0") + b"\x55\xaa"
    return boot + b"".join(bytes([number]) * SECTOR for number in range(1, 200))


def _out(machine: Qemu, address: int, value: int, size: str = "b") -> None:
    machine.monitor(f"o /{size} {address:#x} {value:#x}")


def _read_sector_4(machine: Qemu, command: int) -> None:
    for offset, value in enumerate((1, 4, 0, 0, 0xE0, command), start=0x1F2):
        _out(machine, offset, value)


def _wait_stopped(machine: Qemu) -> None:
    deadline = time.monotonic() + 10
    while machine.execute("query-status")["running"]:
        assert time.monotonic() < deadline, "the error did not stop the machine"
        time.sleep(0.01)


def _bus_master(machine: Qemu) -> int:
    """Turns the controller's bus mastering on; returns where its registers are."""
    _out(machine, _CONFIG_ADDRESS, _IDE_COMMAND, "w")
    _out(machine, _CONFIG_DATA, 0x05, "h")
    _out(machine, _CONFIG_ADDRESS, _IDE_BAR4, "w")
    return machine.port(_CONFIG_DATA, "w") & ~3


def _fail_dma(machine: Qemu) -> None:
    base = _bus_master(machine)
    _out(machine, base + 4, _TABLE, "w")
    _read_sector_4(machine, 0xC8)  # READ DMA
    _out(machine, base, 0x09)
    _wait_stopped(machine)
    _out(machine, base + 2, 0x60)
    _out(machine, base + 12, _TABLE, "w")
    for address, value in ((0x176, 0xA0), (0x171, 1), (0x174, 0), (0x175, 2), (0x177, 0xA0)):
        _out(machine, address, value)
    for word in (0x12, 0, 36, 0, 0, 0):  # INQUIRY
        _out(machine, 0x170, word, "h")
    _out(machine, base + 8, 0x09)
    machine.execute("blockdev-open-tray", id="cd0", force=True)


def _fail_pio(machine: Qemu) -> None:
    _read_sector_4(machine, 0x20)
    _wait_stopped(machine)


def _failing_disk(folder: Path) -> dict[str, bytes]:
    rule = '[inject-error]\nevent = "read_aio"\nerrno = "5"\nsector = "4"\nonce = "off"\n'
    return {
        # One descriptor: 4 KB at 64 KB, and the end of the table.
        "disk": _disk("fa f4 ebfd", struct.pack("<IHH", 0x10000, 0x1000, 0x8000)),
        "cdrom": bytes(2048 * 20),
        "rule": rule.encode(),
    }


def _failing_drives(folder: Path) -> tuple[str, ...]:
    disk = f"file=blkdebug:{folder}/rule:{folder}/disk,format=raw,if=none,id=hd,snapshot=on"
    cdrom = f"file={folder}/cdrom,format=raw,if=none,id=cd,media=cdrom,readonly=on"
    return (
        *("-drive", f"{disk},rerror=stop,werror=stop"),
        *("-device", "ide-hd,drive=hd,bus=ide.0,bootindex=1"),
        *("-drive", cdrom, "-device", "ide-cd,drive=cd,bus=ide.1,id=cd0"),
    )


_UART = (
    "fa bafb03 b083 ee"  # divisor latch
    "baf803 b0ff ee 42 b0ff ee"  # as slow as it gets
    "bafb03 b003 ee bafa03 b001 ee"  # 8n1, FIFO
    "bafc03 b010 ee baf903 b003 ee"  # loopback, interrupts
    "baf803 b056 ee b04d ee b053 ee"  # V M S
)
_RTC = "b00b e670 b042 e671 b00a e670 b02f e671"  # periodic interrupt, twice a second

MID_TRANSFER = Scene(
    name="7.2-pc-live",
    devices=frozenset(),
    made="a guest that reads 100 words of a sector by PIO and halts",
    files=lambda folder: {"disk": qemu.disk_image()},
    arguments=lambda folder: (
        *("-drive", f"file={folder}/disk,format=raw,if=ide,snapshot=on"),
        *("-serial", "null", "-device", "e1000"),
    ),
    act=lambda machine: None,
)
CARDS = Scene(
    name="7.2-pc-cards",
    devices=frozenset({"e1000", "mc146818rtc", "serial", "xhci"}),
    made=(
        "-serial null -device e1000 -device qemu-xhci; the guest sends itself three bytes through "
        "the UART's loopback, slowly, and sets the RTC's periodic interrupt"
    ),
    files=lambda folder: {"disk": _disk(f"{_UART} {_RTC} f4 ebfd")},
    arguments=lambda folder: (
        *("-drive", f"file={folder}/disk,format=raw,if=ide,snapshot=on"),
        *("-serial", "null", "-device", "e1000", "-device", "qemu-xhci"),
    ),
    act=lambda machine: None,
)
FAILED_DMA = Scene(
    name="7.2-pc-dma-retry",
    devices=frozenset({"ide"}),
    made=(
        "a disk on ide.0 (rerror=stop, blkdebug fails sector 4), a CD-ROM on ide.1; READ DMA stops"
        " the machine; INQUIRY by DMA into a longer descriptor, 0x60 in the bus master's status,"
        " and blockdev-open-tray"
    ),
    files=_failing_disk,
    arguments=_failing_drives,
    act=_fail_dma,
)
FAILED_PIO = Scene(
    name="7.2-pc-pio-retry",
    devices=frozenset({"ide"}),
    made="the same drives; READ SECTORS stops the machine",
    files=_failing_disk,
    arguments=_failing_drives,
    act=_fail_pio,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where disks and whole streams go")
    parser.add_argument("--qemu", required=True, help="the release, as `-version` says it")
    arguments = parser.parse_args()
    for scene in (CARDS, FAILED_DMA, FAILED_PIO):
        stream = arguments.folder / f"{scene.name}.mig"
        scene.save(arguments.folder, stream)
        for section in cut(
            stream.read_bytes(),
            set(scene.devices),
            set_name=scene.name,
            qemu=arguments.qemu,
            made=f"-M pc -m 16; {scene.made}",
        ):
            print(write(section, STREAMS))


if __name__ == "__main__":
    main()
