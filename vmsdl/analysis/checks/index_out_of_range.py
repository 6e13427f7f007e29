"""A constant index after the last item of a sequence of constant length."""

from collections.abc import Iterator

from vmsdl.analysis.checks.constant_comparison import find_own_parts
from vmsdl.analysis.expression_uses import CheckedBody, Use, find_uses
from vmsdl.analysis.references import Resolver
from vmsdl.diagnostics.codes import INDEX_OUT_OF_RANGE
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr, Item, Let
from vmsdl.schema.description import Field, Local, Property, Schema
from vmsdl.schema.types import Array, Bitmap, Bytes, Opaque, Type


def index_out_of_range(schema: Schema) -> Iterator[Diagnostic]:
    resolver = Resolver(schema)
    for use in find_uses(schema):
        if any(isinstance(part, Item) for part in use.parts):
            for part in find_own_parts(use):
                if isinstance(part, Item):
                    yield from _check_item(use, part, resolver)


def _check_item(use: Use, item: Item, resolver: Resolver) -> Iterator[Diagnostic]:
    index = _fold(item.index)
    length = _fold(_find_length(_find_type(item.value, use.body, resolver)))
    if index is None or length is None or index < length:
        return
    yield use.body.make_diagnostic(
        INDEX_OUT_OF_RANGE,
        item.index.span,
        f"index {index} is out of range for length {length}",
        help=f"write `[{length - 1}]` for the last item" if length > 0 else None,
    )


def _find_type(value: Expr, body: CheckedBody, resolver: Resolver) -> Type | None:
    """The declared type of the member that a path names."""
    match value:
        case Let(value=inner):
            return _find_type(inner, body, resolver)
        case Item(value=inner):
            outer = _find_type(inner, body, resolver)
            return outer.element if isinstance(outer, Array) else None
        case _:
            declared = resolver.find_declaration(body, value)
            return declared.type if isinstance(declared, Field | Local | Property) else None


def _find_length(of: Type | None) -> Expr | None:
    match of:
        case Array(count=length) | Bytes(length=length) | Bitmap(bits=length):
            return length
        case Opaque(length=length):
            return length
        case _:
            return None


def _fold(expression: Expr | None) -> int | None:
    value = None if expression is None else fold_constant(expression)
    return None if value is None else int(value)
