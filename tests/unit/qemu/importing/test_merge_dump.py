"""A dump merged into what streams showed: types from the one, versions and tests from the other."""

from typing import Any

import pytest

from tests.support.dumps import DUMP, entry
from tests.support.pipeline import compiled_files
from tests.support.streams import assembled, recorded_sets
from vmsdl.diagnostics.diagnostic import Severity
from vmsdl.driver import load_source
from vmsdl.qemu import Stream
from vmsdl.qemu.export import export_dump
from vmsdl.qemu.importing.dump_json import DumpError
from vmsdl.qemu.importing.merge_dump import MergedDump, merge_dump
from vmsdl.qemu.importing.observe import Observations
from vmsdl.qemu.importing.write_schema import write_schemas
from vmsdl.qemu.stream.load_target import make_load_target
from vmsdl.qemu.stream.values import decode_record
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_source, format_tree

# What a stream says of the card of the synthetic dump: no express configuration, nothing gone.
FIFO = {
    "vmsd_name": "Fifo8",
    "version": 1,
    "fields": [
        {"name": "data", "type": "buffer", "size": 4},
        {"name": "head", "type": "uint32", "size": 4},
    ],
}
CARD: dict[str, Any] = {
    "name": "card",
    "instance_id": 0,
    "vmsd_name": "card",
    "version": 3,
    "fields": [
        {"name": "config[0]", "type": "pci config", "size": 256},
        {"name": "regs[0].x", "array_len": 4, "type": "uint16", "size": 2},
        {"name": "unused[0]", "type": "unused_buffer", "size": 28},
        {"name": "fifo", "array_len": 2, "type": "struct", "struct": FIFO, "size": 8},
        {"name": "class", "type": "bool", "size": 1},
        {
            "name": "irq",
            "type": "struct",
            "struct": {
                "vmsd_name": "timer",
                "version": 1,
                "fields": [{"name": "limit", "type": "int64", "size": 8}],
            },
            "size": 8,
        },
    ],
    "subsections": [
        {
            "vmsd_name": "card/new-one",
            "version": 2,
            "fields": [{"name": "x", "type": "int32", "size": 4}],
        }
    ],
}
BODY = (
    bytes(256)
    + bytes.fromhex("0001 0002 0003 0004")
    + bytes(28)
    + bytes.fromhex("aabbccdd 00000001 eeff0011 00000002 01 0000000000000007")
    + b"\x05\x0ccard/new-one"
    + bytes.fromhex("00000002 00000009")
)


def observed(*descriptions: tuple[dict[str, Any], bytes]) -> Observations:
    observations = Observations()
    for description, body in descriptions:
        record = decode_record(description, memoryview(body), 0, len(body), description["name"])
        observations.observe(record)
    return observations


def texts_of(merged: MergedDump) -> dict[str, str]:
    files = write_schemas(merged.observations, ["pc-i440fx-7.2"], merged)
    return {file.name: format_tree(file.tree) for file in files}


def schemas_of(texts: dict[str, str]) -> tuple[Schema, ...]:
    schemas: list[Schema] = []
    for name, text in texts.items():
        outcome = load_source(SourceFile(name, text), lambda path: SourceFile(path, texts[path]))
        errors = [d.message for d in outcome.diagnostics if d.severity is Severity.ERROR]
        assert errors == [], text
        assert outcome.value is not None
        schemas.append(outcome.value)
    return tuple(schemas)


def test_types_are_the_streams_and_the_rest_is_the_dumps() -> None:
    texts = texts_of(merge_dump(observed((CARD, BODY)), DUMP))
    assert """\
@recorded
@qom("card-a", "card-b")
device card version 3 minimum 2 {
    config: opaque "pci config"[256] if extern;
    config_2 as "config": opaque[4096] if extern;
    regs_0_x as "regs[0].x": u16[4] since 2;
    @version(4)
    gone: opaque[2][16] if extern;
    unused[28];
    unused: opaque[4] if extern;
    late: opaque[1] since 5;
""" in texts["card.vmsd"]
    assert "class: bool;" in texts["card.vmsd"]
    assert 'subsection old as "card_old"' in texts["card.vmsd"]
    assert "        x: i32 since 2;\n" in texts["card.vmsd"]


def test_a_length_that_the_dump_does_not_know_stays_open() -> None:
    texts = texts_of(merge_dump(observed((CARD, BODY)), DUMP))
    assert "local data_length: u32 = 4;" in texts["Fifo8.vmsd"]
    assert "data: bytes[data_length] since 1;" in texts["Fifo8.vmsd"]


def test_devices_that_no_stream_showed_are_those_of_the_dump() -> None:
    texts = texts_of(merge_dump(observed((CARD, BODY)), DUMP))
    assert {"card.vmsd", "other.vmsd", "stuck.vmsd", "machine.vmsd"} <= set(texts)
    assert "unmigratable;" in texts["stuck.vmsd"]


def test_the_dump_comes_back() -> None:
    for observations in (Observations(), observed((CARD, BODY))):
        merged = merge_dump(observations, DUMP)
        assert export_dump(schemas_of(texts_of(merged)), "pc-i440fx-7.2") == DUMP


def test_a_dump_without_array_counts_comes_back() -> None:
    regs = {"field": "regs", "version_id": 0, "field_exists": False, "size": 2}
    description = {"name": "x", "version_id": 1, "minimum_version_id": 1, "Fields": [regs]}
    dump = {"vmschkmachine": {"Name": "pc"}, **entry("x", description)}
    seen = {"name": "regs", "array_len": 4, "type": "uint16", "size": 2}
    observations = observed(
        ({"name": "x", "vmsd_name": "x", "version": 1, "fields": [seen]}, bytes(8))
    )
    texts = texts_of(merge_dump(observations, dump))
    assert "regs: u16[4];" in texts["x.vmsd"]
    assert export_dump(schemas_of(texts), "pc") == dump


def test_what_it_writes_is_in_the_canonical_layout() -> None:
    for name, text in texts_of(merge_dump(observed((CARD, BODY)), DUMP)).items():
        assert text == format_source(SourceFile(name, text)).value


def test_a_device_that_is_in_no_dump_is_exported_in_none() -> None:
    clock = {"name": "clock", "vmsd_name": "clock", "version": 1, "fields": []}
    merged = merge_dump(observed((clock, b""), (CARD, BODY)), DUMP)
    texts = texts_of(merged)
    assert "@recorded\n@qom\ndevice clock" in texts["clock.vmsd"]
    assert export_dump(schemas_of(texts), "pc-i440fx-7.2") == DUMP


def test_of_two_bodies_of_one_name_the_one_that_has_what_was_seen_is_taken() -> None:
    one = {"name": "card", "version_id": 3, "minimum_version_id": 3, "Fields": []}
    dump = {**entry("small", one), **DUMP}
    merged = merge_dump(observed((CARD, BODY)), dump)
    texts = texts_of(merged)
    assert '@qom("card-a", "card-b")\ndevice card version 3 minimum 2' in texts["card.vmsd"]
    assert '@qom("small")\ndevice card_2 as "card" version 3' in texts["card.vmsd"]
    assert export_dump(schemas_of(texts), "pc-i440fx-7.2") == dump
    assert merged.notes == ()


def test_another_version_is_said_and_both_are_kept() -> None:
    merged = merge_dump(observed(({**CARD, "version": 4}, BODY)), DUMP)
    (note,) = merged.notes
    assert "card version 4 differs from the dump (version 3)" in note
    text = texts_of(merged)["card.vmsd"]
    assert "device card version 4 minimum 0" in text
    assert 'device card_2 as "card" version 3 minimum 2' in text
    assert export_dump(schemas_of(texts_of(merged)), "pc-i440fx-7.2") == DUMP


def test_an_array_that_had_no_elements_has_a_length_of_its_own() -> None:
    slots = {"field": "slots", "version_id": 0, "field_exists": False, "size": 8}
    last = {"field": "last", "version_id": 0, "field_exists": False, "size": 1}
    names = {"name": "x", "version_id": 1, "minimum_version_id": 1}
    dump = {"vmschkmachine": {"Name": "pc"}, **entry("x", {**names, "Fields": [slots, last]})}
    seen = {"name": "last", "type": "uint8", "size": 1}
    observations = observed(
        ({"name": "x", "vmsd_name": "x", "version": 1, "fields": [seen]}, b"\x07")
    )
    texts = texts_of(merge_dump(observations, dump))
    assert "local slots_length: u32 = 0;" in texts["x.vmsd"]
    cls: Any = compiled_files(texts, "x.vmsd").cls("x")
    assert cls.decode(b"\x07").last == 7
    assert export_dump(schemas_of(texts), "pc") == dump


def test_a_merged_schema_reads_the_stream_it_was_made_of() -> None:
    texts = texts_of(merge_dump(observed((CARD, BODY)), DUMP))
    cls: Any = compiled_files(texts, "card.vmsd").cls("card")
    record = decode_record(CARD, memoryview(BODY), 0, len(BODY), "card")
    state = cls.decode(BODY, base=make_load_target(cls, record))
    assert state.gone is None
    assert list(state.regs_0_x) == [1, 2, 3, 4]
    assert state.encode() == BODY


@pytest.mark.parametrize("dump", [None, [], {"vmschkmachine": 1}])
def test_what_is_no_dump_is_refused(dump: object) -> None:
    with pytest.raises(DumpError):
        merge_dump(Observations(), dump)


def test_a_dump_of_nothing_that_was_seen_changes_no_type() -> None:
    observations = Observations()
    for device in Stream(assembled(recorded_sets()["7.2-pc52-ide"])).devices:
        observations.observe(device.record())
    plain = {f.name: format_tree(f.tree) for f in write_schemas(observations, ["pc"])}
    texts = texts_of(merge_dump(observations, DUMP))
    assert plain["mc146818rtc.vmsd"] == texts["mc146818rtc.vmsd"].replace("@qom\n", "")
