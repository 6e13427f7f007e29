"""What one side reads or writes, step by step: its fields, and those of all structs that it embeds.

A node is as QEMU's `VMStateField`, with structs opened up: in wire order, one after another, as
`vmstate_save_vmsd` and `vmstate_load_vmsd` (`migration/vmstate.c`) go through them.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from vmsdl.expr.logic import TRUE, FieldPath, make_literal
from vmsdl.expr.nodes import Expr, Item
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field
from vmsdl.schema.types import EnumType, Scalar, Type
from vmsdl.schema.value_types import find_scalar_value_type
from vmsdl.source import NOWHERE, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutNode:
    """One thing on the wire, or one that is done between two of them.

    It is there where both guards hold: `guard` in terms of its own side, and `sender_guard` in
    terms of the sender (the subsection that it is in was sent).
    """

    key: FieldPath
    guard: Expr = TRUE
    sender_guard: Expr = TRUE
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarNode(LayoutNode):
    """One scalar. `expr` reads its value."""

    expr: Expr
    type: Scalar | EnumType
    scalar: str  # the name of its wire scalar, also of an enum
    width: int  # bytes
    default: int | bool  # after reset
    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarArrayNode(LayoutNode):
    """A fixed number of scalars of one type. `unroll_array` makes a node of each."""

    expr: Expr
    type: Scalar | EnumType
    scalar: str
    width: int  # bytes of one scalar
    count: int
    zero: int | bool  # one scalar after reset
    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockNode(LayoutNode):
    """What is compared as a whole: a list, a blob, an array whose length depends on the state.

    Two blocks of one `form` and of equal `sizes` take the same bytes. `sizes` are the lengths of
    the type, and after them the values that `with` gives to its elements.
    """

    expr: Expr
    type: Type
    form: object
    sizes: tuple[Expr, ...]
    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class PaddingNode(LayoutNode):
    """Bytes that are sent as zeros and skipped."""

    length: Expr


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckNode(LayoutNode):
    """A `where` or `validate`: it is checked on load and on save, or on load alone."""

    condition: Expr
    message: str
    is_load_only: bool = False


@dataclass(frozen=True, slots=True)
class SubsectionEntry:
    """A subsection in its place. `scope`: its body and its owners, innermost first."""

    description: Description
    key: FieldPath
    needed: Expr
    scope: tuple["PlacedBody", ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PlacedBody:
    """A body in its place. `settings`: its locals and properties that have a known value."""

    description: Description
    key: FieldPath
    expr: Expr | None  # reads the object; None: it is the top body
    version: int
    settings: Mapping[str, Expr]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsectionsNode(LayoutNode):
    """After every body: where a sender writes subsections and a receiver looks for them."""

    wire_name: str
    entries: tuple[SubsectionEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreElementsNode(LayoutNode):
    """In a list whose elements are nodes of their own: after the marker before element `index`."""

    block: BlockNode
    index: int


# What holds values; the other nodes hold none.
ValueNode: TypeAlias = ScalarNode | ScalarArrayNode | BlockNode
AnyNode: TypeAlias = ValueNode | PaddingNode | CheckNode | SubsectionsNode | MoreElementsNode


MOST_ELEMENTS = 3  # of a list that are followed byte by byte


def unroll_array(array: ScalarArrayNode) -> list[ScalarNode]:
    """The scalars of an array, one by one."""
    return [
        ScalarNode(
            key=(*array.key, i),
            guard=array.guard,
            sender_guard=array.sender_guard,
            span=array.span,
            expr=Item(
                type=find_scalar_value_type(array.type), value=array.expr, index=make_literal(i)
            ),
            type=array.type,
            scalar=array.scalar,
            width=array.width,
            default=array.zero,
            field=array.field,
        )
        for i in range(array.count)
    ]
