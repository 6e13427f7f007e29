"""From the types of one field on both sides to what was edited about them."""

from collections.abc import Iterator, Mapping
from enum import Enum
from math import prod

from vmsdl.diff.edits.counters import find_counted
from vmsdl.diff.edits.pair import Pair
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
    """A length that depends on the state: what it says, and the places that it reads."""

    form: object
    sources: frozenset[str]


Length = int | CountedLength


class TypeChange(Enum):
    """One kind of edit; `OTHER` is what none of them says."""

    WIDTH = "a number of another width"
    SIGN = "the same bytes, signed or not"
    TO_BOOL = "a byte became a bool"
    FROM_BOOL = "a bool became a byte"
    TIMER = "a deadline became a number, or a number a deadline"
    TO_ENUM = "a number became one of the arms of an enum"
    FROM_ENUM = "one of the arms of an enum became any number"
    TO_ARRAY = "one became an array of one"
    FROM_ARRAY = "an array of one became one"
    LENGTH = "an array of another fixed length"
    TRANSPOSED = "rows and columns of the same number of elements in all"
    TO_VARIABLE = "an array of a fixed length became one that is counted"
    TO_FIXED = "an array that is counted became one of a fixed length"
    BITS = "a bitmap of another length"
    SPLIT = "an integer became several of the same bytes"
    MERGED = "several integers became one of the same bytes"
    COUNT_WIDER = "what counts an array is wider"
    COUNT_NARROWER = "what counts an array is narrower"
    COUNT_SIGN = "what counts an array is signed or not"
    COUNTED_ELSEWHERE = "a length is read from other fields"
    COUNTED_OTHERWISE = "a length is worked out otherwise from the same fields"
    TO_LIST = "an array became a list"
    FROM_LIST = "a list became an array"
    KEYS = "the keys of a map are of another kind"
    MARKS = "an array of pointers marks all elements, or the null ones alone"
    NULLS = "elements can be null, or cannot any more"
    CONSTANT = "a struct is embedded at another version"
    SKEWED = "the elements of a list are saved and loaded with other fields, or not any more"
    CODEC = "another codec knows what is inside"
    OTHER = "another edit"


def find_type_changes(pair: Pair, *kinds: TypeChange) -> Iterator[tuple[Field, Field]]:
    """The fields whose type was edited in one of these ways."""
    names = {old.name: new.name for old, new in pair.kept}
    for old, new in pair.kept:
        kind = classify_type_change(old.type, new.type, pair.old.schema, pair.new.schema, names)
        if kind in (TypeChange.WIDTH, TypeChange.SIGN) and find_counted(
            pair.new.description, new.name
        ):
            kind = _recounted(old.type, new.type)
        if kind in kinds:
            yield old, new


def classify_type_change(
    old: Type, new: Type, one: Schema, other: Schema, names: Mapping[str, str]
) -> TypeChange | None:
    """`names`: of the fields that old lengths can read, as they are called now."""
    composite = _composite(old, new, one, other)
    if composite is not None:
        return composite
    if isinstance(old, Bitmap) and isinstance(new, Bitmap):
        return None if _length(old.bits, names) == _length(new.bits, {}) else TypeChange.BITS
    lengths, before = _opened(old, names)
    counts, after = _opened(new, {})
    of_elements = _elements(before, after, one, other)
    if lengths == counts:
        return of_elements
    if of_elements is None:
        return _lengths(lengths, counts)
    sizes = _bytes(lengths, before), _bytes(counts, after)
    if sizes[0] is None or sizes[0] != sizes[1]:
        return TypeChange.OTHER
    return TypeChange.SPLIT if (_total(lengths) or 0) < (_total(counts) or 0) else TypeChange.MERGED


def find_skewed_fields(type_: Type, schema: Schema) -> tuple[str, ...]:
    """The fields of a list's elements that are saved and not loaded."""
    if not isinstance(type_, ListType) or type_.element.version is None:
        return ()
    struct, at = schema.descriptions[type_.element.name], type_.element.version
    return tuple(each.name for each in struct.fields if at < each.since <= struct.version_id)


def _composite(old: Type, new: Type, one: Schema, other: Schema) -> TypeChange | None:
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


def find_carrier_scalar(type_: Type, schema: Schema) -> str | None:
    """The scalar that is on the wire."""
    match type_:
        case Scalar(name=name):
            return name
        case EnumType(name=name):
            return schema.enums[name].scalar
        case _:
            return None


def _recounted(old: Type, new: Type) -> TypeChange | None:
    match old, new:
        case Scalar(name=before), Scalar(name=after):
            wider = SCALARS[after].size - SCALARS[before].size
            if wider == 0:
                return TypeChange.COUNT_SIGN
            return TypeChange.COUNT_WIDER if wider > 0 else TypeChange.COUNT_NARROWER
        case _:
            return TypeChange.WIDTH


def _opened(type_: Type, names: Mapping[str, str]) -> tuple[tuple[Length, ...], Type]:
    """The lengths of an array of arrays, outermost first, and what it is of."""
    lengths: list[Length] = []
    while isinstance(type_, Array) and not type_.nullable and not type_.marked:
        lengths.append(_length(type_.count, names))
        type_ = type_.element
    match type_:
        case Bytes(length=length):
            return (*lengths, _length(length, names)), BYTE
        case Opaque(length=length) if length is not None:
            return (*lengths, _length(length, names)), type_
        case _:
            return tuple(lengths), type_


def _length(length: Expr, names: Mapping[str, str]) -> Length:
    value = fold_constant(length)
    if value is not None:
        return int(value)
    told = rename_members(length, names)
    return CountedLength(normalize_form(told), collect_paths(told))


def _elements(old: Type, new: Type, one: Schema, other: Schema) -> TypeChange | None:
    match old, new:
        case StructType(), StructType():
            is_other = _constant(old, new, one, other)
            return TypeChange.CONSTANT if is_other else None
        case Opaque(), Opaque() if old.codec != new.codec:
            return TypeChange.CODEC
        case _:
            pass
    before, after = find_carrier_scalar(old, one), find_carrier_scalar(new, other)
    if before is None or after is None:
        return None if _kind(old, one) == _kind(new, other) else TypeChange.OTHER
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


def _constant(old: StructType, new: StructType, one: Schema, other: Schema) -> bool:
    """It is embedded at another version; its own is told of where the struct is."""
    if old.version is None and new.version is None:
        return False
    before, after = (
        schema.descriptions[struct.name].version_id if struct.version is None else struct.version
        for struct, schema in ((old, one), (new, other))
    )
    return before != after


def _kind(type_: Type, schema: Schema) -> object:
    """What it is, whatever its struct holds, its enum means, or they are called."""
    match type_:
        case StructType():
            return "struct"
        case Array(element=element, count=count):
            return "array", _length(count, {}), _kind(element, schema)
        case ListType():
            return "list"
        case MapType():
            return "map"
        case Opaque(codec=codec, length=length):
            return "opaque", codec, length is None
        case Bitmap(bits=bits):
            return "bitmap", _length(bits, {})
        case _:
            return find_carrier_scalar(type_, schema)


def _lengths(old: tuple[Length, ...], new: tuple[Length, ...]) -> TypeChange:
    if not old and new == (1,):
        return TypeChange.TO_ARRAY
    if not new and old == (1,):
        return TypeChange.FROM_ARRAY
    before, after = _total(old), _total(new)
    if before is not None and after is not None:
        if before != after:
            return TypeChange.LENGTH
        return TypeChange.TRANSPOSED if len(old) == len(new) else TypeChange.OTHER
    if len(old) != len(new):
        return TypeChange.OTHER
    match before, after:
        case None, None:
            is_elsewhere = _sources(old) != _sources(new)
            return TypeChange.COUNTED_ELSEWHERE if is_elsewhere else TypeChange.COUNTED_OTHERWISE
        case None, _:
            return TypeChange.TO_FIXED
        case _:
            return TypeChange.TO_VARIABLE


def _sources(lengths: tuple[Length, ...]) -> frozenset[str]:
    counted_ = [length.sources for length in lengths if isinstance(length, CountedLength)]
    return frozenset[str]().union(*counted_)


def _total(lengths: tuple[Length, ...]) -> int | None:
    fixed = [length for length in lengths if isinstance(length, int)]
    return prod(fixed) if len(fixed) == len(lengths) else None


def _bytes(lengths: tuple[Length, ...], element: Type) -> int | None:
    total = _total(lengths)
    if total is None or not isinstance(element, Scalar) or not element.row.is_integer:
        return None
    return total * element.row.size
