"""The type of the value that a wire type holds."""

from typing import assert_never

from vmsdl.expr.nodes import (
    BOOL,
    BitmapValue,
    BytesValue,
    EnumValue,
    FloatValue,
    IntValue,
    MapValue,
    SequenceValue,
    StructValue,
    ValueType,
)
from vmsdl.schema.description import Schema
from vmsdl.schema.scalars import ScalarRow
from vmsdl.schema.types import (
    BYTE,
    Array,
    Bitmap,
    Blob,
    Bytes,
    EnumType,
    ListType,
    MapType,
    Opaque,
    Scalar,
    StructType,
    Type,
)


def find_value_type(type_: Type, schema: Schema) -> ValueType:
    match type_:
        case Scalar() | EnumType():
            return find_scalar_value_type(type_)
        case Bytes() | Blob() | Opaque():
            return BytesValue()
        case Bitmap():
            return BitmapValue()
        case StructType(name=name):
            return StructValue(name)
        case ListType(element=element):
            return SequenceValue(find_value_type(element, schema))
        case MapType():
            return MapValue()
        case Array(element=element, nullable=False) if element == BYTE:
            return BytesValue()
        case Array(element=element, nullable=nullable):
            return SequenceValue(find_value_type(element, schema), nullable)
        case _:
            assert_never(type_)


def find_scalar_value_type(type_: Scalar | EnumType) -> ValueType:
    match type_:
        case Scalar():
            return find_row_value_type(type_.row)
        case EnumType(name=name):
            return EnumValue(name)
        case _:
            assert_never(type_)


def find_row_value_type(row: ScalarRow) -> ValueType:
    """What an expression sees of a scalar. A timer is its number there."""
    if row.is_bool:
        return BOOL
    return FloatValue() if row.is_float else IntValue(row.low, row.high)
