"""What a tree means: names, types and values as they stand in the schema."""

import pytest

from vmsdl.analysis.build import build_schema
from vmsdl.analysis.let_expansion import list_operands_first
from vmsdl.analysis.load import LoadedFile, LoadedProgram
from vmsdl.diagnostics.diagnostic import Severity, StageResult
from vmsdl.expr import nodes as e
from vmsdl.schema import types as t
from vmsdl.schema.description import Description, Field, Schema
from vmsdl.source import SourceFile
from vmsdl.syntax.parser import parse


def outcome(text: str) -> StageResult[Schema]:
    return parse(SourceFile("test.vmsd", text)).then(
        lambda tree: build_schema(LoadedProgram((LoadedFile(tree),)))
    )


def schema(text: str) -> Schema:
    result = outcome(text)
    assert result.value is not None, [d.message for d in result.diagnostics]
    return result.value


def device(members: str, rest: str = "") -> Description:
    return schema(f"device d version 3 minimum 1 {{ {members} }} {rest}").descriptions["d"]


def field(name: str, members: str, rest: str = "") -> Field:
    return next(f for f in device(members, rest).fields if f.name == name)


def condition(written: str, members: str = "", rest: str = "") -> e.Expr:
    found = field("last", f"x: u8; {members} last: u8 if {written};", rest).condition
    assert found is not None
    assert not isinstance(found, e.Extern)
    return found


def errors(text: str) -> list[tuple[str, str]]:
    return [
        (d.code.slug, d.span.text)
        for d in outcome(text).diagnostics
        if d.severity is Severity.ERROR
    ]


def literal(value: int) -> e.Literal:
    return e.Literal(type=e.IntValue(value, value), value=value)


# Types ------------------------------------------------------------------------------------------

POINT = "struct point { x: u8; }"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("u8[2]", t.Array(t.Scalar("u8"), literal(2))),
        ("u16[2][3]", t.Array(t.Array(t.Scalar("u16"), literal(3)), literal(2))),
        ("bytes[2]", t.Bytes(literal(2))),
        ("bytes[4][2]", t.Array(t.Bytes(literal(2)), literal(4))),
        ("bitmap[4][2]", t.Array(t.Bitmap(literal(2)), literal(4))),
        ('opaque "x"[4][2]', t.Array(t.Opaque("x", literal(2)), literal(4))),
        ("blob[4]", t.Array(t.Blob(), literal(4))),
        ("opaque", t.Opaque(None, None)),
        ("point?[2]", t.Array(t.StructType("point"), literal(2), nullable=True)),
        (
            "point?[2][3]",
            t.Array(t.Array(t.StructType("point"), literal(3), nullable=True), literal(2)),
        ),
        ("bytes?[2][3]", t.Array(t.Bytes(literal(3)), literal(2), nullable=True)),
        (
            "u8?[2][3] marked",
            t.Array(t.Array(t.Scalar("u8"), literal(3), nullable=True, marked=True), literal(2)),
        ),
        ("point version 1", t.StructType("point", 1)),
        ("list<point version 1>", t.ListType(t.StructType("point", 1))),
        ("map<u64, point>", t.MapType(None, t.StructType("point"))),
        ("map<point, point>", t.MapType(t.StructType("point"), t.StructType("point"))),
    ],
)
def test_type(written: str, meant: t.Type) -> None:
    assert field("f", f"f: {written};", POINT).type == meant


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("u8[2]", e.BytesValue()),
        ("u8[2][3]", e.SequenceValue(e.BytesValue())),
        ("u8?[2]", e.SequenceValue(e.IntValue(0, 255), nullable=True)),
        ("bytes[4][2]", e.SequenceValue(e.BytesValue())),
        ("bitmap[9]", e.BitmapValue()),
        ("i16[2]", e.SequenceValue(e.IntValue(-0x8000, 0x7FFF))),
        ("list<point>", e.SequenceValue(e.StructValue("point"))),
        ("map<u64, point>", e.MapValue()),
        ("point?[2][3]", e.SequenceValue(e.SequenceValue(e.StructValue("point"), nullable=True))),
    ],
)
def test_value_of_a_member(written: str, value: e.ValueType) -> None:
    found = condition("len(a) > 0", f"a: {written};", POINT)
    member = next(node for node in list_operands_first(found) if isinstance(node, e.Member))
    assert member.type == value


# Names ------------------------------------------------------------------------------------------


def test_up_counts_the_owners_between() -> None:
    top = device(
        "a: u8; b: u8; subsection s needed a != 0 { b: u8;"
        " subsection t needed b != 0 and a != 0 and c != 0 { c: u8; } }"
    )
    needed = top.subsections[0].subsections[0].needed
    assert isinstance(needed, e.Binary)
    read = [(n.name, n.up) for n in list_operands_first(needed) if isinstance(n, e.Member)]
    assert sorted(read) == [("a", 2), ("b", 1), ("c", 0)]


def test_a_let_keeps_its_name_and_is_seen_from_where_it_is_read() -> None:
    top = device("a: u8; let is_set = a != 0; subsection s needed is_set { b: u8; }")
    needed = top.subsections[0].needed
    assert isinstance(needed, e.Let)
    assert needed.name == "is_set"
    assert [n.up for n in list_operands_first(needed) if isinstance(n, e.Member)] == [1]
    inner = top.lets[0].value
    assert [n.up for n in list_operands_first(inner) if isinstance(n, e.Member)] == [0]


def test_a_let_of_an_embedded_struct_reads_through_it() -> None:
    found = condition("p.is_far", "p: far;", "struct far { x: u8; let is_far = x > 9; }")
    assert isinstance(found, e.Let)
    assert isinstance(found.value, e.Binary)
    select = found.value.left
    assert isinstance(select, e.Select)
    assert isinstance(select.value, e.Member)
    assert (select.value.name, select.name) == ("p", "x")


def test_a_subsection_is_reached_through_an_embedded_struct() -> None:
    bus = "struct bus { subsection error needed status != 0 { status: u8; } }"
    found = condition("b[1].error.status == 2", "b: bus[2];", bus)
    assert isinstance(found, e.Binary)
    assert isinstance(found.left, e.Select)
    assert found.left.value.type == e.SubsectionValue(("bus", "error"))


@pytest.mark.parametrize(
    ("members", "written", "kind"),
    [
        ("", "version > 1", e.Version),
        ("version: u8;", "version > 1", e.Member),
        ("", "CONST > x", e.Literal),
        ("CONST: u8;", "CONST > x", e.Member),
        ("Mode: point;", "Mode.x > 1", e.Select),
        ("", "Mode.idle > x", e.Literal),
        ("if: u8;", "self.if > 1", e.Member),
    ],
)
def test_who_wins(members: str, written: str, kind: type[e.Expression]) -> None:
    rest = f"const CONST = 1; enum Mode : u8 {{ idle = 0; }} {POINT}"
    found = condition(written, members, rest)
    assert isinstance(found, e.Binary)
    assert isinstance(found.left, kind)


def test_version_in_a_subsection_is_its_own_although_an_owner_has_such_a_field() -> None:
    top = device("version: u8; subsection s needed x != 0 { x: u8; y: u8 if version > 1; }")
    found = top.subsections[0].fields[1].condition
    assert isinstance(found, e.Binary)
    assert isinstance(found.left, e.Version)


def test_variables_are_unique_and_the_inner_one_wins() -> None:
    found = condition(
        "any(v in a: v == 1 and all(v in a: v < 9)) and is_low and is_low",
        "a: u8[2]; let is_low = any(v in a: v < 2);",
    )
    names = [n.variable for n in list_operands_first(found) if isinstance(n, e.Quantifier)]
    assert len(names) == len(set(names)) == 4
    inner = next(
        n
        for n in list_operands_first(found)
        if isinstance(n, e.Quantifier) and n.quantity is e.Quantity.ALL
    )
    read = [n.name for n in list_operands_first(inner.body) if isinstance(n, e.Variable)]
    assert read == [inner.variable]


def test_constants_keep_their_names() -> None:
    found = condition("x & MASK == Mode.busy", rest="const MASK = 3; enum Mode : u8 { busy = 2; }")
    named = {n.name: n.value for n in list_operands_first(found) if isinstance(n, e.Literal)}
    assert named == {"MASK": 3, "Mode.busy": 2}


def test_index_is_the_number_of_the_element() -> None:
    found = field("p", "p: s[2] with n = index + 1;", "struct s { local n: u8; a: u8[n]; }")
    ((name, value),) = found.bindings
    assert name == "n"
    assert any(isinstance(node, e.ElementIndex) for node in list_operands_first(value))


def test_wire_names() -> None:
    top = schema(
        'device d as "D" { a as "x.a": u8; subsection s needed a != 0 { b: u8;'
        ' subsection t needed b != 0 { c: u8; } } subsection u as "D.u" needed true { d: u8; } }'
    ).descriptions["d"]
    assert top.wire_name == "D"
    assert top.fields[0].wire_name == "x.a"
    assert [s.wire_name for s in top.subsections] == ["D/s", "D.u"]
    assert top.subsections[0].subsections[0].wire_name == "D/s/t"


# Values -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "written", "value"),
    [
        ("u8", "255", 255),
        ("i8", "-128", -128),
        ("timer", "-1", -1),
        ("bool", "1 < 2", True),
        ("f64", "2", 2),
        ("Mode", "Mode.busy", 2),
        ("Mode", "2", 2),
        ("Bits", "Bits.a | Bits.b", 3),
        ("u8", "-7 / 2 + 8", 4),
        ("u8", "-7 % 3", 2),
        ("u8", "if 1 > 2 then 3 else 4", 4),
        ("u8", "min(7, Mode.busy, 9)", 2),
        ("u16", "~0 & 0xffff", 0xFFFF),
        ("u64", "1 << 63", 1 << 63),
    ],
)
def test_defaults_are_folded_exactly(type_: str, written: str, value: int) -> None:
    rest = "enum Mode : u8 { idle = 0; busy = 2; } flags Bits : u8 { a = 1; b = 2; }"
    default = field("f", f"f: {type_} = {written};", rest).default
    assert isinstance(default, e.Literal)
    assert default.value == value
    assert isinstance(default.value, bool) == isinstance(value, bool)


def test_consts_of_any_order() -> None:
    many = 5000
    text = "".join(f"const a{i} = a{i + 1} + 1;\n" for i in range(many))
    consts = schema(f"{text} const a{many} = 0;").consts
    assert consts["a0"].value == many


def test_properties_may_read_earlier_ones() -> None:
    top = device("property a: u8 = 1; property b: u8 = a + 1; local c: u8 = b;")
    assert [p.name for p in top.properties] == ["a", "b"]
    assert isinstance(top.locals[0].default, e.Member)


def test_machine_settings_are_values_at_paths() -> None:
    machines = schema(
        'device d { s: s; } struct s { property p: u8 = 1; a: u8[p]; } machine "m" {}'
        ' machine "n" extends "m" { d.s.p = 1 + 1; s.p = 4; }'
    ).machines
    assert machines["n"].extends == "m"
    found = [(s.path, s.value) for s in machines["n"].settings]
    assert found == [(("d", "s", "p"), literal(2)), (("s", "p"), literal(4))]


# Faults -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "device d { a: u8 if nothing > 1 and nothing.x[3] == len(nothing); }",
        "device d { a: nothing; b: u8 if a.x == 1 and a[0] and any(v in a: v.y == 1); }",
        "const A = nothing; device d { a: u8[A]; b: u8 = A; c: u8 if A == 1; }",
        "device d { let a = nothing; b: u8 if a; c: u8[a]; subsection s needed a { x: u8; } }",
        "enum E : u8 { a = nothing; } device d { e: E = E.a; f: u8 if e == E.a; }",
        "device d { a: s; } struct s { local n: nothing; b: u8[n]; }",
        "device d { a: s with n = 1; } struct s { local n: nothing; b: u8[n]; }",
        'device d { property p: nothing = 1; a: u8 if p; } machine "m" { d.p = 3; }',
    ],
)
def test_one_unknown_name_is_one_error_a_place(text: str) -> None:
    found = errors(text)
    assert {span for _, span in found} == {"nothing"}
    assert {slug for slug, _ in found} <= {"unknown-name", "unknown-type"}


def test_faults_come_in_the_order_of_the_file() -> None:
    result = outcome(
        'device d { a: x; b: u8 if y; c: u8 = 256; } const B = C; machine "m" { e.f = 1; }'
    )
    starts = [d.span.start for d in result.diagnostics]
    assert starts == sorted(starts)
    assert len(starts) == 5


def _recorded(*bodies: str) -> list[tuple[str, str]]:
    return [(body, f"@recorded {body}") for body in bodies]


@pytest.mark.parametrize(
    ("plain", "recorded"),
    _recorded(
        'device d { subsection a as "d/x" needed p != 0 { p: u8; }'
        ' subsection b as "d/x" needed q != 0 { q: u8; } }',
        'device d { subsection a as "other" needed p != 0 { p: u8; } }',
        "device d { a: list<s version 9>; } struct s { a: u8; }",
        'device d { a: opaque "x"; b: u8; }',
    ),
)
def test_what_qemu_has_is_no_error_under_recorded(plain: str, recorded: str) -> None:
    assert outcome(plain).has_errors
    assert outcome(recorded).value is not None


def test_recorded_says_nothing_about_others() -> None:
    assert outcome("@recorded device c { x: u8; } device d { a: opaque; b: u8; }").has_errors


@pytest.mark.parametrize("count", [60, 3000])
def test_endless_lets_are_an_error_and_no_crash(count: int) -> None:
    lets = "".join(f"let a{i} = a{i + 1};\n" for i in range(count))
    text = f"device d {{ x: u8;\n{lets} let a{count} = x; y: u8[a0]; }}"
    assert {slug for slug, _ in errors(text)} == {"expression-too-large"}


@pytest.mark.parametrize(
    "written",
    [" or ".join(f"x == {i}" for i in range(190)), "x" + ".a" * 185 + " == 1"],
)
def test_an_expression_too_deep_is_one_error(written: str) -> None:
    text = f"device d {{ x: u8; y: u8 if {written}; }}"
    assert errors(text) == [("expression-too-large", written)]


def test_a_chain_of_170_operands_is_no_fault() -> None:
    chain = " or ".join(f"x == {i}" for i in range(170))
    assert isinstance(condition(chain), e.Binary)
