"""What real QEMU wrote, imported: each device reads back, byte for byte, and so does each dump."""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import qemu, qemu_machines
from tests.support.pipeline import Compiled, compiled_files, read_schema
from tests.support.qemu_machines import Machine
from tests.support.recorded_sections import read
from tests.support.streams import assembled
from vmsdl.qemu import Stream, export
from vmsdl.qemu.importing.merge_dump import merge_dump
from vmsdl.qemu.importing.observe import Observations
from vmsdl.qemu.importing.write_schema import write_schemas
from vmsdl.qemu.stream.stream import Device
from vmsdl.qemu.stream.values import ValuesError, encode_record
from vmsdl.syntax.format.printer import format_tree

IMPORTED = Path(__file__).parent / "imported"
RELEASES = ("10.0", "11.1")
_DEVICE = r'^device (\w+)(?: as "([^"]+)")? '
EXPRESS = ("-device", "pcie-root-port,id=root", "-device", "qemu-xhci,bus=root")


@dataclass(frozen=True)
class Imported:
    """The folder that streams and a dump were imported to."""

    texts: dict[str, str]
    devices: list[Device]
    problems: list[str]
    dump: dict[str, Any] | None
    modules: dict[str, Compiled] = field(default_factory=dict)

    def read(self, device: Device) -> Any:
        """The state by the first device of its name that writes the same bytes."""
        for file, name in self._find_declared(device.name):
            if file not in self.modules:
                self.modules[file] = compiled_files(self.texts, file)
            with suppress(ValueError):
                state: Any = device.decode(self.modules[file].cls(name))
                if state.encode(subsections="present") == device.data:
                    return state
        raise AssertionError(f"{device.idstr} does not come out again")

    def _find_declared(self, wire_name: str) -> list[tuple[str, str]]:
        found = [(file, re.findall(_DEVICE, text, re.M)) for file, text in self.texts.items()]
        return [
            (file, name)
            for file, devices in found
            for name, given in devices
            if (given or name) == wire_name
        ]

    def export(self) -> dict[str, Any]:
        assert self.dump is not None
        schemas = tuple(read_schema(self.texts, name) for name in self.texts)
        return export.export_dump(schemas, self.dump["vmschkmachine"]["Name"])

    def check(self) -> None:
        """All devices read back, byte for byte, and so does the dump."""
        for device in self.devices:
            self.read(device)
        assert self.dump is None or self.export() == self.dump


def imported(streams: Iterable[Stream], dump: str | bytes | None = None) -> Imported:
    observations = Observations()
    devices: list[Device] = []
    problems: list[str] = []
    for device in (device for stream in streams for device in stream.devices):
        if not device.is_described:
            continue
        try:
            observations.observe(device.record())
            devices.append(device)
        except ValuesError as error:
            problems.append(str(error))
    document = None if dump is None else json.loads(dump)
    merged = None if document is None else merge_dump(observations, document)
    found = observations if merged is None else merged.observations
    texts = {f.name: format_tree(f.tree) for f in write_schemas(found, ["pc"], merged)}
    return Imported(texts, devices, problems, document)


@cache
def recorded(*files: str) -> tuple[Stream, ...]:
    return tuple(Stream(assembled([read(IMPORTED / f"{name}.json")])) for name in files)


def dump_of(release: str) -> str:
    return (IMPORTED / f"dump-{release}.json").read_text(encoding="utf-8")


# Recorded --------------------------------------------------------------------------------------


@pytest.mark.parametrize("release", RELEASES)
def test_null_pointers_before_the_first_that_is_not(release: str) -> None:
    """Pointer 254 of 256: a description that begins with a null has the numbers of its runs."""
    found = imported(recorded(f"s390_css@{release}-s390-one"))
    (device,) = found.devices
    state = found.read(device)
    assert [at for at, image in enumerate(state.css) if image is not None] == [254]
    assert "css: s390_css_img?[256];" in found.texts["s390_css.vmsd"]
    found.check()


def test_markers_belong_to_the_elements_behind_them() -> None:
    """Two of 65 queues are live; both files of queues were seen, with queues and without."""
    found = imported(recorded("nvme@11.1-nvme-idle", "nvme@11.1-nvme-live"), dump_of("11.1"))
    assert "sq: nvme_sq?[sq_length] marked;" in found.texts["nvme.vmsd"]
    assert "aer_queue: list<nvme_async_event version 1> since 1;" in found.texts["nvme.vmsd"]
    idle, live = map(found.read, found.devices)
    assert [None] * 65 == idle.sq
    assert [0, 1, *[None] * 63] == [queue and queue.sqid for queue in live.sq]
    found.check()
    values = found.devices[1].values()
    assert len(values["fields"]["sq"]) == 65
    description = found.devices[1].description
    assert description is not None
    assert encode_record(description, values, "nvme")[0] == found.devices[1].data
    found.check()


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("first", ["conventional", "express"])
def test_conventional_and_express_devices_are_one_struct(release: str, first: str) -> None:
    names = [f"{name}@{release}-q35-conv-express" for name in ("ICH9LPC", "pcie-root-port")]
    found = imported(recorded(*(names if first == "conventional" else names[::-1])))
    text = found.texts["PCIDevice.vmsd"]
    assert text.index('config as "config[0]"') < text.index('config_2 as "config[1]"')
    found.check()
    merged = imported(recorded(*names[::-1]), dump_of(release))
    merged.check()
    assert 1 == sum(text.count("struct PCIDevice") for text in merged.texts.values())
    assert 1 == sum(text.count("\ndevice pcie_root_port ") for text in merged.texts.values())


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_an_array_of_one_element_is_described_as_that_element(
    release: str, order: tuple[int, int]
) -> None:
    streams = recorded(*(f"arm_gicv3@{release}-gic3-{number}" for number in order))
    for dump in (None, dump_of(release)):
        found = imported(streams, dump)
        assert tuple(len(found.read(device).cpu) for device in found.devices) == order
        found.check()


@pytest.mark.parametrize("release", RELEASES)
def test_what_a_codec_of_its_own_writes_last_is_the_rest_of_the_section(release: str) -> None:
    found = imported(recorded(f"virtio-rng@{release}-s390-one"))
    assert 'virtio: opaque "virtio";' in found.texts["virtio_rng.vmsd"]
    found.check()


@pytest.mark.parametrize("release", RELEASES)
def test_a_recorded_dump_goes_round(release: str) -> None:
    found = imported((), dump_of(release))
    assert found.export() == found.dump


# Live ------------------------------------------------------------------------------------------


def saved(*arguments: str, target: str = "x86_64", memory: int = 16) -> Stream:
    machine = Machine("", arguments, memory=memory, target=target)
    if machine.binary is None:
        # The test records a real QEMU, which a machine may not have; `.ci/run` installs it.
        pytest.skip(f"there is no qemu-system-{target} to record")
    return Stream(qemu_machines.saved(machine))


def test_a_real_machine_with_conventional_and_express_devices() -> None:
    stream = saved("-M", "q35", "-device", "e1000", "-device", "e1000e", *EXPRESS)
    other = saved("-M", "pc", "-device", "megasas", "-device", "VGA")
    for streams in ((stream, other), (other, stream)):
        found = imported(streams, qemu_machines.dump("q35"))
        assert found.problems == []
        found.check()
        assert 1 == sum(text.count("struct PCIDevice") for text in found.texts.values())


def test_a_real_machine_with_one_processor_and_with_two() -> None:
    kind = ("-M", "virt,gic-version=3", "-cpu", "cortex-a57")
    streams = [saved(*kind, "-smp", number, target="aarch64") for number in ("1", "2")]
    found = imported(streams)
    assert found.problems == []
    found.check()


def test_a_real_mainframe() -> None:
    """Before 10.0 the description of `css` is wrong: it claims 256 pointers that are null."""
    stream = saved("-M", "s390-ccw-virtio", "-device", "virtio-rng-ccw", target="s390x", memory=64)
    found = imported([stream], qemu_machines.dump("s390-ccw-virtio", "s390x"))
    release = qemu_machines.release() if qemu.BINARY else None
    is_described_wrongly = release is not None and int(release.partition(".")[0]) < 10
    assert len(found.problems) == int(is_described_wrongly)
    found.check()
