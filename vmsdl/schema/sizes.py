"""How many bytes a type takes: in every state, or at least."""

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


def fold_length(expression: Expr) -> int | None:
    """A constant length or count; None where the state decides it, or where it is negative."""
    value = fold_constant(expression)
    return None if value is None or value < 0 else int(value)


class Sizes:
    """The sizes of one schema's types; each description is measured once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._fixed: dict[tuple[str, int | None], int | None] = {}
        self._minimum: dict[str, int] = {}

    def measure(self, type_: Type) -> int | None:
        """The bytes that a type takes in every state, None where that varies."""
        match type_:
            case Scalar(name=name):
                return SCALARS[name].size
            case EnumType(name=name):
                return SCALARS[self.schema.enums[name].scalar].size
            case Bytes(length=expression):
                return fold_length(expression)
            case Opaque(length=given):
                return None if given is None else fold_length(given)
            case Bitmap(bits=bits):
                count = fold_length(bits)
                return None if count is None else -(-count // (8 * WORD)) * WORD
            case StructType(name=name, version=version):
                return self.measure_struct(name, version)
            case Array(element=element, count=expression, nullable=False, marked=False):
                count, size = fold_length(expression), self.measure(element)
                return None if count is None or size is None else count * size
            case Array() | Blob() | ListType() | MapType():
                return None
            case _:
                assert_never(type_)

    def measure_struct(self, name: str, version: int | None = None) -> int | None:
        """The bytes of a struct at a version (its own); None where it has subsections."""
        key = name, version
        if key not in self._fixed:
            self._fixed[key] = None  # what contains itself varies
            self._fixed[key] = self._measure_body(self.schema.descriptions[name], version)
        return self._fixed[key]

    def _measure_body(self, description: Description, version: int | None) -> int | None:
        if description.subsections:
            return None
        at = description.version_id if version is None else version
        total = 0
        for step in description.steps:
            match step:
                case Field() | Unused() if step.since > at:
                    continue
                case Field(condition=None, type=type_):
                    size = self.measure(type_)
                case Unused(condition=None, length=expression):
                    size = fold_length(expression)
                case Field() | Unused():
                    size = None
                case _:
                    size = 0
            if size is None:
                return None
            total += size
        return total

    def measure_minimum(self, type_: Type) -> int:
        """The bytes that a type takes at least. A loader checks counts by them."""
        match type_:
            case Scalar() | EnumType():
                return self.measure(type_) or 0
            case Bytes() | Opaque() | Bitmap():
                return self.measure(type_) or 0
            case Blob():
                return 4
            case ListType():
                return 1
            case MapType():
                return 5
            case StructType(name=name):
                return self._measure_minimum_struct(name)
            case Array(element=element, count=expression, nullable=nullable, marked=marked):
                one = self.measure_minimum(element)
                one = 1 if marked else min(one, 1) if nullable else one
                return (fold_length(expression) or 0) * one
            case _:
                assert_never(type_)

    def _measure_minimum_struct(self, name: str) -> int:
        if name not in self._minimum:
            self._minimum[name] = 0
            total = 0
            for step in self.schema.descriptions[name].steps:
                if isinstance(step, Field) and step.condition is None and step.since == 0:
                    total += self.measure_minimum(step.type)
                elif isinstance(step, Unused) and step.condition is None and step.since == 0:
                    total += fold_length(step.length) or 0
            self._minimum[name] = total
        return self._minimum[name]


def measure_type(type_: Type, schema: Schema) -> int | None:
    """The bytes that a type takes in every state, None where that varies."""
    return Sizes(schema).measure(type_)


def measure_integers(type_: Type) -> int | None:
    """The bytes of one integer or of a fixed number of them; None for any other type."""
    match type_:
        case Scalar(name=name):
            return SCALARS[name].size if SCALARS[name].is_integer else None
        case Bytes(length=length):
            return fold_length(length)
        case Array(element=element, count=count, nullable=False, marked=False):
            size, number = measure_integers(element), fold_length(count)
            return None if size is None or number is None else size * number
        case _:
            return None


def find_element_width(type_: Type) -> tuple[int, int] | None:
    """The dimensions of a plain array of scalars, and the bytes of one; None: it is none."""
    match type_:
        case Array(element=Scalar(name=name), nullable=False, marked=False):
            return 1, SCALARS[name].size
        case Array(element=Array() as element, nullable=False, marked=False):
            inner = find_element_width(element)
            return None if inner is None else (inner[0] + 1, inner[1])
        case _:
            return None
