"""From the old type and the new type of a field to the kind of change between them."""

from collections.abc import Iterator, Mapping
from enum import Enum
from math import prod

from vmsdl.diff.edits.counters import find_counted
from vmsdl.diff.edits.pair import Pair, once_per_pair
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr
from vmsdl.prove.conditions import collect_paths
from vmsdl.prove.implication import normalize_form, rename_members
from vmsdl.records import dataclass
from vmsdl.schema.description import Field, Schema
from vmsdl.schema.scalars import SCALARS, ScalarKind
from vmsdl.schema.types import (
    BYTE,
    Array,
    Bitmap,
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
class CountedLength:
    """A length that depends on the state: its comparable form, and the places that it reads."""

    form: object
    sources: frozenset[str]


Length = int | CountedLength


class TypeChange(Enum):
    """A kind of change of a type. `OTHER` is a change that none of the others describes."""

    WIDTH = "a number has another width"
    SIGN = "a number of the same width is signed, or is not signed any more"
    TO_BOOL = "a byte became a bool"
    FROM_BOOL = "a bool became a byte"
    TIMER = "a timer became a number, or a number became a timer"
    TO_ENUM = "a number became an enum or flags"
    FROM_ENUM = "an enum or flags became a number"
    TO_ARRAY = "one value became an array of one"
    FROM_ARRAY = "an array of one became one value"
    LENGTH = "an array has another fixed length"
    TRANSPOSED = "an array of arrays has other rows and columns, and as many elements"
    TO_VARIABLE = "an array of a fixed length has a counted length now"
    TO_FIXED = "an array with a counted length has a fixed length now"
    BITS = "a bitmap has another length"
    SPLIT = "an integer became several integers over the same bytes"
    MERGED = "several integers became one integer over the same bytes"
    COUNT_WIDER = "the field that counts an array is wider"
    COUNT_NARROWER = "the field that counts an array is narrower"
    COUNT_SIGN = "the field that counts an array is signed, or is not signed any more"
    COUNTED_ELSEWHERE = "other fields give the length"
    COUNTED_OTHERWISE = "the same fields give the length by another formula"
    TO_LIST = "an array became a list"
    FROM_LIST = "a list became an array"
    KEYS = "the keys of a map are of another kind"
    MARKS = "an array of pointers marks all elements, and before only null ones, or the reverse"
    NULLS = "elements can be null, or cannot be null any more"
    CONSTANT = "a struct is embedded at another version"
    SKEWED = "list elements are saved and loaded with other fields, or not any more"
    CODEC = "another codec reads the bytes"
    OTHER = "another kind of change"


@dataclass(frozen=True, slots=True)
class ChangedType:
    """A field on both sides, and the kind of change of its type."""

    kind: TypeChange
    old: Field
    new: Field


def find_type_changes(pair: Pair, *kinds: TypeChange) -> Iterator[tuple[Field, Field]]:
    """The fields of a pair whose types changed in one of these ways."""
    return ((each.old, each.new) for each in find_changed_types(pair) if each.kind in kinds)


@once_per_pair
def find_changed_types(pair: Pair) -> Iterator[ChangedType]:
    names = {old.name: new.name for old, new in pair.kept_fields}
    for old, new in pair.kept_fields:
        kind = classify_type_change(old.type, new.type, pair.old.schema, pair.new.schema, names)
        if kind in (TypeChange.WIDTH, TypeChange.SIGN) and find_counted(
            pair.new.description, new.name
        ):
            kind = _classify_count(old.type, new.type)
        if kind is not None:
            yield ChangedType(kind, old, new)


def classify_type_change(
    old: Type, new: Type, one: Schema, other: Schema, names: Mapping[str, str]
) -> TypeChange | None:
    """None: the types are the same on the wire. `names`: the new names of the old fields."""
    composite = _classify_composite(old, new, one, other)
    if composite is not None:
        return composite
    if isinstance(old, Bitmap) and isinstance(new, Bitmap):
        is_same = _make_length(old.bits, names) == _make_length(new.bits, {})
        return None if is_same else TypeChange.BITS
    before, old_element = _open_arrays(old, names)
    after, new_element = _open_arrays(new, {})
    of_elements = _classify_elements(old_element, new_element, one, other)
    if before == after:
        return of_elements
    if of_elements is None:
        return _classify_lengths(before, after)
    sizes = _count_bytes(before, old_element), _count_bytes(after, new_element)
    if sizes[0] is None or sizes[0] != sizes[1]:
        return TypeChange.OTHER
    is_split = (_multiply(before) or 0) < (_multiply(after) or 0)
    return TypeChange.SPLIT if is_split else TypeChange.MERGED


def find_skewed_fields(type_: Type, schema: Schema) -> tuple[str, ...]:
    """The fields of the list's elements that are saved, and not loaded.

    Elements are saved at the version of their struct, and loaded at the version in the list.
    """
    if not isinstance(type_, ListType) or type_.element.version is None:
        return ()
    struct, at = schema.descriptions[type_.element.name], type_.element.version
    return tuple(each.name for each in struct.fields if at < each.since <= struct.version_id)


def _classify_composite(old: Type, new: Type, one: Schema, other: Schema) -> TypeChange | None:
    match old, new:
        case ListType(), ListType() if find_skewed_fields(old, one) != find_skewed_fields(
            new, other
        ):
            return TypeChange.SKEWED
        case ListType(), Array():
            return TypeChange.FROM_LIST
        case Array(), ListType():
            return TypeChange.TO_LIST
        case MapType(key=before), MapType(key=after) if (before is None) != (after is None):
            return TypeChange.KEYS
        case Array(nullable=before), Array(nullable=after) if before != after:
            return TypeChange.NULLS
        case Array(marked=before), Array(marked=after) if before != after:
            return TypeChange.MARKS
        case _:
            return None


def find_wire_scalar(type_: Type, schema: Schema) -> str | None:
    """The scalar that is on the wire for a number or an enum; None for other types."""
    match type_:
        case Scalar(name=name):
            return name
        case EnumType(name=name):
            return schema.enums[name].scalar
        case _:
            return None


def _classify_count(old: Type, new: Type) -> TypeChange | None:
    match old, new:
        case Scalar(name=before), Scalar(name=after):
            wider = SCALARS[after].size - SCALARS[before].size
            if wider == 0:
                return TypeChange.COUNT_SIGN
            return TypeChange.COUNT_WIDER if wider > 0 else TypeChange.COUNT_NARROWER
        case _:
            return TypeChange.WIDTH


def _open_arrays(type_: Type, names: Mapping[str, str]) -> tuple[tuple[Length, ...], Type]:
    """The lengths of an array of arrays, outermost first, and the innermost element."""
    lengths: list[Length] = []
    while isinstance(type_, Array) and not type_.nullable and not type_.marked:
        lengths.append(_make_length(type_.count, names))
        type_ = type_.element
    match type_:
        case Bytes(length=length):
            return (*lengths, _make_length(length, names)), BYTE
        case Opaque(length=length) if length is not None:
            return (*lengths, _make_length(length, names)), type_
        case _:
            return tuple(lengths), type_


def _make_length(length: Expr, names: Mapping[str, str]) -> Length:
    value = fold_constant(length)
    if value is not None:
        return int(value)
    renamed = rename_members(length, names)
    return CountedLength(normalize_form(renamed), collect_paths(renamed))


def _classify_elements(old: Type, new: Type, one: Schema, other: Schema) -> TypeChange | None:
    match old, new:
        case StructType(), StructType():
            has_other_version = _has_other_version(old, new, one, other)
            return TypeChange.CONSTANT if has_other_version else None
        case Opaque(), Opaque() if old.codec != new.codec:
            return TypeChange.CODEC
        case _:
            pass
    before, after = find_wire_scalar(old, one), find_wire_scalar(new, other)
    if before is None or after is None:
        return None if _find_kind(old, one) == _find_kind(new, other) else TypeChange.OTHER
    if before == after:
        match isinstance(old, EnumType), isinstance(new, EnumType):
            case False, True:
                return TypeChange.TO_ENUM
            case True, False:
                return TypeChange.FROM_ENUM
            case _:
                return None
    if SCALARS[before].size != SCALARS[after].size:
        return TypeChange.WIDTH
    kinds = SCALARS[before].kind, SCALARS[after].kind
    if ScalarKind.FLOAT in kinds:
        return TypeChange.OTHER
    if ScalarKind.TIMER in kinds:
        return TypeChange.TIMER
    if kinds[1] is ScalarKind.BOOL:
        return TypeChange.TO_BOOL
    if kinds[0] is ScalarKind.BOOL:
        return TypeChange.FROM_BOOL
    return TypeChange.SIGN


def _has_other_version(old: StructType, new: StructType, one: Schema, other: Schema) -> bool:
    """A struct is embedded at another version. The pair of the two structs reports their own."""
    if old.version is None and new.version is None:
        return False
    before, after = (
        schema.descriptions[struct.name].version_id if struct.version is None else struct.version
        for struct, schema in ((old, one), (new, other))
    )
    return before != after


def _find_kind(type_: Type, schema: Schema) -> object:
    """A comparable form without the members and names of structs and enums."""
    match type_:
        case StructType():
            return "struct"
        case Array(element=element, count=count):
            return "array", _make_length(count, {}), _find_kind(element, schema)
        case ListType():
            return "list"
        case MapType():
            return "map"
        case Opaque(codec=codec, length=length):
            return "opaque", codec, length is None
        case Bitmap(bits=bits):
            return "bitmap", _make_length(bits, {})
        case _:
            return find_wire_scalar(type_, schema)


def _classify_lengths(old: tuple[Length, ...], new: tuple[Length, ...]) -> TypeChange:
    if not old and new == (1,):
        return TypeChange.TO_ARRAY
    if not new and old == (1,):
        return TypeChange.FROM_ARRAY
    before, after = _multiply(old), _multiply(new)
    if before is not None and after is not None:
        if before != after:
            return TypeChange.LENGTH
        return TypeChange.TRANSPOSED if len(old) == len(new) else TypeChange.OTHER
    if len(old) != len(new):
        return TypeChange.OTHER
    match before, after:
        case None, None:
            is_elsewhere = _collect_sources(old) != _collect_sources(new)
            return TypeChange.COUNTED_ELSEWHERE if is_elsewhere else TypeChange.COUNTED_OTHERWISE
        case None, _:
            return TypeChange.TO_FIXED
        case _:
            return TypeChange.TO_VARIABLE


def _collect_sources(lengths: tuple[Length, ...]) -> frozenset[str]:
    sources = [length.sources for length in lengths if isinstance(length, CountedLength)]
    return frozenset[str]().union(*sources)


def _multiply(lengths: tuple[Length, ...]) -> int | None:
    fixed = [length for length in lengths if isinstance(length, int)]
    return prod(fixed) if len(fixed) == len(lengths) else None


def _count_bytes(lengths: tuple[Length, ...], element: Type) -> int | None:
    total = _multiply(lengths)
    if total is None or not isinstance(element, Scalar) or not element.row.is_integer:
        return None
    return total * element.row.size
