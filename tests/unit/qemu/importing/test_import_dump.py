"""Dumps to schemas and back: nothing is lost."""

import json
from typing import Any

import pytest

from tests.support.dumps import DUMP, FIFO, STUCK, entry
from vmsdl.diagnostics.diagnostic import Severity
from vmsdl.driver import load_source
from vmsdl.qemu.export import ExportError, export_dump
from vmsdl.qemu.importing.dump_json import DumpError
from vmsdl.qemu.importing.import_dump import import_dump
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_source, format_tree


def schemas_of(dump: object) -> dict[str, Schema]:
    texts = {
        file.name: SourceFile(file.name, format_tree(file.tree))
        for file in import_dump(dump, "x.json")
    }
    schemas: dict[str, Schema] = {}
    for name, source in texts.items():
        outcome = load_source(source, lambda path: texts[path])
        errors = [d.message for d in outcome.diagnostics if d.severity is Severity.ERROR]
        assert errors == [], source.text
        assert outcome.value is not None
        schemas[name] = outcome.value
    return schemas


def test_a_dump_goes_round() -> None:
    assert export_dump(tuple(schemas_of(DUMP).values())) == DUMP


def test_what_it_writes_is_in_the_canonical_layout() -> None:
    for file in import_dump(DUMP, "x.json"):
        text = format_tree(file.tree)
        assert text == format_source(SourceFile(file.name, text)).value


def test_a_shared_struct_has_a_file_of_its_own() -> None:
    files = {file.name: format_tree(file.tree) for file in import_dump(DUMP, "x.json")}
    assert {"Fifo8.vmsd", "card.vmsd", "machine.vmsd", "other.vmsd", "stuck.vmsd"} == set(files)
    assert 'import "Fifo8.vmsd";' in files["card.vmsd"]
    assert 1 == sum("struct Fifo8" in text for text in files.values())


def test_a_dump_reads_as_a_person_would_write_it() -> None:
    files = {file.name: format_tree(file.tree) for file in import_dump(DUMP, "x.json")}
    assert """\
@recorded
@qom("card-a", "card-b")
device card version 3 minimum 2 {
    config: opaque[256] if extern;
    config_2 as "config": opaque[4096] if extern;
    regs_0_x as "regs[0].x": opaque[4][2] since 2;
    @version(4)
    gone: opaque[2][16] if extern;
    unused[28];
""" in files["card.vmsd"]
    assert "    unmigratable;\n" in files["stuck.vmsd"]
    assert 'subsection new_one as "card/new-one" version 2 minimum 1' in files["card.vmsd"]


@pytest.mark.parametrize(
    ("dump", "words"),
    [
        (None, "vmschkmachine"),
        ([], "vmschkmachine"),
        ({"vmschkmachine": {}}, '"Name" is missing'),
        ({"vmschkmachine": {"Name": "x"}, "a": 1}, "a: expected an object"),
        ({**DUMP, "bad": {"Name": "bad"}}, '"version_id" is missing'),
        ({**DUMP, **entry("bad", {**STUCK, "Fields": 3})}, '"Fields" is not a list'),
        ({**DUMP, **entry("bad", {**STUCK, "Fields": [{"field": "x"}]})}, "bad: stuck"),
        (
            {
                **DUMP,
                **entry("bad", {**STUCK, "Fields": [{**FIFO["Fields"][0], "size": -1}]}),  # type: ignore[index]
            },
            '"size" is not a number from 0 to 2147483647',
        ),
        (
            {
                **DUMP,
                **entry("bad", {**STUCK, "Fields": [{**FIFO["Fields"][0], "num": "x"}]}),  # type: ignore[index]
            },
            '"num" is missing or not of type int',
        ),
        (
            {**DUMP, **entry("bad", {**STUCK, "version_id": 1 << 31})},
            '"version_id" is not a number',
        ),
        ({**DUMP, **entry("bad", {**STUCK, "version_id": float("nan")})}, "not of type int"),
        (
            {**DUMP, **entry("bad", {**STUCK, "version_id": 1, "minimum_version_id": 2})},
            '"minimum_version_id" is above "version_id"',
        ),
        ({**DUMP, **entry("bad", {**STUCK, "name": "\ud800"})}, "half of a surrogate pair"),
        ({**DUMP, **entry("bad", {**STUCK, "name": "n" * 256})}, "longer than 255 bytes"),
    ],
)
def test_what_is_no_dump_is_refused(dump: object, words: str) -> None:
    with pytest.raises(DumpError) as caught:
        import_dump(dump, "x.json")
    assert words in str(caught.value)


def test_descriptions_without_end_are_refused() -> None:
    deep: dict[str, Any] = dict(STUCK)
    for _ in range(100):
        inner = {"field": "x", "version_id": 0, "field_exists": False, "size": 1}
        deep = {**STUCK, "Fields": [{**inner, "Description": deep}]}
    with pytest.raises(DumpError, match="64 levels deep"):
        import_dump({**DUMP, **entry("deep", deep)}, "x.json")


def test_a_dump_is_made_for_one_machine_type() -> None:
    schemas = schemas_of(DUMP)
    del schemas["machine.vmsd"]
    with pytest.raises(ExportError, match="none is declared"):
        export_dump(tuple(schemas.values()))
    assert DUMP == export_dump(tuple(schemas.values()), "pc-i440fx-7.2")


def test_typed_schemas_export_with_their_sizes_on_the_wire() -> None:
    text = """
        device clock version 2 minimum 1 { a: u8[16]; b: u64 since 2; c: bool; d: timer; }
        machine "pc" {}
    """
    outcome = load_source(SourceFile("clock.vmsd", text), lambda path: SourceFile(path, ""))
    assert outcome.value is not None
    fields = export_dump((outcome.value,))["clock"]["Description"]["Fields"]
    expected = [("a", 0, 16, 1), ("b", 2, None, 8), ("c", 0, None, 1), ("d", 0, None, 8)]
    assert expected == [(f["field"], f["version_id"], f.get("num"), f["size"]) for f in fields]


def test_the_dump_is_json() -> None:
    assert DUMP == json.loads(json.dumps(export_dump(tuple(schemas_of(DUMP).values()))))


def exported(text: str) -> list[dict[str, Any]]:
    """The fields of the device `d` in the dump of a schema."""
    outcome = load_source(SourceFile("d.vmsd", text), lambda path: SourceFile(path, ""))
    assert outcome.value is not None
    fields: list[dict[str, Any]] = export_dump((outcome.value,), "pc")["d"]["Description"]["Fields"]
    return fields


def test_lengths_written_as_arithmetic_have_sizes() -> None:
    fields = exported("""
        const N = 4;
        struct e { x: u16[N - 2]; unused[N]; }
        device d {
            a: bytes[2 * N]; b: u32[2 * 4]; unused[N / 2]; c: opaque "q"[2 * 3]; e: e[1 + 1];
        }
    """)
    assert [(8, None), (4, 8), (2, None), (6, None), (8, 2)] == [
        (field["size"], field.get("num")) for field in fields
    ]


def test_lists_and_maps_have_the_description_of_their_elements() -> None:
    fields = exported("""
        struct e version 2 minimum 1 { x: u8; y: u16 since 2; }
        device d version 2 { l: list<e version 1>; m: map<u64, e> since 2; }
    """)
    assert [("e", 1), ("e", 2)] == [
        (field["Description"]["name"], field["version_id"]) for field in fields
    ]


def test_fields_of_what_cannot_migrate_are_exported() -> None:
    assert ["x"] == [field["field"] for field in exported("device d { unmigratable; x: u32; }")]


def test_an_array_of_no_size_goes_round() -> None:
    """VMSTATE_TIMER_PTR_ARRAY: their number is known, their size in memory is not."""
    timers = {"field": "timer", "version_id": 0, "field_exists": False, "num": 2, "size": 0}
    last = {"field": "last", "version_id": 0, "field_exists": False, "size": 1}
    names = {"name": "x", "version_id": 1, "minimum_version_id": 1}
    dump = {"vmschkmachine": {"Name": "pc"}, **entry("x", {**names, "Fields": [timers, last]})}
    assert export_dump(tuple(schemas_of(dump).values())) == dump
