"""Each level of quantifiers multiplies the elements that are read: there is an end to it."""

import pytest

from vmsdl.driver import load_text
from vmsdl.expr.nodes import Expr
from vmsdl.prove import encode
from vmsdl.prove.formula import Formula

SCHEMA = """
struct e { v: u8; }
device d version 1 {
    x: e[2];
    validate CONDITION, "never";
}
"""


def nest(depth: int, condition: str) -> str:
    for level in range(depth):
        condition = f"any(a{level} in x: {condition})"
    return SCHEMA.replace("CONDITION", condition)


def test_a_few_are_decided() -> None:
    (found,) = load_text(nest(3, "a0.v == 1 and a0.v == 2")).diagnostics
    assert found.code.slug == "condition-never-true"


def test_many_are_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = 0
    original = encode._ExpressionEncoder._encode

    def count(self: encode._ExpressionEncoder, expression: Expr) -> Formula:
        nonlocal encoded
        encoded += 1
        return original(self, expression)

    monkeypatch.setattr(encode._ExpressionEncoder, "_encode", count)
    outcome = load_text(nest(50, "a0.v == 1"))
    assert not outcome.diagnostics
    assert 20_000 <= encoded < 100_000
