"""Real machines of many kinds: saved, loaded, and what QEMU said when it would not.

Every machine has 16 MB and is paused at reset, or after a second of its firmware.
"""

import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support import qemu
from tests.support.qemu import LoadRefused, Qemu

RELEASE = "7.2"  # what Debian 12 ships, and what the recorded outcomes are of
_NAME = "qemu-system-x86_64: "


@dataclass(frozen=True)
class Machine:
    """`name` is for people; what runs is `arguments`."""

    name: str
    arguments: tuple[str, ...]
    memory: int = 16
    defaults: bool = False
    runs: float = 0.0  # seconds before it is saved
    target: str = "x86_64"

    @property
    def binary(self) -> str | None:
        """The QEMU that runs it; None where it is not installed."""
        return (
            qemu.BINARY if self.target == "x86_64" else shutil.which(f"qemu-system-{self.target}")
        )

    @property
    def command(self) -> tuple[str, ...]:
        return (*self.arguments, "-m", str(self.memory))


@dataclass(frozen=True)
class Outcome:
    """What real QEMU did with a stream, and the lines it said."""

    loaded: bool
    lines: tuple[str, ...] = ()


def release() -> str | None:
    """`7.2` of the QEMU that is installed; None where there is none."""
    if qemu.BINARY is None:
        return None
    said = subprocess.run([qemu.BINARY, "--version"], capture_output=True, text=True, timeout=20)
    number = said.stdout.partition("version ")[2].split()[0]
    return ".".join(number.split(".")[:2])


@cache
def saved(machine: Machine) -> bytes:
    """The machine's stream; saved once."""
    with tempfile.TemporaryDirectory(prefix="vmsdl-") as folder:
        stream = Path(folder) / "stream"
        paused = () if machine.runs else ("-S",)
        with Qemu(
            *machine.command, *paused, defaults=machine.defaults, binary=machine.binary
        ) as process:
            if machine.runs:
                time.sleep(machine.runs)
                process.execute("stop")
            process.save(stream)
        return stream.read_bytes()


def loaded(machine: Machine, stream: bytes) -> Outcome:
    """Would this machine load that stream?"""
    with tempfile.TemporaryDirectory(prefix="vmsdl-") as folder:
        path = Path(folder) / "stream"
        path.write_bytes(stream)
        # The monitor is asked before anything is loaded: QEMU ends as soon as it refuses.
        waiting = ("-S", "-incoming", "defer")
        with Qemu(
            *machine.command, *waiting, defaults=machine.defaults, binary=machine.binary
        ) as process:
            with suppress(ConnectionError):
                process.execute("migrate-incoming", uri=f"exec:cat {path}")
            try:
                process.wait_loaded()
            except LoadRefused as refused:
                return Outcome(False, _lines(str(refused)))
            return Outcome(True)


@cache
def dump(kind: str = "pc", target: str = "x86_64") -> bytes:
    """What this QEMU says of all its devices."""
    binary = Machine("", (), target=target).binary
    assert binary is not None
    with tempfile.TemporaryDirectory(prefix="vmsdl-") as folder:
        path = Path(folder) / "dump.json"
        said = ("-M", kind, "-display", "none", "-dump-vmstate", str(path))
        subprocess.run([binary, *said], check=True, capture_output=True, timeout=60)
        return path.read_bytes()


def _lines(said: str) -> tuple[str, ...]:
    lines = [line.removeprefix(_NAME) for line in said.splitlines()]
    return tuple(line for line in lines if not line.startswith("warning:"))


# The machines ----------------------------------------------------------------------------------

_TYPES = {
    **{f"pc {v}": f"pc-i440fx-{v}" for v in ("2.3", "2.4", "2.11", "2.12", "3.1", "4.2")},
    **{f"pc {v}": f"pc-i440fx-{v}" for v in ("5.2", "6.0", "6.1", "6.2", "7.0", "7.1", "7.2")},
    **{f"q35 {v}": f"pc-q35-{v}" for v in ("2.4", "2.12", "4.2", "5.2", "6.2", "7.2")},
    "isapc": "isapc",
    "microvm": "microvm",
}
_DEVICES = {
    "e1000": ("e1000",),
    "e1000e": ("e1000e",),
    "rtl8139": ("rtl8139",),
    "pcnet": ("pcnet",),
    "ne2k": ("ne2k_pci",),
    "i82550": ("i82550",),
    "i82559a": ("i82559a",),
    "vmxnet3": ("vmxnet3",),
    "tulip": ("tulip",),
    "am53c974": ("am53c974",),
    "lsi": ("lsi53c895a",),
    "megasas": ("megasas",),
    "mptsas": ("mptsas1068",),
    "pvscsi": ("pvscsi",),
    "ahci": ("ich9-ahci",),
    "xhci": ("qemu-xhci",),
    "nec-xhci": ("nec-usb-xhci",),
    "xhci + usb": ("qemu-xhci,id=x", "usb-kbd,bus=x.0", "usb-tablet,bus=x.0", "usb-hub,bus=x.0"),
    "ehci": ("usb-ehci",),
    "uhci": ("piix3-usb-uhci",),
    "sdhci": ("sdhci-pci",),
    "hda": ("intel-hda",),
    "es1370": ("ES1370",),
    "ac97": ("AC97",),
    "pci-serial": ("pci-serial",),
    "isa-serial": ("isa-serial",),
    "two serials": ("isa-serial,index=0", "isa-serial,index=1"),
    "pci-bridge": ("pci-bridge,chassis_nr=1",),
    "i6300esb": ("i6300esb",),
    "ib700": ("ib700",),
    "pvpanic": ("pvpanic",),
    "vga": ("VGA",),
    "cirrus": ("cirrus-vga",),
    "isa-vga": ("isa-vga",),
    "virtio-rng": ("virtio-rng-pci",),
    "virtio-balloon": ("virtio-balloon-pci",),
    "virtio-serial": ("virtio-serial-pci",),
    "virtio-scsi": ("virtio-scsi-pci",),
    "many": ("e1000", "am53c974", "qemu-xhci", "isa-serial", "VGA"),
}


def _all() -> dict[str, Machine]:
    found = {name: Machine(name, ("-M", kind)) for name, kind in _TYPES.items()}
    for title, names in _DEVICES.items():
        arguments = [word for name in names for word in ("-device", name)]
        found[f"pc + {title}"] = Machine(f"pc + {title}", ("-M", "pc", *arguments))
    for title in ("e1000", "am53c974", "xhci", "vga"):
        arguments = [word for name in _DEVICES[title] for word in ("-device", name)]
        for kind in ("pc-i440fx-2.4", "pc-i440fx-5.2", "pc-q35-7.2"):
            name = f"{kind.removeprefix('pc-').removeprefix('i440fx-')} + {title}"
            name = name if kind.startswith("pc-q35") else f"pc {name}"
            found[name] = Machine(name, ("-M", kind, *arguments))
    found["pc, 32 MB"] = Machine("pc, 32 MB", ("-M", "pc"), memory=32)
    found["pc with its defaults"] = Machine("pc with its defaults", ("-M", "pc"), defaults=True)
    found["q35 with its defaults"] = Machine("q35 with its defaults", ("-M", "q35"), defaults=True)
    two = ("-M", "pc", "-smp", "2")
    found["pc, 2 CPUs"] = Machine("pc, 2 CPUs", two)
    running = ("-M", "pc", "-device", "VGA", "-device", "e1000")
    found["pc, running"] = Machine("pc, running", running, runs=1.0)
    return found


MACHINES = _all()
