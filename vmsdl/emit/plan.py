"""The plan of a body: the steps of its fast code, over bytes.

Fast code does the plain case and nothing else: the newest version, no object loaded into, no hooks.
A plan says in wire order what stands there, under which condition, and how long it is. A body for
which only the general codec will do has no plan: one with a list or a blob, for example.
"""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from vmsdl.expr.nodes import Expr, Extern
from vmsdl.schema.description import Description, Field, Validate


@dataclass(frozen=True, slots=True)
class ValueItem:
    """A field of constant size, packed as one value: a number, bytes, an array of numbers."""

    field: Field
    size: int


@dataclass(frozen=True, slots=True)
class PaddingItem:
    """Unused bytes."""

    size: int


@dataclass(frozen=True, slots=True)
class NestedItem:
    """A field that embeds a struct, or `count` structs, of a constant `size` each.

    QEMU looks for a subsection behind every struct, so the loader must, too.
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
    """Neighbouring items of constant size, packed in one call; `size` is their sum."""

    items: tuple[RunItem, ...]
    size: int


@dataclass(frozen=True, slots=True)
class BufferStep:
    """A field of bytes whose length depends on the state; None: all bytes that are left."""

    field: Field
    length: Expr | None


@dataclass(frozen=True, slots=True)
class NumbersStep:
    """An array of numbers of `size` bytes each, whose `count` depends on the state."""

    field: Field
    count: Expr
    size: int


@dataclass(frozen=True, slots=True)
class StructsStep:
    """A struct or an array of `count` structs, each by a call, of at least `least` bytes."""

    field: Field
    plan: "Plan"
    count: Expr | None
    least: int


@dataclass(frozen=True, slots=True)
class ConditionalStep:
    """Steps that are there where a condition holds; elsewhere `field` gets its default."""

    condition: Expr | Extern
    field: Field | None
    steps: tuple["PlanStep", ...]


@dataclass(frozen=True, slots=True)
class AbsentStep:
    """A field that the newest version does not send: it gets its default."""

    field: Field


@dataclass(frozen=True, slots=True)
class CheckStep:
    """The checks of a field, or a `validate` of the body."""

    of: Field | Validate


PlanStep: TypeAlias = (
    RunStep | BufferStep | NumbersStep | StructsStep | ConditionalStep | AbsentStep | CheckStep
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one device, struct or subsection.

    `is_fixed`: its size is constant, so that it can be part of a run of the body that embeds it.
    """

    description: Description
    steps: tuple[PlanStep, ...]
    subsections: tuple["Plan", ...]
    is_fixed: bool
    targets: int  # the number of values and objects in a run that holds it
