"""Schemas learned from streams: typed, and honest about what was not seen."""

import re
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
from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, decode_record
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


# Small descriptions ----------------------------------------------------------------------------


def observed(*devices: tuple[dict[str, Any], bytes]) -> str:
    """The only file for sections of one device."""
    observations = Observations()
    for description, body in devices:
        observations.observe(decode_record(description, memoryview(body), 0, len(body), "d"))
    return "".join(format_tree(file.tree) for file in write_schemas(observations, []))


def device(*fields: dict[str, Any], subsections: Iterable[str] = ()) -> dict[str, Any]:
    inner = [
        {"vmsd_name": f"d/{name}", "version": 1, "fields": [{**BYTE, "name": name}]}
        for name in subsections
    ]
    found: dict[str, Any] = {"vmsd_name": "d", "version": 1, "fields": list(fields)}
    return {**found, "subsections": inner} if inner else found


BYTE = {"name": "x", "type": "uint8", "size": 1}


def sent(names: str) -> bytes:
    return b"".join(bytes((5, 3)) + f"d/{name}".encode() + bytes(5) for name in names)


@pytest.mark.parametrize("parts", [("ac", "ab", "bc"), ("bc", "ab", "ac"), ("c", "bc", "ab")])
def test_subsections_are_in_the_order_of_the_wire(parts: tuple[str, ...]) -> None:
    text = observed(*((device(subsections=part), sent(part)) for part in parts))
    assert re.findall(r"subsection (\w)", text) == ["a", "b", "c"]


@pytest.mark.parametrize("marker", ["nullptr", "ptr-marker"])
@pytest.mark.parametrize(
    ("there", "counts"),
    [
        ("0010", (2, 1, 1)),  # each entry has the number of its run
        ("0001", (3, 1)),
        ("1001", (4, 2, 1)),  # the first entry has the number of all
        ("1000", (4, 3)),
        ("0111", (1, 3)),
        ("1111", (4,)),
    ],
)
def test_runs_of_pointers(marker: str, there: str, counts: tuple[int, ...]) -> None:
    """As QEMU 10.0 describes them: a run of its own wherever null and there alternate."""
    inner = {"vmsd_name": "e", "version": 1, "fields": [BYTE]}
    null = {"name": "p", "type": marker, "size": 1}
    element = {"name": "p", "type": "struct", "struct": inner, "size": 1}
    kinds = [run[0] for run in re.findall(r"0+|1+", there)]
    fields = [
        {**(element if kind == "1" else null), **({"array_len": count} if count > 1 else {})}
        for kind, count in zip(kinds, counts, strict=True)
    ]
    body = bytes(0x07 if kind == "1" else 0x30 for kind in there)
    record = decode_record(device(*fields), memoryview(body), 0, len(body), "d")
    (elements,) = record.fields
    assert isinstance(elements, DecodedElements)
    found = "".join("1" if isinstance(one, DecodedRecord) else "0" for one in elements.elements)
    assert found == there
    assert ("p: e?[4];" if "0" in there else "p: e[4];") in observed((device(*fields), body))


def test_a_codec_of_its_own_has_a_free_length_but_at_the_end() -> None:
    def described(size: int) -> tuple[dict[str, Any], bytes]:
        own = {"name": "own", "type": "msix state", "size": size}
        last = {"name": "last", "type": "virtio", "size": size}
        return device(own, BYTE, last), bytes(2 * size + 1)

    text = observed(described(3), described(5))
    assert 'own: opaque "msix state"[own_length];' in text
    assert 'last: opaque "virtio";' in text


def test_pointers_that_one_stream_has_and_another_has_not() -> None:
    inner = {"vmsd_name": "e", "version": 1, "fields": [BYTE]}
    marker = {"name": "p", "type": "ptr-marker", "size": 1}
    element = {"name": "p", "type": "struct", "struct": inner, "size": 1}
    idle = device(marker, marker), b"00"
    live = device(marker, element, marker), b"1\x070"
    for both in ((idle, live), (live, idle)):
        assert "p: e?[2] marked;" in observed(*both)


def test_two_layouts_of_a_struct_are_two_layouts_of_what_embeds_it() -> None:
    def described(size: int) -> tuple[dict[str, Any], bytes]:
        value = {"name": "x", "type": f"uint{8 * size}", "size": size}
        inner = {"vmsd_name": "e", "version": 1, "fields": [value]}
        return device({"name": "s", "type": "struct", "struct": inner, "size": size}), bytes(size)

    text = observed(described(1), described(2), described(1))
    assert re.findall(r"s: (\w+);", text) == ["e", "e_state"]
