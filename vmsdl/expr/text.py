"""From an expression back to the language."""

import re
from typing import assert_never

from vmsdl.expr.logic import FieldPath
from vmsdl.expr.nodes import (
    BOOL,
    Binary,
    Call,
    Conditional,
    ElementIndex,
    Expr,
    ExternPresence,
    Item,
    Let,
    Literal,
    Member,
    Operator,
    PresenceKind,
    Quantifier,
    ReceiverValue,
    Select,
    Unary,
    Variable,
    Version,
)

_BITS = (Operator.AND_BITS, Operator.OR_BITS, Operator.XOR_BITS)
_TIGHTNESS = {
    Operator.MULTIPLY: 10,
    Operator.DIVIDE: 10,
    Operator.MODULO: 10,
    Operator.ADD: 9,
    Operator.SUBTRACT: 9,
    Operator.SHIFT_LEFT: 8,
    Operator.SHIFT_RIGHT: 8,
    Operator.AND_BITS: 7,
    Operator.XOR_BITS: 6,
    Operator.OR_BITS: 5,
    Operator.EQUAL: 4,
    Operator.NOT_EQUAL: 4,
    Operator.LESS: 4,
    Operator.LESS_EQUAL: 4,
    Operator.GREATER: 4,
    Operator.GREATER_EQUAL: 4,
    Operator.AND: 2,
    Operator.OR: 1,
}
_UNARY, _NOT, _CHOICE, _COMPARISON = 11, 3, 0, 4
_DIGITS = 9  # the highest number that hexadecimal writes as decimal does
_LONGEST = 2000
_PATH_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def unparse(e: Expr) -> str:
    """The expression as a schema writes it; cut where it is too long to be read."""
    try:
        text = unparse_in_full(e)
    except RecursionError:
        return "…"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def unparse_in_full(e: Expr) -> str:
    """The same, however long it is."""
    return _unparse(e, 0)


def _unparse(e: Expr, around: int) -> str:
    match e:
        case Literal(value=value, name=name):
            return name or (str(value).lower() if isinstance(value, bool) else str(value))
        case Member(name=name) | Variable(name=name):
            return name
        case ExternPresence(path=path, kind=kind):
            return f"whether {format_path(path)} is {kind.value}"
        case ReceiverValue(path=path):
            return f"receiver.{format_path(path)}"
        case Let(value=value):
            return _unparse(value, around)
        case Version():
            return "version"
        case ElementIndex():
            return "index"
        case Select(value=value, name=name):
            return f"{_unparse(value, _UNARY)}.{name}"
        case Item(value=value, index=index):
            return f"{_unparse(value, _UNARY)}[{_unparse(index, 0)}]"
        case Unary(operator=Operator.NOT, operand=operand):
            return _parenthesize(f"not {_unparse(operand, _NOT)}", _NOT, around)
        case Unary(operator=Operator.INVERT, operand=Literal(value=value, name=None)):
            return _parenthesize(f"~{value:#x}", _UNARY, around)
        case Unary(operator=operator, operand=operand):
            sign = "-" if operator is Operator.NEGATE else "~"
            return _parenthesize(f"{sign}{_unparse(operand, _UNARY)}", _UNARY, around)
        case Binary(operator=operator, left=left, right=right):
            tightness = _TIGHTNESS[operator]
            # Comparisons cannot be chained; the others group to the left.
            first = _unparse_side(left, operator, tightness + (tightness == _COMPARISON), right)
            second = _unparse_side(right, operator, tightness + 1, left)
            return _parenthesize(f"{first} {operator.value} {second}", tightness, around)
        case Call(function=function, arguments=arguments):
            return f"{function.value}({', '.join(_unparse(a, 0) for a in arguments)})"
        case Quantifier(quantity=quantity, variable=variable, over=over, body=body):
            return f"{quantity.value}({variable} in {_unparse(over, _UNARY)}: {_unparse(body, 0)})"
        case Conditional(condition=condition, yes=yes, no=no):
            text = f"if {_unparse(condition, 1)} then {_unparse(yes, 1)} else {_unparse(no, 0)}"
            return _parenthesize(text, _CHOICE, around)
        case _:
            assert_never(e)


def _unparse_side(e: Expr, operator: Operator, around: int, other: Expr) -> str:
    """An operand. A mask is in hexadecimal, and so is what is compared with masked bits."""
    match e:
        case Literal(value=bool()):
            pass
        case Literal(value=value, name=None) if operator in _BITS:
            if value < 0:
                return f"~{~value:#x}"  # all bits but these
            return hex(value) if value > _DIGITS else str(value)
        case Literal(value=value, name=None) if value > _DIGITS and _is_masked(other):
            return hex(value) if _TIGHTNESS[operator] == _COMPARISON else str(value)
        case _:
            pass
    return _unparse(e, around)


def _is_masked(e: Expr) -> bool:
    return isinstance(e, Binary) and e.operator is Operator.AND_BITS


def _parenthesize(text: str, tightness: int, around: int) -> str:
    return f"({text})" if tightness < around else text


def format_path(key: FieldPath) -> str:
    """A path as people write it: `drive[0].status`."""
    return "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in key).lstrip(".")


def parse_path(text: str) -> FieldPath:
    """The place that `format_path` wrote: `drives[1].status`."""
    return tuple(int(number) if number else name for name, number in _PATH_PART.findall(text))


# How `unparse` writes an `ExternPresence`. Stored conditions are read back by it.
EXTERN_PRESENCE = re.compile(r"whether (?P<path>\S.*?) is (?P<kind>sent|there)\b")


def parse_extern_presence(text: str) -> ExternPresence:
    """The node that is written so; `text` is a match of `EXTERN_PRESENCE`."""
    match = EXTERN_PRESENCE.fullmatch(text)
    assert match is not None, text
    return ExternPresence(
        type=BOOL, path=parse_path(match["path"]), kind=PresenceKind(match["kind"])
    )
