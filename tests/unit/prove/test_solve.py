"""What is asked about expressions of a schema, and what is answered."""

import pytest

from vmsdl.driver import load_text
from vmsdl.expr.nodes import Expr
from vmsdl.prove.encode import Encoder
from vmsdl.prove.formula import Domain, Formula, and_, not_
from vmsdl.prove.solve import (
    FULL,
    SMALL,
    By,
    Effort,
    SolverAnswer,
    always,
    never,
    satisfiable,
)
from vmsdl.prove.witness import describe_state
from vmsdl.schema.description import Field, Schema, Validate

MEMBERS = """
enum Phase : u8 { idle = 0; command = 1; status = 7; }
flags Lines : u8 { rts = 1; dtr = 2; ri = 8; }
struct fifo { num: u8; head: u8 = 3; data: bytes[num]; }
struct key { id: u8; }
device d version 3 minimum 1 {
    property big: bool = true;
    local room: u16 = 16;
    status: u8;
    wide: u64;
    other: u64;
    number: i32 = -1;
    when: timer;
    ratio: f64;
    phase: Phase;
    lines: Lines;
    is_open: bool;
    fifos: fifo[3];
    many: u8[100];
    bits: bitmap[70];
    items: list<fifo>;
    drive: bytes[status];
    WHOLE
}
"""


def read(*texts: str) -> tuple[Schema, Encoder, list[Formula]]:
    members = "\n".join(f'validate {text}, "v";' for text in texts)
    outcome = load_text(MEMBERS.replace("WHOLE", members))
    assert outcome.value is not None
    assert not outcome.has_errors, outcome.diagnostics
    description = outcome.value.descriptions["d"]
    reading = Encoder(outcome.value, (description,))
    found = [step for step in description.steps if isinstance(step, Validate)]
    return outcome.value, reading, [reading.encode(step.condition) for step in found]


def ask(text: str, effort: Effort = FULL) -> tuple[SolverAnswer, Domain]:
    _, reading, (term,) = read(text)
    return satisfiable(term, reading.domain, effort), reading.domain


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("status & 0x08 != 0", "`status = 0x08`"),
        ("status & 0x18 != 0 and status < 16", "`status = 0x08`"),
        ("(status >> 4) & 3 == 2", "`status = 0x20`"),
        ("status == 0", "all fields at their reset values"),
        ("number < -1", "`number = -2`"),
        ("number >= 0", "`number = 0`"),
        ("when != -1", "`when = 0`"),
        ("phase != Phase.idle", "`phase = Phase.command`"),
        ("phase > 1", "`phase = Phase.status`"),
        ("lines & Lines.ri != 0", "`lines = Lines.ri`"),
        ("lines == 3", "`lines = Lines.rts | Lines.dtr`"),
        ("not big", "`big = false`"),
        ("room > 16", "`room = 17`"),
        ("wide == other and wide != 0", "`wide = 1`, `other = 1`"),
        ("wide > other or is_open", "`wide = 1`"),
        ("fifos[2].head == 4", "`fifos[2].head = 4`"),
        ("any(f in fifos: f.num > 2)", "`fifos[0].num = 3`"),
        ("all(f in fifos: f.head == 3)", "all fields at their reset values"),
        ("any(x in many: x == 9)", "`many[0] = 9`"),
        ("not all(x in many: x == 0)", "`many[0] = 1`"),
        ("bits[69]", "`bits[69] = true`"),
        ("len(items) > 1", "`len(items) = 2`"),
        ("len(drive) == 4", "`status = 4`"),
        ("fifos[if is_open then 2 else 0].num == 5", "`fifos[0].num = 5`"),
        ("version == 2", "`version = 2`"),
        ("max(status, 3) == 3 and min(status, 3) == 1", "`status = 1`"),
        ("number == (if is_open then 1 else 0)", "`number = 0`"),
    ],
)
def test_the_witness_is_the_smallest_state(text: str, state: str) -> None:
    answer, domain = ask(text, SMALL)
    assert answer.is_yes
    assert answer.is_smallest
    assert state == describe_state(answer.witness or {}, domain)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("wide * 3 == other + 1", "`wide = 1`, `other = 2`"),
        ("wide + other == 0x1_ffff_ffff_ffff_fffe", None),
        ("wide * wide == 1522756 and wide < 0x10000", "`wide = 1234`"),
        ("(wide << 63) > (other << 62) and other & 1 == 1", "`wide = 1`, `other = 0x01`"),
        ("wide / 7 == 3 and wide % 7 == 2", "`wide = 23`"),
        ("number / 2 == -3", "`number = -5`"),
    ],
)
def test_what_takes_the_solver(text: str, state: str | None) -> None:
    answer, domain = ask(text)
    assert answer.is_yes
    assert By.SOLVER is answer.by
    if state is not None:
        assert state == describe_state(answer.witness or {}, domain)


@pytest.mark.parametrize(
    "text",
    [
        "status & 3 == 1 and status & 5 == 4",
        "wide < other and other < wide",
        "status * status == 2",
        "phase == 7 and phase & 1 == 0",
        "lines == 4 or lines & 4 != 0",
        "any(f in fifos: f.num == 1 and f.num == 2)",
        "fifos[1].head + status > 600",
    ],
)
def test_what_cannot_be_needs_no_solver(text: str) -> None:
    assert ask(text, SMALL)[0].is_no


@pytest.mark.parametrize(
    "text",
    [
        "wide + 1 == 0",  # nothing wraps
        "wide * other < 0",
        "wide - other > 0xffff_ffff_ffff_ffff",
        "wide & 1 == 1 and wide * 2 % 4 == 0",
        "~wide >= 0",
    ],
)
def test_integers_do_not_wrap(text: str) -> None:
    answer, _ = ask(text)
    assert answer.is_no or By.SOLVER is answer.by
    assert answer.is_no


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("all(x in items: x.num == 1) and len(items) > 5 and any(x in items: x.num == 2)", "items"),
        ("ratio > 1", "floating point is not analyzed"),
        ("many[status] == 1 and many[status] == 1", "the index into `many`"),
    ],
)
def test_what_is_not_followed_is_not_decided(text: str, why: str) -> None:
    answer, _ = ask(text)
    assert answer.is_open
    assert why in ((answer.undecided and answer.undecided.text) or "")


def test_a_state_met_by_chance_is_a_yes_without_the_solver() -> None:
    answer, _ = ask("wide * 2 > other + 1", SMALL)
    assert answer.is_yes
    assert not answer.is_smallest


def test_what_always_and_never_holds() -> None:
    _, reading, (one, other) = read("status & 0x18 == 0x18", "status & 0x08 != 0")
    domain = reading.domain
    assert always(not_(and_(one, not_(other))), domain).is_yes
    answer = never(and_(other, not_(one)), domain)
    assert answer.is_no
    assert {"status": 0x08} == answer.witness


def test_facts_are_part_of_every_state() -> None:
    _, reading, (fact, formula) = read("status < 8", "status & 0x08 != 0")
    assert never(formula, reading.domain.knowing(fact)).is_yes


def test_two_programs_keep_apart_under_prefixes() -> None:
    schema, _, _ = read("status == 1", "status == 2")
    description = schema.descriptions["d"]
    first, second = (s.condition for s in description.steps if isinstance(s, Validate))
    old = Encoder(schema, (description,), prefix="old.")
    new = Encoder(schema, (description,), prefix="new.")
    formula = and_(old.encode(first), new.encode(second))
    answer = satisfiable(formula, old.domain.joined(new.domain))
    assert {"old.status": 1, "new.status": 2} == answer.witness


def test_what_the_owner_gives_is_read() -> None:
    schema, reading, (term,) = read("room > 16")
    given = Encoder(schema, reading.bodies, given={"room": reading.encode(_literal(schema))})
    condition = next(s.condition for s in reading.bodies[0].steps if isinstance(s, Validate))
    assert always(term, reading.domain).is_no
    assert satisfiable(given.encode(condition), given.domain).is_no


def _literal(schema: Schema) -> Expr:
    field = next(f for f in schema.descriptions["d"].fields if f.name == "number")
    assert isinstance(field, Field)
    assert field.default is not None
    return field.default
