"""Conditions as a reader takes them in: short, exact, and never about the bytes of a value."""

import re
from pathlib import Path

import pytest

from tests.support.diff_pairs import PAIRS, compared, schema_of
from tests.support.pipeline import read_schema
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.wording.condition import LONGEST, describe_condition
from vmsdl.expr.logic import and_, make_comparison, make_literal, not_, or_
from vmsdl.expr.nodes import (
    BOOL,
    INTEGER,
    Expr,
    Extern,
    ExternPresence,
    Operator,
    PresenceKind,
    ReceiverValue,
)

SCHEMA = """
enum Mode : u8 { idle = 0; read = 1; write = 2; }
struct drive { status: u8; lba: u32; pio: u8[8]; busy: bool; }
struct pio { at: u32; end: u32 = 4; io: bool; }
device d {
    mode: Mode;
    a: u16; b: u16; n: u8;
    s: i32;
    drives: drive[2];
    pio_state: pio;
    runstate: bytes[100];
    pending: bitmap[64];
    table: u8[3][2];
    TEST
}
"""


def side() -> Side:
    schema = read_schema({"s.vmsd": SCHEMA.replace("TEST", "")}, "s.vmsd")
    return Side(schema, schema.descriptions["d"])


def parse(text: str) -> Expr:
    schema = read_schema({"s.vmsd": SCHEMA.replace("TEST", f"z: u8 if {text};")}, "s.vmsd")
    condition = schema.descriptions["d"].fields[-1].condition
    assert condition is not None
    assert not isinstance(condition, Extern)
    return condition


def list_up(pattern: str, numbers: range, operator: str = "or") -> str:
    return f" {operator} ".join(pattern.format(i) for i in numbers)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ("a != 0", "a != 0"),
        ("a != b and a != 0 or b != a and b != 0", "a != b"),
        ("n == 1 or n == 2 or n == 3", "n > 0 and n <= 3"),
        ("mode == 1", "mode == Mode.read"),
        ("s != 0 and s != -1", "`s` is neither 0 nor -1"),
        ("a != b or s != -1 and s != 0", "`a != b` or `s` is neither 0 nor -1"),
        (
            "n == 3 and mode != 2 and mode != 1",
            "`n == 3` and `mode` is neither `Mode.read` nor `Mode.write`",
        ),
        (list_up("drives[{}].status & 8 != 0", range(2)), "any(d in drives: d.status & 8 != 0)"),
        (list_up("not drives[{}].busy", range(2), "and"), "all(d in drives: not d.busy)"),
        (list_up("runstate[{}] != 0", range(32, 100)), "bytes 32 to 99 of `runstate` not all zero"),
        (list_up("runstate[{}] == 0", range(5, 9), "and"), "bytes 5 to 8 of `runstate` all zero"),
        (list_up("runstate[{}] != 0", range(100)), "`runstate` not all zero"),
        (
            "runstate[0] != 0 or " + list_up("runstate[{}] != 0", range(2, 9)),
            "`runstate[0] != 0` or bytes 2 to 8 of `runstate` not all zero",
        ),
        (list_up("runstate[{}] == 7", range(4)), "`r == 7` for some `r` of `runstate[0]` to `[3]`"),
        (list_up("pending[{}]", range(48, 64)), "bits 48 to 63 of `pending` not all zero"),
        (
            "pio_state.at != 0 or pio_state.end != 4 or pio_state.io",
            "`pio_state` differs from its defaults",
        ),
        (
            "a != 0 and (pio_state.at != 0 or pio_state.end != 4 or pio_state.io)",
            "`a != 0` and `pio_state` differs from its defaults",
        ),
        (
            "pio_state.at != 0 or pio_state.end != 0 or pio_state.io",
            "pio_state.at != 0 or pio_state.end != 0 or pio_state.io",
        ),
        (
            list_up("drives[0].pio[{}] != 0", range(8))
            + " or "
            + list_up("drives[1].pio[{}] != 0", range(8)),
            "`drives[0].pio` not all zero or `drives[1].pio` not all zero",
        ),
        ("a << 8 | n != 0", "n != 0 or a != 0"),
        ("(if s < 0 then s + 4294967296 else s) > 16", "s < 0 or s > 16"),
        ("a & ~0x03 != 0", "a & ~0x3 != 0"),
    ],
)
def test_the_words(condition: str, text: str) -> None:
    found = describe_condition(parse(condition), side())
    assert (found.text, found.is_exact) == (text, True)
    assert found.is_expression == ("`" not in text)


@pytest.mark.parametrize(
    "condition",
    [
        "a >> 8 != n",
        "n << 8 | drives[0].status != a",
        "(if s < 0 then s + 4294967296 else s) != drives[0].lba",
        list_up("runstate[{0}] == {0}", range(100)),
    ],
)
def test_what_nobody_would_read(condition: str) -> None:
    found = describe_condition(parse(condition), side())
    assert (found.text, found.is_exact) == ("in some states", False)


def receiver(name: str) -> Expr:
    return ReceiverValue(type=BOOL, path=(name,))


def test_the_receiver_has_its_own_values() -> None:
    a = parse("a != 0")
    mode = ReceiverValue(type=INTEGER, path=("mode",))
    is_two = make_comparison(Operator.EQUAL, mode, make_literal(2))
    late = ExternPresence(type=BOOL, path=("late",), kind=PresenceKind.SENT)
    for condition, text in (
        (receiver("x"), "a receiver with x = true"),
        (not_(receiver("x")), "a receiver with x = false"),
        (and_(a, receiver("x")), "`a != 0` and a receiver with x = true"),
        (and_(receiver("x"), is_two), "a receiver with x = true and mode = 2"),
        (or_(receiver("x"), late), "a receiver with x = true or `late` is sent"),
        (not_(late), "`late` is not sent"),
    ):
        assert describe_condition(condition).text == text


PICKING = re.compile(r">>|<<|\bif\b|\| ")


@pytest.mark.parametrize("pair", PAIRS, ids=lambda path: path.name)
def test_no_condition_of_a_report_is_long_or_picks_bytes(pair: Path) -> None:
    report = compared(pair)
    for finding in report.findings:
        for result, name in ((finding.old_to_new, "old"), (finding.new_to_old, "new")):
            if result.expression is None:
                continue
            schema = schema_of(pair, name)
            body = next(
                (x for x in schema.descriptions.values() if x.wire_name == finding.device), None
            )
            found = describe_condition(
                result.expression, None if body is None else Side(schema, body)
            )
            assert len(found.text) <= LONGEST
            assert not PICKING.search(found.text)
