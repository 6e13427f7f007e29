"""What one side does, step by step: the fields of a device and of all it embeds, in wire order."""

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
    """One scalar."""

    expr: Expr
    type: Scalar | EnumType
    scalar: str
    width: int
    default: int | bool
    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarArrayNode(LayoutNode):
    """A fixed number of scalars of one type."""

    expr: Expr
    type: Scalar | EnumType
    scalar: str
    width: int  # of one
    count: int
    zero: int | bool  # of one
    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockNode(LayoutNode):
    """What is compared as a whole: its form, and the expressions that give its size and inside."""

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
    """A check, on load and on save."""

    condition: Expr
    message: str


@dataclass(frozen=True, slots=True)
class SubsectionEntry:
    """A subsection where it stands; `scope` are its body and its owners', innermost first."""

    description: Description
    key: FieldPath
    needed: Expr
    scope: tuple["PlacedBody", ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PlacedBody:
    """A body and where it stands; `given` are its locals and properties that are known."""

    description: Description
    key: FieldPath
    expr: Expr | None  # of the object; None: the top itself
    version: int
    given: Mapping[str, Expr]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsectionsNode(LayoutNode):
    """Behind every body: where a sender writes subsections and a receiver looks for them."""

    wire_name: str
    entries: tuple[SubsectionEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreElementsNode(LayoutNode):
    """Of a list whose elements are laid out: behind the marker that tells of another element."""

    block: BlockNode
    index: int


# What holds values; the other nodes hold none.
ValueNode: TypeAlias = ScalarNode | ScalarArrayNode | BlockNode
AnyNode: TypeAlias = ValueNode | PaddingNode | CheckNode | SubsectionsNode | MoreElementsNode


MOST_ELEMENTS = 3  # of a list that are followed byte by byte


def unroll_array(run: ScalarArrayNode) -> list[ScalarNode]:
    """An array of scalars, one by one."""
    return [
        ScalarNode(
            key=(*run.key, i),
            guard=run.guard,
            sender_guard=run.sender_guard,
            span=run.span,
            expr=Item(type=find_scalar_value_type(run.type), value=run.expr, index=make_literal(i)),
            type=run.type,
            scalar=run.scalar,
            width=run.width,
            default=run.zero,
            field=run.field,
        )
        for i in range(run.count)
    ]
