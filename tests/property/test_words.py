"""The words that a report tells a condition in hold in the same states as the condition."""

import random
import re
from collections.abc import Callable

import pytest

from tests.support.hypothesis_profiles import DEEP
from tests.support.interpreter.evaluate import evaluate
from tests.support.interpreter.states import fresh, scope
from tests.support.pipeline import read_schema
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.wording.condition import describe_condition
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.schema.description import Description, Schema

SCHEMA = """
enum Mode : u8 { idle = 0; read = 1; write = 2; }
struct drive { status: u8; pio: u8[3]; busy: bool; }
struct pio { at: u8; end: u8 = 2; io: bool; }
device d {
    mode: Mode;
    a: u8; b: u8; s: i8; p: bool;
    drives: drive[2];
    pio_state: pio;
    ram: u8[5];
    bits: bitmap[6];
    TEST
}
"""
# What only a whole object can be said to do, as its schema writes it.
OBJECTS = {"pio_state": "(pio_state.at != 0 or pio_state.end != 2 or pio_state.io)"}
LENGTHS = {"ram": 5, "drives[0].pio": 3, "drives[1].pio": 3, "bits": 6}


def parse(text: str) -> tuple[Schema, Expr]:
    schema = read_schema({"s.vmsd": SCHEMA.replace("TEST", f"z: u8 if {text};")}, "s.vmsd")
    condition = schema.descriptions["d"].fields[-1].condition
    assert condition is not None
    assert not isinstance(condition, Extern)
    return schema, condition


# Words back to the syntax of a schema ---------------------------------------------------------


def read_back(words: str) -> str:
    """The condition that words say, in the syntax of a schema."""
    for pattern, reader in READERS:
        while (match := re.search(pattern, words)) is not None:
            words = f"{words[:match.start()]}({reader(*match.groups())}){words[match.end():]}"
    return re.sub(r"`([^`]*)`", r"(\1)", words)


def read_range(noun: str, first: str, last: str, array: str, negation: str | None) -> str:
    return read_zeros(array, negation, range(int(first), int(last) + 1))


def read_whole(path: str, negation: str | None) -> str:
    return read_zeros(path, negation, range(LENGTHS[path]))


def read_zeros(array: str, negation: str | None, indices: range) -> str:
    elements = [f"{array}[{i}]" for i in indices]
    if array == "bits":
        terms = [each if negation else f"not {each}" for each in elements]
    else:
        terms = [f"{each} {'!=' if negation else '=='} 0" for each in elements]
    return (" or " if negation else " and ").join(terms)


def read_some(body: str, quantity: str, name: str, array: str, first: str, last: str) -> str:
    indices = range(int(first), int(last) + 1)
    terms = (re.sub(rf"\b{name}\b", f"{array}[{i}]", body) for i in indices)
    return (" or " if quantity == "some" else " and ").join(f"({each})" for each in terms)


def read_neither(place: str, values: str) -> str:
    return " and ".join(f"{place} != {value.strip('`')}" for value in values.split(" nor "))


def read_list(names: str, last: str, is_all: bool) -> str:
    places = [*re.findall(r"`([^`]*)`", names), last]
    return (" and " if is_all else " or ").join(
        f"{place} {'==' if is_all else '!='} 0" for place in places
    )


READERS: list[tuple[str, Callable[..., str]]] = [
    (r"(bytes|bits|elements) (\d+) to (\d+) of `([^`]*)` (not )?all zero", read_range),
    (r"`([^`]*)` (not )?all zero", read_whole),
    (r"`([^`]*)` for (some|every) `(\w+)` of `([^`]*)\[(\d+)\]` to `\[(\d+)\]`", read_some),
    (r"`([^`]*)` is neither ((?:`[^`]*`|-?\d+)(?: nor (?:`[^`]*`|-?\d+))+)", read_neither),
    (r"one of ((?:`[^`]*`, )*`[^`]*`) and `([^`]*)` is not 0", lambda n, x: read_list(n, x, False)),
    (r"((?:`[^`]*`, )*`[^`]*`) and `([^`]*)` are 0", lambda n, x: read_list(n, x, True)),
    (r"`([^`]*)` differs from its defaults", lambda path: OBJECTS[path]),
    (r"`([^`]*)` has its defaults", lambda path: f"not {OBJECTS[path]}"),
]


# Conditions and states at random --------------------------------------------------------------

PLACES = ("a", "b", "s", "pio_state.at", "drives[0].status", "drives[1].status", "ram[1]")
FLAGS = ("p", "drives[0].busy", "drives[1].busy", "pio_state.io", "bits[0]", "bits[4]")


def draw_condition(draw: random.Random, depth: int = 3) -> str:
    operator = draw.choice((" and ", " or "))
    if depth and draw.random() < 0.6:
        parts = [draw_condition(draw, depth - 1) for _ in range(draw.randint(2, 3))]
        return f"({operator.join(parts)})"
    is_all = operator == " and "
    match draw.randrange(8):
        case 0:  # neighbours, or a whole array
            array = draw.choice(tuple(LENGTHS))
            first = draw.randrange(2)
            last = draw.randint(first + 1, LENGTHS[array])
            return f"({read_zeros(array, None if is_all else 'not ', range(first, last))})"
        case 1:
            test = draw.choice(("status == 3", "status & 2 != 0", "busy", "pio[1] != 1"))
            return f"(drives[0].{test}{operator}drives[1].{test})"
        case 2:
            return f"{'not ' if is_all else ''}{OBJECTS['pio_state']}"
        case 3:
            place = draw.choice((*PLACES, "mode"))
            values = draw.sample(range(3), draw.randint(2, 3))
            sign = "!=" if is_all else "=="
            return f"({operator.join(f'{place} {sign} {value}' for value in values)})"
        case 4:
            return draw.choice(("", "not ")) + draw.choice(FLAGS)
        case 5:
            return f"{draw.choice(PLACES)} {draw.choice(('==', '!=', '<'))} {draw.choice(PLACES)}"
        case 6:
            value = draw.choice((3, 7))
            first = draw.randrange(2)
            terms = (f"ram[{i}] == {value}" for i in range(first, draw.randint(first + 3, 5)))
            return f"({operator.join(terms)})"
        case _:
            number = draw.randint(-2, 3)
            return f"{draw.choice(PLACES)} {draw.choice(('==', '!=', '<', '>='))} {number}"


def draw_state(draw: random.Random, schema: Schema, body: Description) -> dict[str, object]:
    def number() -> int:
        return draw.choice((0, 0, 1, 2, 3, 7))

    def flag() -> bool:
        return draw.random() < 0.4

    state = fresh(schema, body)
    state |= {"mode": draw.randrange(3), "a": number(), "b": number(), "s": number() - 2}
    state |= {"p": flag(), "ram": [number() for _ in range(5)], "bits": draw.randrange(64)}
    state["drives"] = [
        {"status": number(), "pio": [number() for _ in range(3)], "busy": flag()} for _ in range(2)
    ]
    state["pio_state"] = {"at": draw.randrange(2), "end": draw.choice((0, 2)), "io": flag()}
    return state


@pytest.mark.parametrize("seed", range(1500 if DEEP else 150))
def test_words_and_condition_agree(seed: int) -> None:
    draw = random.Random(seed)
    schema, condition = parse(draw_condition(draw))
    body = schema.descriptions["d"]
    words = describe_condition(condition, Side(schema, body))
    if not words.is_exact:
        return
    text = words.text
    if text in ("always", "never"):
        text = "a == a" if text == "always" else "a != a"
    elif not words.is_expression:
        text = read_back(text)
    told = parse(text)[1]
    for _ in range(60):
        here = scope(schema, body, draw_state(draw, schema, body), (), 0)
        assert bool(evaluate(condition, here)) == bool(evaluate(told, here)), words.text
