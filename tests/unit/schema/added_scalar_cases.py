"""What an added scalar can do. `test_scalar_row.py` runs this with one more row in the table."""

import struct
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.test_vectors import test_generated, test_interpreter
from tests.support.pipeline import Compiled, compiled
from tests.support.reports import of_texts
from tests.support.vectors import in_file
from vmsdl.build.in_memory import import_schema
from vmsdl.diff.byte_map.align import align_layouts
from vmsdl.diff.report import Report
from vmsdl.driver import load_text
from vmsdl.qemu.export import export_dump
from vmsdl.qemu.importing.import_dump import import_dump
from vmsdl.qemu.importing.observe import Observations
from vmsdl.qemu.importing.write_schema import write_schemas
from vmsdl.qemu.stream.values import decode_record, encode_record, to_json
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_tree
from vmsdl.syntax.parser import parse

SCHEMA = """
device d version 2 {
    n: u8;
    level: f32;
    gain: f32 = 2 if n > 1;
    curve: f32[n];
    fixed: f32[2];
}
"""
VECTORS = """
schema:
    device d { n: u8; level: f32; curve: f32[n]; }

case: numbers and an array
value: {"n": 2, "level": 1.5, "curve": [0.25, -2.0]}
bytes: 02 3fc00000 3e800000 c0000000

case: what is not finite stands as hex digits
value: {"n": 0, "level": "7f800000", "curve": []}
bytes: 00 7f800000

case: it is cut
bytes: 00 3fc0
refused: truncated d.level at 1

case: too large
value: {"n": 0, "level": 1e300, "curve": []}
refused: out-of-range d.level
"""


@pytest.fixture(scope="module")
def made() -> Compiled:
    return compiled(SCHEMA)


def codes(text: str) -> set[str]:
    return {diagnostic.code.slug for diagnostic in load_text(text).diagnostics}


def compared(old: str, new: str) -> Report:
    return of_texts(f"device d {{ {old} }}", f"device d {{ {new} }}")


def test_it_is_parsed_and_printed() -> None:
    tree = parse(SourceFile("d.vmsd", "device d { a: f32; }")).value
    assert tree is not None
    assert format_tree(tree) == "device d {\n    a: f32;\n}\n"


def test_it_is_still_a_name_elsewhere() -> None:
    assert codes("device d { f32: f32; }") == set()


def test_it_is_checked_as_a_float() -> None:
    assert codes('device d { a: f32; validate a + 1 > 0, "x"; }') == {"operand-not-integer"}
    assert codes("device d { a: f32 equal; }") == {"equal-not-scalar"}
    assert codes("device d { a: f32 bounded; }") == {"bounded-not-integer"}
    assert "unexpected-token" in codes("enum E: f32 { a = 0; }")


def test_a_name_of_another_language_is_told() -> None:
    (found,) = load_text("device d { a: float32; }").diagnostics
    assert found.help == "write `f32`"


def test_its_annotation_and_zero_are_python_s(made: Compiled) -> None:
    text = made.texts["case"]
    assert "level: float" in text
    assert "array[float]" in text
    assert 'Float(code="f")' in text
    d = made.cls("d")()
    assert (d.level, type(d.level)) == (0.0, float)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_it_goes_round_by_both_codecs(made: Compiled, n: int) -> None:
    data = bytes([n]) + struct.pack(">f", 0.5) + (struct.pack(">f", 3.0) if n > 1 else b"")
    data += struct.pack(f">{n}f", *range(n)) + struct.pack(">2f", 7, 8)
    cls: Any = made.cls("d")
    d = cls.decode(data)
    assert (d.level, list(d.curve), list(d.fixed)) == (0.5, [float(i) for i in range(n)], [7, 8])
    assert d.gain == (3.0 if n > 1 else 2.0)
    assert d.encode() == data
    assert cls.from_dict(d.to_dict()).encode() == data


def test_the_conformance_vectors_hold_for_it(tmp_path: Path) -> None:
    path = tmp_path / "added.txt"
    path.write_text(VECTORS)
    found = list(in_file(path))
    assert len(found) == 4
    for vector in found:
        test_interpreter(vector)
        test_generated(vector)


def test_it_is_compared() -> None:
    (finding,) = compared("a: f32;", "a: u32;").findings
    assert finding.rule == "type-changed"
    assert finding.message == "type of `a` changed from `f32` to `u32`"
    (finding,) = compared("a: f32;", "a: f64;").findings
    assert finding.rule == "width-changed"
    assert compared("a: f32; b: f32[4];", "a: f32; b: f32[4];").findings == ()


def test_it_is_drawn_in_the_byte_map() -> None:
    found = align_layouts(compared("a: f32; b: u8;", "a: f32; c: f32; b: u8;").devices[0], None)
    assert found is not None
    rows = [line.new for fold in found.folds for line in fold.lines if line.new is not None]
    assert [(row.name, row.type, row.size) for row in rows if row.type][:2] == [
        ("a", "f32", 4),
        ("c", "f32", 4),
    ]


def test_a_dump_has_its_size() -> None:
    schema = load_text("device d { a: f32; b: f32[3]; }").value
    assert schema is not None
    dump = export_dump((schema,), "pc")
    assert [each["size"] for each in dump["d"]["Description"]["Fields"]] == [4, 4]
    files = {file.name: format_tree(file.tree) for file in import_dump(dump, "dump.json")}
    assert "a: opaque[4];" in files["d.vmsd"]  # a dump has no types


def test_a_stream_tells_its_value_and_its_type() -> None:
    field = {"name": "a", "type": "CPU_Float_U", "size": 4}
    described = {"vmsd_name": "x", "version": 1, "fields": [field]}
    data = struct.pack(">f", 1.5)
    record = decode_record(described, memoryview(data), 0, 4, "x")
    values = to_json(record)
    assert values == {"fields": {"a": 1.5}}
    assert encode_record(described, values, "x")[0] == data
    observations = Observations()
    observations.observe(record)
    (file,) = write_schemas(observations, [])
    assert "a: f32;" in format_tree(file.tree)


def test_it_is_replayed() -> None:
    schema = load_text("device d { a: f32; }").value
    assert schema is not None
    cls = import_schema(schema).find_class("d")
    assert cls.decode(struct.pack(">f", 2.5)).a == 2.5
