"""Schemas learned from streams: typed, and honest about what was not seen."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.support.pipeline import Compiled, compiled_files
from tests.support.recorded_sections import Recorded
from tests.support.streams import assembled, recorded_sets
from vmsdl.qemu import Stream
from vmsdl.qemu.importing.observe import Observations
from vmsdl.qemu.importing.write_schema import write_schemas
from vmsdl.qemu.stream.load_target import make_load_target
from vmsdl.qemu.stream.values import decode_record
from vmsdl.syntax.format.printer import format_tree

RELEASES = ("5.2", "7.2", "10.0", "11.1")


def learned(sets: Iterable[Iterable[Recorded]]) -> dict[str, str]:
    observations = Observations()
    for sections in sets:
        for device in Stream(assembled(sections)).devices:
            observations.observe(device.record())
    return {file.name: format_tree(file.tree) for file in write_schemas(observations, ["pc"])}


def of_release(release: str) -> list[tuple[Recorded, ...]]:
    return [sections for sections in recorded_sets().values() if sections[0].release == release]


@pytest.fixture(scope="module", params=RELEASES)
def release(request: pytest.FixtureRequest) -> tuple[str, dict[str, str]]:
    """A release, and the folder learned from all its streams."""
    return request.param, learned(of_release(request.param))


def test_types_lengths_and_rules_are_those_of_the_description() -> None:
    text = learned([recorded_sets()["7.2-pc52-ide"]])
    assert "nirq: i32 equal;" in text["PCIBUS.vmsd"]
    assert "irq_count: i32[4];" in text["PCIBUS.vmsd"]
    assert "version_id: i32 bounded;" in text["PCIDevice.vmsd"] + text["ide.vmsd"]
    assert "unused[28];" in text["mc146818rtc.vmsd"]
    assert "periodic_timer: timer;" in text["mc146818rtc.vmsd"]


def test_a_length_that_varies_is_given_by_the_embedder() -> None:
    text = learned([recorded_sets()["10.0-pc52-esp"]])["pciespscsi.vmsd"]
    assert "fifo: Fifo8 with data_length = 16;" in text
    assert "cmdfifo: Fifo8 with data_length = 32;" in text


def test_what_only_some_had_is_extern() -> None:
    text = learned(of_release("7.2"))["ide.vmsd"]
    assert "identify_data: bytes[512] if extern;" in text
    assert "subsection pio_state version 1 minimum 0 needed extern" in text


def test_names_do_not_hang_on_what_was_seen() -> None:
    assert "config as" in learned([recorded_sets()["7.2-pc52-ide"]])["PCIDevice.vmsd"]
    field = {"name": "config[1]", "type": "uint8", "size": 1}
    described = {"vmsd_name": "x", "version": 1, "fields": [field]}
    observations = Observations()
    observations.observe(decode_record(described, memoryview(b"\0"), 0, 1, "x"))
    (file,) = write_schemas(observations, [])
    assert 'config_2 as "config[1]": u8;' in format_tree(file.tree)


def test_modules_from_streams_read_other_streams_of_that_version(
    release: tuple[str, dict[str, str]],
) -> None:
    """Every device of every set; the stream's description tells what bytes alone do not."""
    name, texts = release
    modules: dict[str, Compiled] = {}
    read: set[str] = set()
    for sections in of_release(name):
        for device in Stream(assembled(sections)).devices:
            file = f"{device.name}.vmsd"
            if file not in modules:
                modules[file] = compiled_files(texts, file)
            cls: Any = modules[file].cls(device.name)
            state = device.decode(cls)
            assert device.data == state.encode(), device.idstr
            read.add(device.name)
    assert "ide" in read
    assert len(read) >= 9


def test_identify_data_is_there_where_the_description_has_it() -> None:
    """`extern`: with and without, by one class, beside each other in one section."""
    texts = learned(of_release("7.2"))
    cls: Any = compiled_files(texts, "ide.vmsd").cls("ide")
    lengths = set()
    for sections in of_release("7.2"):
        for device in Stream(assembled(sections)).devices:
            if device.name == "ide":
                for drive in device.decode(cls).bus_0_ifs:
                    lengths.add(None if drive.identify_data is None else len(drive.identify_data))
    assert lengths == {None, 512}


def test_null_pointers_and_lengths_are_the_descriptions() -> None:
    text = """
        struct slot version 1 { number: u8; }
        device card version 1 {
            local length: u32 = 2;
            slots: slot?[3];
            data: bytes[length];
            last: u8;
        }
    """
    slot = {"vmsd_name": "slot", "version": 1}
    slot["fields"] = [{"name": "number", "type": "uint8", "size": 1}]
    described = {
        "vmsd_name": "card",
        "version": 1,
        "fields": [
            {"name": "slots", "type": "nullptr", "size": 1},
            {"name": "slots", "type": "struct", "struct": slot, "size": 1},
            {"name": "slots", "type": "ptr-marker", "size": 1},
            {"name": "data", "type": "buffer", "size": 4},
            {"name": "last", "type": "uint8", "size": 1},
        ],
    }
    body = b"\x30\x07\x30\1\2\3\4\5"
    cls: Any = compiled_files({"card.vmsd": text}, "card.vmsd").cls("card")
    record = decode_record(described, memoryview(body), 0, len(body), "card")
    state = cls.decode(body, base=make_load_target(cls, record))
    assert [slot and slot.number for slot in state.slots] == [None, 7, None]
    assert (state.data, state.last) == (b"\1\2\3\4", 5)
    assert body == state.encode()


def test_a_class_that_bytes_alone_decide_needs_no_receiver() -> None:
    texts = learned([recorded_sets()["7.2-pc52-ide"]])
    cls: Any = compiled_files(texts, "mc146818rtc.vmsd").cls("mc146818rtc")
    device = Stream(assembled(recorded_sets()["7.2-pc52-ide"])).device("mc146818rtc")
    assert device.receiver(cls) is None
