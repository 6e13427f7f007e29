"""A plan says what runs in the plain case; what is left to the general codec has none."""

import pytest

from tests.support.pipeline import read_schema
from vmsdl.emit.lower import Plans
from vmsdl.emit.plan import Plan, RunStep


def plan_of(text: str, name: str = "d") -> Plan | None:
    return Plans(read_schema({"case.vmsd": text}, checked=False)).of(name)


def steps_of(text: str) -> list[str]:
    plan = plan_of(text)
    assert plan is not None
    return [type(step).__name__ for step in plan.steps]


def test_what_is_fixed_is_one_run() -> None:
    plan = plan_of("struct p { a: u16; b: bool; } device d { x: u8; unused[3]; p: p; q: p[2]; }")
    assert plan is not None
    (run,) = plan.steps
    assert isinstance(run, RunStep)
    assert run.size == 1 + 3 + 3 + 6
    assert [type(item).__name__ for item in run.items] == [
        "ValueItem",
        "PaddingItem",
        "NestedItem",
        "NestedItem",
    ]


def test_a_run_ends_where_the_state_decides() -> None:
    text = "device d { n: u8; a: u8; b: u8[n]; c: u8; e: u8 if n > 1; f: u16[n]; }"
    assert steps_of(text) == ["RunStep", "BufferStep", "RunStep", "ConditionalStep", "NumbersStep"]


def test_rules_wait_for_their_run_and_stand_before_what_they_protect() -> None:
    assert steps_of("device d { n: u8 where n < 4; a: u8; b: u8[n]; }") == [
        "RunStep",
        "CheckStep",
        "BufferStep",
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("version >= 2", ["RunStep"]),
        ("version < 2", ["RunStep", "AbsentStep"]),
        ("version >= 2 and a > 1", ["RunStep", "ConditionalStep"]),
        ("version < 2 or a > 1", ["RunStep", "ConditionalStep"]),
        ("true", ["RunStep"]),
    ],
)
def test_the_newest_version_is_known(condition: str, expected: list[str]) -> None:
    assert steps_of(f"device d version 2 minimum 1 {{ a: u8; b: u8 if {condition}; }}") == expected


def test_many_structs_are_a_loop() -> None:
    text = "struct p {{ a: u8; }} device d {{ p: p[{}]; }}"
    assert steps_of(text.format(64)) == ["RunStep"]
    assert steps_of(text.format(65)) == ["StructsStep"]
    assert steps_of(text.format("1 << 20")) == ["StructsStep"]


@pytest.mark.parametrize(
    "member",
    [
        "l: list<p>;",
        "m: map<u64, p>;",
        "o: p?[3];",
        "o: p?[3] marked;",
        "b: bitmap[65];",
        "b: blob;",
        "o: p version 1;",
        "o: u16[2][3];",
        "o: bool[3];",
        "n: u8; unused[n];",
        "n: u8; q: empty[n];",
    ],
)
def test_some_things_are_left_to_the_general_codec(member: str) -> None:
    structs = "struct empty {} struct p version 2 minimum 1 { a: u8; }"
    assert plan_of(f"{structs} device d {{ {member} }}") is None


def test_what_embeds_something_without_a_plan_has_none() -> None:
    text = "struct p { b: blob; } struct q { p: p; } device d { q: q[2]; }"
    assert [plan_of(text, name) for name in ("p", "q", "d")] == [None, None, None]


def test_lengths_deep_down_cost_no_time() -> None:
    structs = "".join(f"struct s{i + 1} {{ a: s{i}; b: s{i}; }}" for i in range(60))
    assert plan_of(f"struct s0 {{ x: u8; }} {structs} device d {{ s: s60; }}") is not None
