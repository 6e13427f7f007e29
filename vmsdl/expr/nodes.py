"""Expressions with every name resolved and every type known.

Integers are mathematical: no wrap-around. A reference says where its member lives by `up`, the
number of owners between the body that holds the expression and the body that declares the member:
0 is the body itself, 1 (in a subsection) its owner. Consts and lets are replaced by their values
and keep their names for reports and for generated code.
"""

from collections.abc import Callable
from dataclasses import field, replace
from enum import Enum
from typing import TypeAlias

from vmsdl.records import dataclass
from vmsdl.source import NOWHERE, Span

# What an expression's value can be -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoolValue:
    pass


@dataclass(frozen=True, slots=True)
class IntValue:
    """An integer that its type keeps in `low`..`high` (a u8: 0..255); None: no bound."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class FloatValue:
    pass


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A member of an enum or flags: usable as an integer in comparisons and bit operations."""

    name: str


@dataclass(frozen=True, slots=True)
class BytesValue:
    """bytes, blob, opaque or u8[n]: indexable (u8 items), has a length."""


@dataclass(frozen=True, slots=True)
class BitmapValue:
    """An integer of any size; `a[i]` reads bit i as a bool, `len` is its number of bits."""


@dataclass(frozen=True, slots=True)
class SequenceValue:
    """An array or list. Elements of a nullable array may be None at run time (reads its zero)."""

    element: "ValueType"
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class MapValue:
    """A map; only `len` applies."""


@dataclass(frozen=True, slots=True)
class StructValue:
    name: str


@dataclass(frozen=True, slots=True)
class SubsectionValue:
    """A subsection, by the names from its device or struct down; only `.field` applies."""

    path: tuple[str, ...]


ValueType: TypeAlias = (
    BoolValue
    | IntValue
    | FloatValue
    | EnumValue
    | BytesValue
    | BitmapValue
    | SequenceValue
    | MapValue
    | StructValue
    | SubsectionValue
)

BOOL = BoolValue()
INTEGER = IntValue()

# The nodes -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    type: ValueType
    span: Span = field(default=NOWHERE, compare=False, repr=False)
    kept_hash: int = field(default=0, init=False, compare=False, repr=False)


class Operator(Enum):
    NEGATE = "-x"
    INVERT = "~"
    NOT = "not"
    MULTIPLY = "*"
    DIVIDE = "/"  # towards minus infinity, as Python's //
    MODULO = "%"  # sign of the divisor, as Python's %
    ADD = "+"
    SUBTRACT = "-"
    SHIFT_LEFT = "<<"
    SHIFT_RIGHT = ">>"
    AND_BITS = "&"
    XOR_BITS = "^"
    OR_BITS = "|"
    EQUAL = "=="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    AND = "and"
    OR = "or"

    # Enum's own hashes the name, in Python: tables by operator are looked into all the time.
    __hash__ = object.__hash__


# `a < b` is false where `a >= b` is true. The keys are all comparisons.
OPPOSITE = {
    Operator.EQUAL: Operator.NOT_EQUAL,
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.LESS: Operator.GREATER_EQUAL,
    Operator.GREATER_EQUAL: Operator.LESS,
    Operator.LESS_EQUAL: Operator.GREATER,
    Operator.GREATER: Operator.LESS_EQUAL,
}

# `a < b` is the same as `b > a`.
MIRRORED = {
    Operator.EQUAL: Operator.EQUAL,
    Operator.NOT_EQUAL: Operator.NOT_EQUAL,
    Operator.LESS: Operator.GREATER,
    Operator.LESS_EQUAL: Operator.GREATER_EQUAL,
    Operator.GREATER: Operator.LESS,
    Operator.GREATER_EQUAL: Operator.LESS_EQUAL,
}


class Function(Enum):
    LEN = "len"
    MIN = "min"
    MAX = "max"


class Quantity(Enum):
    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Expression):
    """An integer or bool; `name` is the const it was written as, or "Enum.member"."""

    value: int | bool
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Expression):
    """A field, local, property or subsection of the body `up` owners out."""

    up: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Expression):
    """`value.name`: a member of an embedded struct or of a subsection (as kept, when absent)."""

    value: "Expr"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Expression):
    """`value[index]`; an index out of range makes the expression fail (never wraps to the end)."""

    value: "Expr"
    index: "Expr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Let(Expression):
    """The value of a let, already in terms of the body that holds this expression."""

    name: str
    value: "Expr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Expression):
    """The version being loaded or saved of the body that holds the expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementIndex(Expression):
    """`index` in a `with`: the element's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable(Expression):
    """The variable of an enclosing `any` or `all`. Names are unique within one expression."""

    name: str


class PresenceKind(Enum):
    """What an `extern` condition guards, by the word that texts use for it."""

    SENT = "sent"  # a section or subsection
    THERE = "there"  # a field or unused bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternPresence(Expression):
    """Whether something with an `extern` condition is on the wire: only the program knows.

    Only comparisons of two schemas make this node. `path` leads to it from the top body.
    """

    path: tuple[str | int, ...]
    kind: PresenceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverValue(Expression):
    """A local or property of the receiver which the sender does not have, or has by another value.

    Only comparisons of two schemas make this node. `path` leads to it from the receiver's top body.
    """

    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary(Expression):
    operator: Operator
    operand: "Expr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(Expression):
    operator: Operator
    left: "Expr"
    right: "Expr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Expression):
    function: Function
    arguments: tuple["Expr", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantifier(Expression):
    quantity: Quantity
    variable: str
    over: "Expr"
    body: "Expr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(Expression):
    condition: "Expr"
    yes: "Expr"
    no: "Expr"


Expr: TypeAlias = (
    Literal
    | Member
    | Select
    | Item
    | Let
    | Version
    | ElementIndex
    | Variable
    | ExternPresence
    | ReceiverValue
    | Unary
    | Binary
    | Call
    | Quantifier
    | Conditional
)


@dataclass(frozen=True, slots=True)
class Extern:
    """The condition lives elsewhere: what it guards is written when its value is not None."""


EXTERN = Extern()


def children(expression: Expr) -> tuple[Expr, ...]:
    """The direct operands of an expression."""
    match expression:
        case Literal() | Member() | Version() | ElementIndex() | Variable():
            return ()
        case ExternPresence() | ReceiverValue():
            return ()
        case Select(value=value) | Let(value=value):
            return (value,)
        case Item(value=value, index=index):
            return (value, index)
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Call(arguments=arguments):
            return arguments
        case Quantifier(over=over, body=body):
            return (over, body)
        case Conditional(condition=condition, yes=yes, no=no):
            return (condition, yes, no)


def with_children(expression: Expr, changed: Callable[[Expr], Expr]) -> Expr:
    """The same expression over other operands."""
    match expression:
        case Literal() | Member() | Version() | ElementIndex() | Variable():
            return expression
        case ExternPresence() | ReceiverValue():
            return expression
        case Select(value=value) | Let(value=value):
            return replace(expression, value=changed(value))
        case Item(value=value, index=index):
            return replace(expression, value=changed(value), index=changed(index))
        case Unary(operand=operand):
            return replace(expression, operand=changed(operand))
        case Binary(left=left, right=right):
            return replace(expression, left=changed(left), right=changed(right))
        case Call(arguments=arguments):
            return replace(expression, arguments=tuple(changed(each) for each in arguments))
        case Quantifier(over=over, body=body):
            return replace(expression, over=changed(over), body=changed(body))
        case Conditional(condition=condition, yes=yes, no=no):
            return replace(
                expression, condition=changed(condition), yes=changed(yes), no=changed(no)
            )
