"""The plain case of a description as steps over bytes: what runs, under what conditions, how long.

The plain case is the newest version, no object loaded into, and nothing that only the general codec
does. A body without a plan has something of that kind; it is always left to the general codec.
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from vmsdl.expr.nodes import Expr, Extern
from vmsdl.schema.description import Description, Field, Validate


@dataclass(frozen=True, slots=True)
class ValueItem:
    """A field of constant size whose value is one item of a run: a number, bytes, an array."""

    field: Field
    size: int


@dataclass(frozen=True, slots=True)
class PaddingItem:
    """Bytes that mean nothing."""

    size: int


@dataclass(frozen=True, slots=True)
class NestedItem:
    """A field that embeds a struct, `count` times (None: once), each a constant number of bytes.

    Behind every one stands QEMU's look-ahead for a subsection.
    """

    field: Field
    plan: "Plan"
    count: int | None
    size: int


RunItem: TypeAlias = ValueItem | PaddingItem | NestedItem


def measure_item(item: RunItem) -> int:
    """The bytes of an item, all elements together."""
    match item:
        case ValueItem(size=size) | PaddingItem(size=size):
            return size
        case NestedItem(size=size, count=count):
            return size * (1 if count is None else count)
        case _:
            assert_never(item)


@dataclass(frozen=True, slots=True)
class RunStep:
    """A stretch of constant size."""

    items: tuple[RunItem, ...]
    size: int


@dataclass(frozen=True, slots=True)
class BufferStep:
    """Bytes of a length that the state decides; None: all that is left."""

    field: Field
    length: Expr | None


@dataclass(frozen=True, slots=True)
class NumbersStep:
    """An array of numbers, `count` times `size` bytes."""

    field: Field
    count: Expr
    size: int


@dataclass(frozen=True, slots=True)
class RecordsStep:
    """A struct, or an array of `count` structs, one after the other; `least` bytes each."""

    field: Field
    plan: "Plan"
    count: Expr | None
    least: int


@dataclass(frozen=True, slots=True)
class GuardedStep:
    """Steps that are there where the condition holds; `field` takes its default elsewhere."""

    condition: Expr | Extern
    field: Field | None
    steps: tuple["PlanStep", ...]


@dataclass(frozen=True, slots=True)
class AbsentStep:
    """A field that the newest version does not have."""

    field: Field


@dataclass(frozen=True, slots=True)
class CheckStep:
    """A field's or a body's check, once what it reads is there."""

    of: Field | Validate


PlanStep: TypeAlias = (
    RunStep | BufferStep | NumbersStep | RecordsStep | GuardedStep | AbsentStep | CheckStep
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One description. `is_fixed`: it can stand in a run of the body that embeds it."""

    description: Description
    steps: tuple[PlanStep, ...]
    subsections: tuple["Plan", ...]
    is_fixed: bool
    targets: int  # values and objects that a run of it holds
