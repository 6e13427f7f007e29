"""The places of a state that expressions read: name, type, and the values that each can have."""

from dataclasses import replace
from typing import assert_never

from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr
from vmsdl.prove.formula import Constant, Formula, Value, Values, VariablePath
from vmsdl.prove.undecided import Undecided
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, EnumDefinition, Field, Local, Property, Schema
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
    """One object: its description, and where it is."""

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
    """A place that holds a value. `scopes` are the objects that its lengths read."""

    name: str
    path: VariablePath
    type: Type | Description
    scopes: tuple[ElementScope, ...]
    label: str
    default: Expr | None = None
    is_kept: bool = True  # in a state; locals and properties are given beside it
    is_nullable: bool = False
    is_at_reset: bool = False
    overapproximation: Undecided | None = None
    underapproximation: Undecided | None = None

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
            overapproximation=self.overapproximation,
            underapproximation=self.underapproximation,
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
    """All values of a place. What is no number or truth value is at reset (false) or not (true)."""
    path = place.path if place.is_kept else ()
    plain = Values(
        low=0,
        high=0,
        path=path,
        label=place.label,
        overapproximation=place.overapproximation,
        underapproximation=place.underapproximation,
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
            values = values_of_enum(enum, is_nullable=place.is_nullable)
            return replace(
                values,
                default=_default(place, enum.zero),
                path=path,
                label=place.label,
                overapproximation=place.overapproximation,
                underapproximation=place.underapproximation,
            )
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


def values_of_enum(enum: EnumDefinition, *, is_nullable: bool = False) -> Values:
    """The values of an enum, or all unions of flags. A pointer that is null is read as 0."""
    values = {member.value for member in enum.members}
    names = tuple((member.value, f"{enum.name}.{member.name}") for member in enum.members)
    if enum.is_flags:
        bits = 0
        for value in values:
            bits |= value
        return Values(low=0, high=bits, bits=bits, default=enum.zero, names=names)
    members = tuple(sorted({0, *values} if is_nullable else values))
    low, high = min(members, default=0), max(members, default=0)
    return Values(low=low, high=high, allowed=members, default=enum.zero, names=names)


def _opaque(plain: Values) -> Values:
    """A value that is looked at as a whole only: at reset, or not."""
    return replace(plain, high=1, is_bool=True, default=False, is_whole=True)


def _default(place: ReadPlace, zero: Value) -> Value:
    known = None if place.default is None else fold_constant(place.default)
    return zero if known is None else known
