"""A condition is made shorter, and stays true in the same states."""

import itertools
import random
import sys
from collections.abc import Callable

import pytest

from vmsdl.driver import load_text
from vmsdl.expr.concise import make_concise
from vmsdl.expr.logic import (
    and_,
    count_nodes,
    if_then_else,
    make_arithmetic,
    make_comparison,
    make_literal,
    not_,
    or_,
    to_integer,
)
from vmsdl.expr.nodes import (
    BOOL,
    OPPOSITE,
    Binary,
    Conditional,
    Expr,
    Extern,
    IntValue,
    Literal,
    Member,
    Operator,
    Unary,
)
from vmsdl.expr.text import unparse_in_full

BYTE, SIGNED, WORD, ANY = IntValue(0, 255), IntValue(-128, 127), IntValue(0, 65535), IntValue()
INTEGERS = {"a": BYTE, "b": BYTE, "w": WORD, "s": SIGNED, "k": ANY}
BOOLS = ("p", "q")
COMPARISONS = list(OPPOSITE)


def place(name: str) -> Expr:
    type_ = BOOL if name in BOOLS else INTEGERS[name]
    return Member(type=type_, up=0, name=name)


def number(value: int) -> Expr:
    return make_literal(value)


_TEXTS = {Operator.AND: "and", Operator.OR: "or", Operator.NOT: "not", Operator.NEGATE: "-"}


def write_python(e: Expr) -> str:
    match e:
        case Literal(value=value):
            return f"({value})"
        case Member(name=name):
            return name
        case Unary(operator=operator, operand=operand):
            return f"({_TEXTS.get(operator, operator.value)} {write_python(operand)})"
        case Binary(operator=operator, left=left, right=right):
            return f"({write_python(left)} {operator.value} {write_python(right)})"
        case Conditional(condition=condition, yes=yes, no=no):
            test, first, second = map(write_python, (condition, yes, no))
            return f"({first} if {test} else {second})"
        case _:
            raise AssertionError(e)


def as_written(signed: Expr) -> Expr:
    wrapped = make_arithmetic(Operator.ADD, signed, number(256))
    return if_then_else(make_comparison(Operator.LESS, signed, number(0)), wrapped, signed)


def as_read(word: Expr, width: int) -> Expr:
    top = 1 << width - 1
    wrapped = make_arithmetic(Operator.SUBTRACT, word, number(2 * top))
    is_negative = make_comparison(Operator.GREATER_EQUAL, word, number(top))
    return if_then_else(is_negative, wrapped, word)


def shift(e: Expr, by: int) -> Expr:
    operator = Operator.SHIFT_LEFT if by > 0 else Operator.SHIFT_RIGHT
    return make_arithmetic(operator, e, number(abs(by))) if by else e


def mask(e: Expr, bits: int) -> Expr:
    return make_arithmetic(Operator.AND_BITS, e, number(bits))


def join(one: Expr, other: Expr) -> Expr:
    return make_arithmetic(Operator.OR_BITS, one, other)


def draw_byte(draw: random.Random) -> Expr:
    makers: list[Callable[[], Expr]] = [
        lambda: place("a"),
        lambda: place("b"),
        lambda: shift(place("w"), -8),
        lambda: mask(place("w"), 0xFF),
        lambda: as_written(place("s")),
        lambda: to_integer(place("p")),
    ]
    return draw.choice(makers)()


def draw_integer(draw: random.Random) -> Expr:
    makers: list[Callable[[], Expr]] = [
        lambda: place(draw.choice(list(INTEGERS))),
        lambda: place(draw.choice(list(INTEGERS))),
        lambda: draw_byte(draw),
        lambda: join(shift(draw_byte(draw), 8), draw_byte(draw)),
        lambda: as_read(draw_byte(draw), 8),
        lambda: as_read(join(shift(draw_byte(draw), 8), draw_byte(draw)), 16),
        lambda: mask(place(draw.choice("abwsk")), draw.choice([1, 2, 4, 6, 0x80, 0xF0, 0xFF00])),
        lambda: make_arithmetic(
            draw.choice([Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY]),
            place(draw.choice(list(INTEGERS))),
            number(draw.choice([1, 2, 3, 256])),
        ),
        lambda: if_then_else(
            draw_condition(draw, 1), place(draw.choice("ab")), number(draw.randint(0, 3))
        ),
    ]
    return draw.choice(makers)()


def draw_condition(draw: random.Random, depth: int) -> Expr:
    if depth and draw.random() < 0.8:
        parts = [draw_condition(draw, depth - 1) for _ in range(draw.randint(2, 4))]
        return and_(*parts) if draw.random() < 0.5 else or_(*parts)
    if draw.random() < 0.15:
        flag = place(draw.choice(BOOLS))
        return flag if draw.random() < 0.5 else not_(flag)
    left = draw_integer(draw)
    if draw.random() < 0.2:
        return make_comparison(draw.choice(COMPARISONS), left, draw_integer(draw))
    value = number(draw.choice([0, 0, 0, 1, 1, 2, 3, -1, 127, 128, 255, 256, -128, 0x1200]))
    return make_comparison(draw.choice(COMPARISONS), left, value)


def draw_state(draw: random.Random) -> dict[str, int | bool]:
    """The values that the condition compares with come often."""
    near = [0, 1, 2, 3, -1, 127, 128, 255, 256, -128, 0x1200, 0x12FF, 65535, 0x8000]
    state: dict[str, int | bool] = {name: draw.random() < 0.5 for name in BOOLS}
    for name, type_ in INTEGERS.items():
        low, high = type_.low, type_.high
        low, high = (-300 if low is None else low), (70000 if high is None else high)
        values = [value for value in near if low <= value <= high]
        state[name] = draw.choice(values) if draw.random() < 0.7 else draw.randint(low, high)
    return state


@pytest.mark.parametrize("seed", range(40))
def test_it_is_true_in_the_same_states_and_not_longer(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(20):
        e = draw_condition(draw, draw.randint(0, 3))
        short = make_concise(e)
        assert count_nodes(short) <= count_nodes(e), unparse_in_full(e)
        before, after = (compile(write_python(each), "", "eval") for each in (e, short))
        for _ in range(100):
            state = draw_state(draw)
            assert eval(after, {}, state) == eval(before, {}, state), (
                unparse_in_full(e),
                unparse_in_full(short),
                state,
            )


def parse(text: str) -> Expr:
    """A condition on the places of this file."""
    fields = "a: u8; b: u8; w: u16; s: i8; p: bool; q: bool; d: u32;"
    schema = load_text(f"device x {{ {fields} z: u8 if {text}; }}").value
    assert schema is not None, text
    condition = schema.descriptions["x"].fields[-1].condition
    assert condition is not None
    assert not isinstance(condition, Extern)
    return condition


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("a == 1 or a == 2 or a == 3", "a > 0 and a <= 3"),
        ("a == 1 or a == 2", "a == 1 or a == 2"),
        ("a == 1 or a > 1", "a != 0"),
        ("a != 1 and a != 2 and a != 0", "a > 2"),
        ("a < 256", "true"),
        ("a != b and a != 0 or b != a and b != 0", "a != b"),
        ("a == 0 and b == 0 and (p) or a == 0 and b == 0 and q", "a == 0 and b == 0 and (p or q)"),
        ("p or not p and q", "p or q"),
        ("a == 3 and (a == 4 or q)", "a == 3 and q"),
        ("a == 0 and w != a", "a == 0 and w != 0"),
        ("d >> 16 & 0xff == 0 and d >> 8 & 0xff == 0", "d & 0xffff00 == 0"),
        ("d >> 24 == 0 and d >> 16 & 0xff == 0", "d <= 65535"),
        ("w >> 8 != 0 or w & 0xff != 0", "w != 0"),
        ("w >> 8 == 0x12 and w & 0xff == 0x34", "w == 4660"),
        ("a << 8 | b != 0", "b != 0 or a != 0"),
        ("(if s < 0 then s + 256 else s) > 16", "s < 0 or s > 16"),
        ("(if a >= 128 then a - 256 else a) == -1", "a == 255"),
        ("p and (if p then a else b) == 1", "p and a == 1"),
        ("a * 2 != a * 4", "a != 0"),
        ("s <= -2 or s > 0", "s != -1 and s != 0"),
        ("p and s < -1 or p and s >= 1", "p and s != -1 and s != 0"),
        ("a & 1 != 0 or a & 2 != 0", "a & 3 != 0"),
        ("a & 0x80 != 0", "a & 0x80 != 0"),
        ("w & ~0x03 == 0", "w & ~0x3 == 0"),
    ],
)
def test_short_forms(long: str, short: str) -> None:
    assert unparse_in_full(make_concise(parse(long))) == short


def test_a_long_condition_takes_as_long_as_it_is() -> None:
    """Sixteen times the parts, and not much more than sixteen times the calls."""

    def count_calls(parts: int) -> int:
        bytes_ = [Member(type=BYTE, up=0, name=f"b{i}") for i in range(parts)]
        zeros = [make_comparison(Operator.NOT_EQUAL, each, number(0)) for each in bytes_]
        pairs = [and_(one, other) for one, other in itertools.pairwise(zeros)]
        calls = 0

        def count(*_: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count)
        try:
            make_concise(or_(*pairs))
        finally:
            sys.setprofile(None)
        return calls

    assert count_calls(960) < 30 * count_calls(60)
