"""The value type of a declared type, before the schema is built; and value types as text."""

from typing import assert_never

from vmsdl.analysis.symbols import Symbols
from vmsdl.expr import nodes as e
from vmsdl.schema import scalars, types
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Scalar
from vmsdl.schema.value_types import find_scalar_value_type
from vmsdl.syntax import tree

BUFFERS = frozenset({"bytes", "bitmap"})  # their last `[n]` is their own length
BYTE = find_scalar_value_type(types.BYTE)


def find_declared_type(written: tree.TypeExpr, symbols: Symbols) -> e.ValueType | None:
    """The type of a member in an expression. None: the declared type has an error.

    `schema/value_types.py` answers this for the types of a finished schema.
    """
    element = _find_element_type(written.element, symbols)
    if element is None:
        return None
    dimensions = len(written.lengths)
    if has_own_length(written.element) and dimensions:
        dimensions -= 1
    if dimensions and written.nullable:
        element = e.SequenceValue(element, nullable=True)
        dimensions -= 1
    elif dimensions and written.element == tree.BuiltinType(word=scalars.BYTE.name):
        element = e.BytesValue()
        dimensions -= 1
    for _ in range(dimensions):
        element = e.SequenceValue(element)
    return element


def has_own_length(element: tree.BaseType) -> bool:
    """Whether the last `[n]` is the length of the element, not a number of elements."""
    match element:
        case tree.OpaqueType():
            return True
        case tree.BuiltinType(word=word):
            return word in BUFFERS
        case _:
            return False


def _find_element_type(element: tree.BaseType, symbols: Symbols) -> e.ValueType | None:
    match element:
        case tree.BuiltinType(word="bytes" | "blob") | tree.OpaqueType():
            return e.BytesValue()
        case tree.BuiltinType(word="bitmap"):
            return e.BitmapValue()
        case tree.BuiltinType(word=word):
            return find_scalar_value_type(Scalar(word)) if word in SCALARS else None
        case tree.TypeRef(name=name):
            match symbols.names.get(name.text):
                case tree.EnumDecl():
                    return e.EnumValue(name.text)
                case tree.DescriptionDecl(keyword="struct"):
                    return e.StructValue(name.text)
                case _:
                    return None
        case tree.ListTypeExpr(element=inner):
            struct = _find_element_type(inner, symbols)
            return e.SequenceValue(struct) if isinstance(struct, e.StructValue) else None
        case tree.MapTypeExpr():
            return e.MapValue()
        case _:
            assert_never(element)


def describe_value_type(value: e.ValueType) -> str:
    """The type as text for a label: its keyword where it has one."""
    match value:
        case e.IntValue(low=low, high=high):
            rows = (r for r in SCALARS.values() if r.is_integer)
            return next((r.name for r in rows if (r.low, r.high) == (low, high)), "integer")
        case e.BoolValue():
            return "bool"
        case e.FloatValue():
            return _describe_float()
        case e.EnumValue(name=name) | e.StructValue(name=name):
            return name
        case e.BytesValue():
            return "bytes"
        case e.BitmapValue():
            return "bitmap"
        case e.SequenceValue(element=element):
            return f"sequence of {describe_value_type(element)}"
        case e.MapValue():
            return "map"
        case e.SubsectionValue(path=path):
            return f"subsection {path[-1]}"
        case _:
            assert_never(value)


def _describe_float() -> str:
    """The word for a float: the scalar's name where there is one kind of float only."""
    names = [row.name for row in SCALARS.values() if row.is_float]
    return names[0] if len(names) == 1 else "float"


def describe_with_article(value: e.ValueType) -> str:
    """The type in a sentence: "an integer", "a bool"."""
    match value:
        case e.IntValue():
            return "an integer"
        case e.BoolValue():
            return "a bool"
        case e.FloatValue():
            return "a float" if _describe_float() == "float" else f"an {_describe_float()}"
        case e.EnumValue(name=name):
            return f"a value of `{name}`"
        case e.BytesValue():
            return "a buffer"
        case e.BitmapValue():
            return "a bitmap"
        case e.SequenceValue():
            return "a sequence"
        case e.MapValue():
            return "a map"
        case e.StructValue(name=name):
            return f"struct `{name}`"
        case e.SubsectionValue():
            return "a subsection"
        case _:
            assert_never(value)


def is_integer(value: e.ValueType) -> bool:
    """Whether it can be computed with. A value of an enum counts as its number."""
    return isinstance(value, e.IntValue | e.EnumValue)
