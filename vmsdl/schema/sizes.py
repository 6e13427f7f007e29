"""How many bytes a type takes: always, or at least."""

from typing import assert_never

from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr
from vmsdl.schema.description import Description, Field, Schema, Unused
from vmsdl.schema.scalars import SCALARS
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

WORD = 8  # a bitmap goes in be64 words


def constant_length(expression: Expr) -> int | None:
    """A constant length or count, None where the state decides it."""
    value = fold_constant(expression)
    return None if value is None else int(value)


class Sizes:
    """The sizes of one schema's types; each description is measured once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._fixed: dict[str, int | None] = {}
        self._minimum: dict[str, int] = {}

    def fixed(self, type_: Type) -> int | None:
        """The bytes that a type takes in every state, None where that varies."""
        match type_:
            case Scalar(name=name):
                return SCALARS[name].size
            case EnumType(name=name):
                return SCALARS[self.schema.enums[name].scalar].size
            case Bytes(length=expression):
                return constant_length(expression)
            case Opaque(length=given):
                return None if given is None else constant_length(given)
            case Bitmap(bits=bits):
                count = constant_length(bits)
                return None if count is None else -(-count // (8 * WORD)) * WORD
            case StructType(name=name, version=None):
                return self.fixed_struct(name)
            case Array(element=element, count=expression, nullable=False, marked=False):
                count, size = constant_length(expression), self.fixed(element)
                return None if count is None or size is None else count * size
            case Array() | StructType() | Blob() | ListType() | MapType():
                return None
            case _:
                assert_never(type_)

    def fixed_struct(self, name: str) -> int | None:
        """The bytes of a struct at its own version; None where it has subsections of any kind."""
        if name not in self._fixed:
            self._fixed[name] = None  # what contains itself varies
            self._fixed[name] = self._fixed_body(self.schema.descriptions[name])
        return self._fixed[name]

    def _fixed_body(self, description: Description) -> int | None:
        if description.subsections:
            return None
        total = 0
        for step in description.steps:
            match step:
                case Field() | Unused() if step.since > description.version_id:
                    continue
                case Field(condition=None, type=type_):
                    size = self.fixed(type_)
                case Unused(condition=None, length=expression):
                    size = constant_length(expression)
                case Field() | Unused():
                    size = None
                case _:
                    size = 0
            if size is None or size < 0:
                return None
            total += size
        return total

    def minimum(self, type_: Type) -> int:
        """The bytes that a type takes at least: a count is held against them before it is used."""
        match type_:
            case Scalar() | EnumType():
                return self.fixed(type_) or 0
            case Bytes() | Opaque() | Bitmap():
                return max(self.fixed(type_) or 0, 0)
            case Blob():
                return 4
            case ListType():
                return 1
            case MapType():
                return 5
            case StructType(name=name):
                return self._minimum_struct(name)
            case Array(element=element, count=expression, nullable=nullable, marked=marked):
                one = self.minimum(element)
                one = 1 if marked else min(one, 1) if nullable else one
                return max(constant_length(expression) or 0, 0) * one
            case _:
                assert_never(type_)

    def _minimum_struct(self, name: str) -> int:
        if name not in self._minimum:
            self._minimum[name] = 0
            total = 0
            for step in self.schema.descriptions[name].steps:
                if isinstance(step, Field) and step.condition is None and step.since == 0:
                    total += self.minimum(step.type)
                elif isinstance(step, Unused) and step.condition is None and step.since == 0:
                    total += max(constant_length(step.length) or 0, 0)
            self._minimum[name] = total
        return self._minimum[name]


_WHOLE = frozenset({"bool", "f64", "timer"})


def integer_size(type_: Type) -> int | None:
    """Bytes of integers, one or a fixed number of them; None: it is something else."""
    match type_:
        case Scalar(name=name):
            return None if name in _WHOLE else SCALARS[name].size
        case Bytes(length=length):
            return _count(fold_constant(length))
        case Array(element=element, count=count, nullable=False, marked=False):
            size, number = integer_size(element), _count(fold_constant(count))
            return None if size is None or number is None else size * number
        case _:
            return None


def _count(value: int | bool | None) -> int | None:
    return None if value is None or value < 0 else int(value)


def wire_width(type_: Type, schema: Schema) -> int | None:
    """Bytes that a type always takes on the wire; None: it depends on the state."""
    from vmsdl.schema.types import EnumType, StructType

    match type_:
        case Scalar(name=name):
            return SCALARS[name].size
        case EnumType(name=name):
            return SCALARS[schema.enums[name].scalar].size
        case Bytes(length=length):
            return _count(fold_constant(length))
        case Array(element=element, count=count, nullable=False, marked=False):
            size, number = wire_width(element, schema), _count(fold_constant(count))
            return None if size is None or number is None else size * number
        case StructType(name=name, version=version):
            return _struct_width(schema.descriptions[name], version, schema)
        case _:
            return None


def _struct_width(d: Description, version: int | None, schema: Schema) -> int | None:
    from vmsdl.schema.description import Unused

    total = 0
    at = d.version_id if version is None else version
    for step in d.steps:
        if not isinstance(step, Field | Unused):
            continue
        if step.since > at:
            continue
        if step.condition is not None:
            return None
        size = (
            wire_width(step.type, schema)
            if isinstance(step, Field)
            else _count(fold_constant(step.length))
        )
        if size is None:
            return None
        total += size
    return None if d.subsections else total
