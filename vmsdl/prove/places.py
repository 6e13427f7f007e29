"""From where an expression reads to what can stand there: its name, its type, its values."""

from dataclasses import replace
from typing import assert_never

from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr
from vmsdl.prove.formula import Constant, Formula, Value, Values, VariablePath
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Local, Property, Schema
from vmsdl.schema.traverse import find_element_type
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


@dataclass(frozen=True, slots=True)
class ElementScope:
    """One object: what describes it, and where it stands."""

    description: Description
    name: str
    path: VariablePath
    version: Formula

    def inner(self, subsection: Description, version: Formula) -> "ElementScope":
        """A subsection of it."""
        path = (*self.path, subsection.name)
        return ElementScope(subsection, f"{self.name}{subsection.name}.", path, version)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPlace:
    """Something that holds a value. `scopes` are the objects that its lengths read."""

    name: str
    path: VariablePath
    type: Type | Description
    scopes: tuple[ElementScope, ...]
    label: str
    default: Expr | None = None
    is_kept: bool = True  # in a state; locals and properties are given beside it
    is_nullable: bool = False
    is_at_reset: bool = False
    invented: str | None = None
    cut: str | None = None

    def member(self, name: str, schema: Schema) -> "ReadPlace":
        """A member of the struct or subsection that stands here."""
        match self.type:
            case Description() as subsection:
                version = Constant(subsection.version_id)
                scope = ElementScope(subsection, f"{self.name}.", self.path, version)
                inner = find_place(scope, name, self.scopes)
            case StructType(name=struct, version=given):
                description = schema.descriptions[struct]
                version = Constant(description.version_id if given is None else given)
                scope = ElementScope(description, f"{self.name}.", self.path, version)
                inner = find_place(scope, name)
            case _:
                raise AssertionError(f"{self.type} has no members")
        label = f"{self.label}.{inner.label}"
        return replace(
            inner,
            label=label,
            path=inner.path if self.path else (),
            is_at_reset=self.is_at_reset,
            invented=self.invented,
            cut=self.cut,
        )


def find_place(scope: ElementScope, name: str, owners: tuple[ElementScope, ...] = ()) -> ReadPlace:
    """A member of an object by its name."""
    description = scope.description
    declared: Field | Local | Property | Description = next(
        each
        for group in (
            description.fields,
            description.locals,
            description.properties,
            description.subsections,
        )
        for each in group
        if each.name == name
    )
    is_section = isinstance(declared, Description)
    return ReadPlace(
        name=f"{scope.name}{name}",
        path=(*scope.path, name),
        type=declared if isinstance(declared, Description) else declared.type,
        scopes=(scope, *owners),
        label=name,
        default=None if isinstance(declared, Description) else declared.default,
        is_kept=is_section or isinstance(declared, Field),
    )


def find_element(place: ReadPlace, index: int) -> ReadPlace:
    """An element of an array, list, buffer or bitmap."""
    inner = None if isinstance(place.type, Description) else find_element_type(place.type)
    assert inner is not None, f"{place.type} has no elements"
    return replace(
        place,
        name=f"{place.name}[{index}]",
        path=(*place.path, index),
        type=inner,
        label=f"{place.label}[{index}]",
        default=None,
        is_nullable=isinstance(place.type, Array) and place.type.nullable,
    )


def values_of(place: ReadPlace, schema: Schema) -> Values:
    """All that can stand here. What is no number or truth value counts as "away from reset"."""
    path = place.path if place.is_kept else ()
    plain = Values(
        low=0, high=0, path=path, label=place.label, invented=place.invented, cut=place.cut
    )
    match place.type:
        case Scalar(is_bool=True):
            default = _default(place, False)
            return replace(plain, high=1, is_bool=True, default=bool(default))
        case Scalar(is_float=True):
            return _opaque(plain)
        case Scalar(row=row):
            low, high = row.low, row.high
            return replace(plain, low=low, high=high, default=_default(place, row.zero))
        case EnumType(name=name):
            enum = schema.enums[name]
            values = tuple(sorted({arm.value for arm in enum.arms}))
            names = tuple((arm.value, f"{name}.{arm.name}") for arm in enum.arms)
            default = _default(place, enum.zero)
            plain = replace(plain, default=default, names=names)
            if enum.is_flags:
                bits = 0
                for value in values:
                    bits |= value
                return replace(plain, high=bits, bits=bits)
            if place.is_nullable:
                values = tuple(sorted({0, *values}))
            return replace(plain, low=values[0], high=values[-1], arms=values)
        case (
            Bytes()
            | Blob()
            | Bitmap()
            | Opaque()
            | StructType()
            | ListType()
            | MapType()
            | Array()
            | Description()
        ):
            return _opaque(plain)
        case _:
            assert_never(place.type)


def _opaque(plain: Values) -> Values:
    """A value that is looked at as a whole only: at reset, or not."""
    return replace(plain, high=1, is_bool=True, default=False, is_whole=True)


def _default(place: ReadPlace, zero: Value) -> Value:
    known = None if place.default is None else fold_constant(place.default)
    return zero if known is None else known
