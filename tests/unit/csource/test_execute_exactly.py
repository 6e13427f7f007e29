"""C executed symbolically is exact, or not understood: each value is what C computes."""

from pathlib import Path as FilePath

import pytest

from vmsdl.csource.functions import run_hook, run_predicate
from vmsdl.csource.program import Program
from vmsdl.csource.source_tree import open_folder
from vmsdl.csource.targets import find_target
from vmsdl.csource.values import (
    BinaryValue,
    ChoiceValue,
    Global,
    HookEffect,
    NotNull,
    NotUnderstood,
    NumberValue,
    Path,
    Quantified,
    StepInto,
    StepTo,
    TimerPending,
    ToInteger,
    UnaryValue,
    Value,
    ValueOperator,
    ValueQuantifier,
)

HEAD = """
typedef struct FooState {
    uint8_t a;
    uint16_t w;
    uint32_t x;
    int32_t n;
    bool on;
    bool off;
    uint8_t data[8];
    uint8_t more[8];
    uint32_t count;
    struct Other *other;
    QEMUTimer *timer;
} FooState;
"""


def make_program(folder: FilePath, text: str) -> Program:
    (folder / "hw").mkdir()
    (folder / "hw" / "foo.c").write_text(HEAD + text)
    tree = open_folder(folder)
    return Program(tree, find_target(tree, "x86_64"))


def run(folder: FilePath, body: str, before: str = "") -> Value:
    text = f"{before}\nstatic bool foo_needed(void *opaque)\n{{ FooState *s = opaque;\n{body}\n}}"
    program = make_program(folder, text)
    return run_predicate(program, "foo_needed", program.unit("hw/foo.c"), "FooState")


def run_post_load(folder: FilePath, body: str, before: str = "") -> HookEffect:
    text = f"{before}\nstatic int foo_post_load(void *opaque, int version_id)\n"
    text += f"{{ FooState *s = opaque;\n{body}\n}}"
    program = make_program(folder, text)
    return run_hook(program, "foo_post_load", program.unit("hw/foo.c"), "FooState")


def compute(value: Value, state: dict[str, int]) -> int:
    """The value in one state; arrays are `data[3]`."""
    match value:
        case NumberValue(value=number):
            return number
        case Path():
            return int(state.get(name(value, state), 0))
        case NotNull(pointer=Path() as path) | TimerPending(timer=path):
            return int(state.get(name(path, state), 0))
        case ToInteger(truth=truth):
            return compute(truth, state)
        case UnaryValue(operator=operator, operand=operand):
            inner = compute(operand, state)
            return {"!": int(not inner), "~": ~inner, "-x": -inner}[operator.value]
        case ChoiceValue(condition=condition, then=then, otherwise=otherwise):
            return compute(then if compute(condition, state) else otherwise, state)
        case Quantified(quantifier=quantifier, variable=variable, count=count, body=body):
            numbers = range(compute(count, state))
            found = (compute(body, {**state, variable: each}) for each in numbers)
            return int(any(found) if quantifier is ValueQuantifier.ANY else all(found))
        case BinaryValue(operator=ValueOperator.AND, left=left, right=right):
            return int(compute(left, state) and compute(right, state))
        case BinaryValue(operator=ValueOperator.OR, left=left, right=right):
            return int(compute(left, state) or compute(right, state))
        case BinaryValue(operator=operator, left=left, right=right):
            one, other = compute(left, state), compute(right, state)
            return int(eval(f"({one}) {operator.value.replace('/', '//')} ({other})"))
    if type(value).__name__ == "LoopIndex":
        return state[value.name]  # type: ignore[union-attr]
    raise AssertionError(f"no number: {value}")


def name(path: Path, state: dict[str, int]) -> str:
    text = ""
    for step in path.steps:
        match step:
            case StepTo(name=member):
                text += f".{member}" if text else member
            case StepInto(index=index):
                text += f"[{compute(index, state)}]"
            case _:
                raise AssertionError(f"{step}")
    return text


# Each: what C does, a helper before it, and states with the result that a C compiler gives.
CASES: dict[str, tuple[str, str, list[tuple[dict[str, int], int]]]] = {
    "a bit": ("return s->a & 4;", "", [({"a": 4}, 1), ({"a": 3}, 0)]),
    "a unsigned difference wraps around": (
        "return s->x - 1 > 5;",
        "",
        [({"x": 0}, 1), ({"x": 6}, 0), ({"x": 7}, 1)],
    ),
    "small unsigned types are promoted to int": ("return s->a - 1 < 0;", "", [({"a": 0}, 1)]),
    "-1 becomes unsigned": ("return s->x == -1;", "", [({"x": 0xFFFFFFFF}, 1), ({"x": 1}, 0)]),
    "a comparison of signed and unsigned": (
        "return s->n < s->x;",
        "",
        [({"n": -1, "x": 5}, 0), ({"n": 1, "x": 5}, 1)],
    ),
    "a cast that narrows": ("return (uint8_t)s->w == 1;", "", [({"w": 257}, 1), ({"w": 2}, 0)]),
    "a variable that narrows": (
        "uint8_t low = s->w; return low == 1;",
        "",
        [({"w": 257}, 1)],
    ),
    "a function that returns a narrower type": (
        "return low(s) == 1;",
        "static uint8_t low(FooState *s) { return s->w; }",
        [({"w": 257}, 1), ({"w": 256}, 0)],
    ),
    "a function that returns bool": (
        "return is_set(s) == true;",
        "static bool is_set(FooState *s) { return s->a & 4; }",
        [({"a": 4}, 1), ({"a": 3}, 0)],
    ),
    "a bool against a function that returns bool": (
        "return s->on != is_set(s);",
        "static bool is_set(FooState *s) { return s->a & 4; }",
        [({"a": 4, "on": 1}, 0), ({"a": 4, "on": 0}, 1)],
    ),
    "a postfix increment": (
        "int i = 0; uint8_t v = s->data[i++]; return v == 1 && s->data[i] == 2;",
        "",
        [({"data[0]": 1, "data[1]": 2}, 1), ({"data[1]": 1, "data[2]": 2}, 0)],
    ),
    "a prefix increment": (
        "int i = 0; return s->data[++i];",
        "",
        [({"data[1]": 1}, 1), ({"data[0]": 1}, 0)],
    ),
    "an assignment behind &&": (
        "int v = 1; if (s->on && (v = 2)) { } return v == 2;",
        "",
        [({"on": 1}, 1), ({"on": 0}, 0)],
    ),
    "assignments in the ways of ?:": (
        "int v = 1; s->on ? (v = 2) : (v = 3); return v == 2;",
        "",
        [({"on": 1}, 1), ({"on": 0}, 0)],
    ),
    "a variable set on both ways": (
        "int v; if (s->on) v = s->a; else v = s->w; return v > 9;",
        "",
        [({"on": 1, "a": 10}, 1), ({"on": 0, "a": 10}, 0), ({"w": 10}, 1)],
    ),
    "a variable set in one case": (
        "int v; if (s->on) v = s->a; return s->on && v == 1;",
        "",
        [({"on": 1, "a": 1}, 1), ({"on": 0, "a": 1}, 0)],
    ),
    "a switch that falls through": (
        "int v = 0; switch (s->a) { case 1: v = 1; case 2: v += 2; break; default: v = 9; }"
        " return v == 3;",
        "",
        [({"a": 1}, 1), ({"a": 2}, 0), ({"a": 3}, 0)],
    ),
    "a switch whose default is first": (
        "switch (s->a) { default: return false; case 1: case 3: return true; }",
        "",
        [({"a": 1}, 1), ({"a": 2}, 0), ({"a": 3}, 1)],
    ),
    "a switch with a return and a break": (
        "switch (s->a) { case 1: if (s->on) break; return false; case 2: return true; }"
        " return s->off;",
        "",
        [
            ({"a": 1, "on": 1, "off": 1}, 1),
            ({"a": 1, "off": 1}, 0),
            ({"a": 2}, 1),
            ({"a": 7, "off": 1}, 1),
            ({"a": 7}, 0),
        ],
    ),
    "a loop that searches": (
        "int i; for (i = 0; i < 8; i++) { if (s->data[i] == 3) return true; } return s->on;",
        "",
        [({"data[7]": 3}, 1), ({}, 0), ({"on": 1}, 1)],
    ),
    "a loop that breaks": (
        "int i; for (i = 0; i < 3; i++) { if (s->data[i]) break; } return i == 3;",
        "",
        [({}, 1), ({"data[2]": 1}, 0)],
    ),
    "a loop that continues": (
        "int i; for (i = 0; i < 3; i++) { if (s->data[i]) continue; if (s->more[i]) return 1; }"
        " return 0;",
        "",
        [({"more[1]": 1}, 1), ({"more[1]": 1, "data[1]": 1}, 0)],
    ),
    "a loop that changes its counter": (
        "int i; for (i = 0; i < 8; i++) { if (s->data[i]) return true; i++; } return false;",
        "",
        [({"data[2]": 1}, 1), ({"data[1]": 1}, 0)],
    ),
    "a loop that sums up": (
        "int i, sum = 0; for (i = 0; i < 8; i++) sum += s->data[i]; return sum == 3;",
        "",
        [({"data[0]": 1, "data[7]": 2}, 1), ({"data[0]": 1}, 0)],
    ),
    "a loop over a counted array": (
        "for (int i = 0; i < s->count; i++) { if (s->data[i]) return true; } return false;",
        "",
        [({"count": 3, "data[2]": 1}, 1), ({"count": 2, "data[2]": 1}, 0)],
    ),
    "a loop over two arrays": (
        "int i; for (i = 0; i < 8; i++) { if (s->data[i] != s->more[i]) return true; }"
        " return false;",
        "",
        [({"data[2]": 1}, 1), ({"data[2]": 1, "more[2]": 1}, 0)],
    ),
    "a pointer and a timer": (
        "return s->other && timer_pending(s->timer);",
        "",
        [({"other": 1, "timer": 1}, 1), ({"other": 1}, 0)],
    ),
    "a helper with early returns": (
        "return level(s) == 2;",
        "static int level(FooState *s) { if (s->on) { return 1; } if (s->off) return 2;"
        " return 3; }",
        [({"on": 1, "off": 1}, 0), ({"off": 1}, 1), ({}, 0)],
    ),
    "a name in parentheses before an operator": (
        "int v = 5; return (v) - 1 == 4 && (v) & s->a;",
        "",
        [({"a": 1}, 1), ({"a": 2}, 0)],
    ),
    "all bytes of an array": (
        "return !buffer_is_zero(s->data, sizeof s->data);",
        "",
        [({"data[7]": 1}, 1), ({}, 0)],
    ),
    "!! of an integer": ("return !!s->x == s->on;", "", [({"x": 7, "on": 1}, 1), ({"x": 7}, 0)]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_predicate_is_what_c_computes(tmp_path: FilePath, case: str) -> None:
    body, before, states = CASES[case]
    value = run(tmp_path, body, before)
    assert [(state, compute(value, state)) for state, _ in states] == states


def test_a_hook_reads_what_it_wrote(tmp_path: FilePath) -> None:
    effect = run_post_load(
        tmp_path,
        "s->a = 1; if (check(s)) { return -1; } return 0;",
        "static bool check(FooState *s) { return s->a == 2; }",
    )
    assert effect.refusals == ()


def test_a_hook_that_only_refuses(tmp_path: FilePath) -> None:
    effect = run_post_load(
        tmp_path, "if (s->a > 3) { return -EINVAL; } if (s->on) return -1; return 0;"
    )
    assert effect.only_refuses
    refused = [
        [each.error for each in effect.refusals if compute(each.condition, state)][:1]
        for state in ({"a": 4, "on": 1}, {"a": 3, "on": 1}, {"a": 3})
    ]
    assert refused == [["-EINVAL"], ["-1"], []]


def test_calls_of_the_program_are_told_apart(tmp_path: FilePath) -> None:
    value = run(tmp_path, "return has(first) && !has(second);", "bool has(int); int first, second;")
    assert isinstance(value, BinaryValue)
    assert value.left == BinaryValue(ValueOperator.UNEQUAL, Global("has(first)"), NumberValue(0))
    assert value.right == BinaryValue(ValueOperator.EQUAL, Global("has(second)"), NumberValue(0))


def test_a_predicate_that_changes_the_state_is_not_understood(tmp_path: FilePath) -> None:
    with pytest.raises(NotUnderstood, match="changes the state"):
        run(tmp_path, "s->a = 1; return true;")


def test_a_variable_without_a_value_is_not_understood(tmp_path: FilePath) -> None:
    with pytest.raises(NotUnderstood):
        run(tmp_path, "int v; return v == 1;")


def test_a_bool_of_one_bit_is_no_number_of_one_bit(tmp_path: FilePath) -> None:
    value = run(
        tmp_path,
        "struct bits b = { 0 }; b.is_on = s->a; return b.is_on;",
        "struct bits { bool is_on : 1; uint8_t low : 1; };",
    )
    assert [compute(value, {"a": each}) for each in (0, 1, 4)] == [0, 1, 1]


def test_what_a_call_may_write_is_not_known_after_it(tmp_path: FilePath) -> None:
    with pytest.raises(NotUnderstood):
        run(tmp_path, "int v = 0; fill(&v); return v == 0;", "void fill(int *);")


def test_what_is_behind_the_address_of_a_variable_is_no_name(tmp_path: FilePath) -> None:
    with pytest.raises(NotUnderstood):
        run(tmp_path, "int v = 1; return has(&v);", "bool has(int *);")


@pytest.mark.parametrize("given", ["s", "s->a", "&s->x"])
def test_a_method_that_gets_the_state_is_not_understood(tmp_path: FilePath, given: str) -> None:
    before = "struct FooClass { bool (*check)(void *); }; struct FooClass *foo_class(void);"
    with pytest.raises(NotUnderstood, match="a call through a pointer"):
        run(tmp_path, f"return foo_class()->check({given});", before)


def test_methods_are_told_apart_by_the_devices_that_they_get(tmp_path: FilePath) -> None:
    value = run(
        tmp_path,
        "return k->check(s->other);",
        "typedef struct FooClass { bool (*check)(void *); } FooClass; FooClass *k;",
    )
    assert value == BinaryValue(ValueOperator.UNEQUAL, Global("k.check(other)"), NumberValue(0))
