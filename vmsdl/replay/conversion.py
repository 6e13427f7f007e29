"""From an object of one version to the other's: each field that both have."""

from typing import Any

from vmsdl.diff.matching.fields import find_counterpart, match_fields
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Extern
from vmsdl.replay.program import ObjectPart, ReplaySide, is_bytes
from vmsdl.schema.description import Description
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


class Conversion:
    def __init__(self, source: ReplaySide, target: ReplaySide) -> None:
        self.source = source
        self.target = target

    def into(self, target: Any, source: Any) -> None:
        one = next(self.source.parts(source))
        other = next(self.target.parts(target))
        self._body(other, one)

    def _body(self, target: ObjectPart, source: ObjectPart) -> None:
        pairs = match_fields(source.description, target.description)
        theirs = {field.name: field for field in source.description.fields}
        for mine in target.description.fields:
            yours = theirs.get(pairs.get(mine.name, ""))
            if yours is None:
                continue
            value = getattr(source.object, source.names.attributes[yours.name])
            name = target.names.attributes[mine.name]
            before = getattr(target.object, name)
            setattr(target.object, name, self._value(value, yours.type, mine.type, before))
        for sub in target.description.subsections:
            self._subsection(target, source, sub)

    def _subsection(self, target: ObjectPart, source: ObjectPart, sub: Description) -> None:
        other = find_counterpart(sub, target.description, source.description)
        if other is None:
            return
        inner = getattr(source.object, source.names.attributes[other.name])
        there = source.names.subsections[other.name]
        if inner is None:
            if isinstance(sub.needed, Extern) or isinstance(other.needed, Extern):
                return  # it is not there
            inner = getattr(type(source.object), there.simple)()
        own = target.names.subsections[sub.name]
        made = getattr(type(target.object), own.simple)()
        setattr(target.object, target.names.attributes[sub.name], made)
        self._body(ObjectPart((), sub, own, made), ObjectPart((), other, there, inner))

    def _value(self, value: Any, one: Type, other: Type, before: Any) -> Any:
        """A value as the other type holds it; what it cannot hold leaves what was there."""
        if value is None:
            return before
        if _is_sequence(one) or _is_sequence(other):
            return self._sequence(value, one, other, before)
        match one, other:
            case StructType(name=yours), StructType(name=mine):
                made = self.target.class_of(mine)() if before is None else before
                self._body(
                    self._part(self.target, mine, made), self._part(self.source, yours, value)
                )
                return made
            case MapType(key=None, value=yours), MapType(key=None, value=mine):
                return {key: self._value(each, yours, mine, None) for key, each in value.items()}
            case MapType(key=StructType() as first, value=yours), MapType(
                key=StructType() as own, value=mine
            ):
                return [
                    (self._value(key, first, own, None), self._value(each, yours, mine, None))
                    for key, each in value
                ]
            case (Scalar() | EnumType()), (Scalar() | EnumType()):
                return value if isinstance(value, float) == isinstance(before, float) else before
            case Bitmap(), Bitmap(bits=bits):
                most = fold_constant(bits)
                return value if most is None else value & ((1 << most) - 1)
            case _:
                return before

    def _sequence(self, value: Any, one: Type, other: Type, before: Any) -> Any:
        """Element by element; a single value is an array of one."""
        values = list(value) if _is_sequence(one) else [value]
        if not _is_sequence(other):
            is_one = len(values) == 1
            return self._value(values[0], _element(one), other, before) if is_one else before
        old = [] if before is None else list(before)
        element = _element(other)
        zero = 0.0 if isinstance(element, Scalar) and element.is_float else None
        items = [
            self._value(each, _element(one), _element(other), old[i] if i < len(old) else zero)
            for i, each in enumerate(values)
        ]
        if _is_fixed(other):
            items = (items + old[len(items) :])[: len(old)]
        return bytes(int(each) & 255 for each in items) if is_bytes(other) else items

    def _part(self, program: ReplaySide, name: str, o: Any) -> ObjectPart:
        return ObjectPart((), program.side.schema.descriptions[name], program.names[name], o)


def _is_sequence(type_: Type) -> bool:
    return isinstance(type_, Array | ListType | Bytes | Blob | Opaque)


def _element(type_: Type) -> Type:
    return (find_element_type(type_) or type_) if _is_sequence(type_) else type_


def _is_fixed(type_: Type) -> bool:
    match type_:
        case Array(count=length) | Bytes(length=length):
            return fold_constant(length) is not None
        case Opaque(length=size):
            return size is not None
        case _:
            return False
