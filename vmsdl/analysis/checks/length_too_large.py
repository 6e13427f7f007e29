"""A buffer or array that is larger than QEMU can count, in every state."""

from collections.abc import Iterator
from typing import assert_never

from vmsdl.analysis.expression_uses import Use, UseRole, find_uses
from vmsdl.diagnostics.codes import LENGTH_TOO_LARGE
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Field, Local, Property, Schema, Unused
from vmsdl.schema.scalars import COUNT, SCALARS
from vmsdl.schema.types import (
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

# QEMU counts elements and bytes in ints.
_MOST = COUNT.high


def length_too_large(schema: Schema) -> Iterator[Diagnostic]:
    reported: set[int] = set()
    for use in find_uses(schema):
        owner = use.owner
        if use.role is not UseRole.LENGTH or owner is None or id(owner) in reported:
            continue
        least = _find_least_size(schema, use, owner)
        if least > _MOST:
            reported.add(id(owner))
            yield use.body.make_diagnostic(
                LENGTH_TOO_LARGE,
                use.expression.span,
                f"size is at least {least} bytes in every state: QEMU supports at most {_MOST}",
            )


def _find_least_size(schema: Schema, use: Use, owner: object) -> int:
    """The least number of bytes that the whole field can take."""
    if isinstance(owner, Unused):
        return use.ranges.find_range(owner.length).low or 0
    if isinstance(owner, Field | Local | Property):
        return _find_least_type_size(schema, use, owner.type)
    return 0


def _find_least_type_size(schema: Schema, use: Use, of: Type) -> int:
    match of:
        case Scalar(name=name):
            return SCALARS[name].size
        case EnumType(name=name):
            return SCALARS[schema.enums[name].scalar].size
        case Bytes(length=length):
            return max(use.ranges.find_range(length).low or 0, 0)
        case Opaque(length=length):
            return 0 if length is None else max(use.ranges.find_range(length).low or 0, 0)
        case Bitmap(bits=bits):
            return max(use.ranges.find_range(bits).low or 0, 0) // 8
        case Array(element=element, count=count):
            # An element of no bytes counts as one byte, since the count must be an int too.
            return max(use.ranges.find_range(count).low or 0, 0) * max(
                _find_least_type_size(schema, use, element), 1
            )
        case Blob():
            return 4
        case StructType() | ListType() | MapType():
            return 1
        case _:
            assert_never(of)
