"""One side of a comparison with its generated classes: reads and changes its objects by path.

A path is a `FieldPath`, as in the diff. `(*path, LENGTH)` is the length of a list or blob.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from vmsdl.build.in_memory import GeneratedModules
from vmsdl.diff.matching.fields import Side
from vmsdl.emit.names import ClassNames, FileNames, name_files
from vmsdl.expr.logic import FieldPath
from vmsdl.schema.description import Description, EnumDefinition, Field
from vmsdl.schema.members import find_member_type
from vmsdl.schema.traverse import find_element_type, find_struct, strip_arrays
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

Value: TypeAlias = Any  # int, bool or float; of a map all that is in it, as tuples

LENGTH = -1


class NoCodec(Exception):
    """There is no generated class. The message says why."""


@dataclass(frozen=True, slots=True)
class ObjectPart:
    """A body in an object: the object itself, a struct in it, or a subsection that is present."""

    key: FieldPath
    description: Description
    names: ClassNames
    object: Any


class ReplaySide:
    def __init__(self, side: Side, modules: GeneratedModules) -> None:
        self.side = side
        self.files: dict[str, FileNames] = {}
        self.names: dict[str, ClassNames] = {}
        for file in name_files(side.schema).values():
            for name, names in file.classes.items():
                self.files[name], self.names[name] = file, names
        self._modules = modules
        self.cls = self.class_of(side.description.name)

    def class_of(self, name: str) -> Any:
        """The class of a device or struct, by its name in the schema."""
        found = self._modules.find_class(name)
        if found is None:
            raise NoCodec(f"`{name}` has no codec: it contains `opaque` without a length")
        return found

    # Walking -----------------------------------------------------------------------------------

    def parts(self, o: Any) -> Iterator[ObjectPart]:
        """All bodies of an object, outer ones first."""
        yield from self._parts(o, self.side.description, self.names[self.side.description.name], ())

    def _parts(
        self, o: Any, d: Description, names: ClassNames, key: FieldPath
    ) -> Iterator[ObjectPart]:
        yield ObjectPart(key, d, names, o)
        for field in d.fields:
            value = getattr(o, names.attributes[field.name])
            yield from self._inside(value, field.type, (*key, field.name))
        for sub in d.subsections:
            inner = getattr(o, names.attributes[sub.name])
            if inner is not None:
                yield from self._parts(inner, sub, names.subsections[sub.name], (*key, sub.name))

    def _inside(self, value: Any, type_: Type, key: FieldPath) -> Iterator[ObjectPart]:
        if value is None:
            return
        match type_:
            case StructType(name=name):
                d = self.side.schema.descriptions[name]
                yield from self._parts(value, d, self.names[name], key)
            case Array(element=element) | ListType(element=element) if _holds_structs(element):
                for i, each in enumerate(value):
                    yield from self._inside(each, element, (*key, i))

    def values(self, o: Any) -> dict[FieldPath, Value]:
        """Each value of an object by path. Absent subsections count with their defaults."""
        d = self.side.description
        return dict(self._values(o, d, self.names[d.name], ()))

    def _values(
        self, o: Any, d: Description, names: ClassNames, key: FieldPath
    ) -> Iterator[tuple[FieldPath, Value]]:
        for field in d.fields:
            value = getattr(o, names.attributes[field.name])
            yield from self._find_values(value, field.type, (*key, field.name))
        for sub in d.subsections:
            inner = getattr(o, names.attributes[sub.name])
            own = names.subsections[sub.name]
            if inner is None:
                inner = getattr(type(o), own.simple)()
            yield from self._values(inner, sub, own, (*key, sub.name))

    def _find_values(
        self, value: Any, type_: Type, key: FieldPath
    ) -> Iterator[tuple[FieldPath, Value]]:
        if value is None:
            return
        match type_:
            case StructType(name=name):
                d = self.side.schema.descriptions[name]
                yield from self._values(value, d, self.names[name], key)
            case Scalar(is_bool=True):
                yield key, bool(value)
            case Scalar(is_float=True):
                yield key, value
            case Scalar() | EnumType():
                yield key, int(value)
            case Bitmap():
                yield from (
                    ((*key, bit), 1) for bit in range(value.bit_length()) if value >> bit & 1
                )
            case MapType(key=None, value=inside):
                yield (*key, LENGTH), len(value)
                for number, each in value.items():
                    yield from self._find_values(each, inside, (*key, number))
            case MapType():
                yield key, self._pairs(value, type_)
            case Array(element=element):
                for i, each in enumerate(value):
                    yield from self._find_values(each, element, (*key, i))
            case ListType(element=element):
                yield (*key, LENGTH), len(value)
                for i, each in enumerate(value):
                    yield from self._find_values(each, element, (*key, i))
            case Bytes() | Blob() | Opaque():
                if not isinstance(type_, Bytes):
                    yield (*key, LENGTH), len(value)
                for i, each in enumerate(value):
                    yield (*key, i), int(each)

    def _pairs(self, value: Any, type_: MapType) -> Value:
        pairs = value.items() if isinstance(value, Mapping) else value
        found = []
        for one, other in pairs:
            first = one if type_.key is None else tuple(self._find_values(one, type_.key, ()))
            found.append((first, tuple(self._find_values(other, type_.value, ()))))
        return tuple(found)

    # Places ------------------------------------------------------------------------------------

    def field(self, key: FieldPath) -> Field | None:
        """The field at a path, or the one that contains it."""
        d, found = self.side.description, None
        for part in (p for p in key if isinstance(p, str)):
            sub = next((s for s in d.subsections if s.name == part), None)
            if sub is not None:
                d = sub
                continue
            found = next((f for f in d.fields if f.name == part), None)
            struct = None if found is None else find_struct(found.type)
            if struct is not None:
                d = self.side.schema.descriptions[struct.name]
        return found

    def find_absent(self, o: Any, key: FieldPath) -> FieldPath | None:
        """The subsection on the path that the object does not have; None: it has all."""
        d, there = self.side.description, {part.key for part in self.parts(o)}
        for i, part in enumerate(key):
            if isinstance(part, int):
                continue
            sub = next((s for s in d.subsections if s.name == part), None)
            if sub is not None:
                if key[: i + 1] not in there:
                    return key[: i + 1]
                d = sub
                continue
            found = next((f for f in d.fields if f.name == part), None)
            struct = None if found is None else find_struct(found.type)
            if struct is not None:
                d = self.side.schema.descriptions[struct.name]
        return None

    def is_bit(self, key: FieldPath) -> bool:
        """Whether it is a bit of a bitmap. Of these, only set ones are in `values`."""
        return isinstance(self._scalar(key), Bitmap)

    def enum(self, key: FieldPath) -> EnumDefinition | None:
        """The enum of the value at a path."""
        type_ = self._scalar(key)
        return self.side.schema.enums[type_.name] if isinstance(type_, EnumType) else None

    def scalar(self, key: FieldPath) -> str:
        """The name of the scalar at a path; empty: it is not a scalar."""
        match self._scalar(key):
            case Scalar(name=name):
                return name
            case EnumType(name=name):
                return self.side.schema.enums[name].scalar
            case Bytes() | Blob() | Opaque():
                return BYTE.name
            case _:
                return ""

    def type_of(self, key: FieldPath) -> Type | None:
        """The type at a path, which ends at a field or at elements of it."""
        found = self.field(key)
        type_ = None if found is None else found.type
        names = [n for n, part in enumerate(key) if isinstance(part, str)]
        for _ in key[names[-1] + 1 :] if names else ():
            type_ = None if type_ is None else find_element_type(type_)
        return type_

    def _scalar(self, key: FieldPath) -> Type | None:
        found = self.field(key)
        return None if found is None else strip_arrays(found.type)

    def get(self, o: Any, key: FieldPath) -> Any:
        """The value at a path. Raises LookupError where the object does not have it."""
        here = _ObjectCursor(self, o)
        for part in key:
            here.go(part)
        return here.value

    def put(self, o: Any, key: FieldPath, value: Any) -> None:
        """Changes the value at a path. A subsection on the path is present from now on."""
        here = _ObjectCursor(self, o)
        for part in key[:-1]:
            here.go(part, is_made=True)
        here.put(key[-1], value)


class _ObjectCursor:
    """A position in an object, and the containers on the path to it."""

    def __init__(self, program: ReplaySide, o: Any) -> None:
        d = program.side.description
        self._program = program
        self.value = o
        self._body: tuple[Description, ClassNames] | None = (d, program.names[d.name])
        self._type: Type | None = None
        self._back: list[tuple[Any, Any]] = []  # the sequence or object, and the index or name

    def go(self, part: str | int, *, is_made: bool = False) -> None:
        holder = self.value
        if isinstance(part, int):
            self._back.append((holder, part))
            if isinstance(self._type, Bitmap):
                self.value = bool(holder >> part & 1)
                self._type = None
                return
            element = None if self._type is None else find_element_type(self._type)
            if element is None:
                raise LookupError(part)
            self.value = holder[part]
            self._enter(element)
            return
        if self._body is None:
            raise LookupError(part)
        d, names = self._body
        name = names.attributes[part]
        self._back.append((holder, name))
        self.value = getattr(holder, name)
        sub = next((s for s in d.subsections if s.name == part), None)
        if sub is None:
            type_ = find_member_type(d, part)
            assert type_ is not None
            self._enter(type_)
            return
        own = names.subsections[part]
        self._body, self._type = (sub, own), None
        if self.value is None:
            self.value = getattr(type(holder), own.simple)()
            if is_made:
                setattr(holder, name, self.value)

    def _enter(self, type_: Type) -> None:
        self._type, self._body = type_, None
        if isinstance(type_, StructType):
            d = self._program.side.schema.descriptions[type_.name]
            self._body = (d, self._program.names[type_.name])

    def put(self, part: str | int, value: Any) -> None:
        if isinstance(part, str):
            self.go(part)  # there is such a place
            holder, name = self._back[-1]
            setattr(holder, name, value)
        elif isinstance(self._type, Bitmap):
            self._replace(self.value | 1 << part if value else self.value & ~(1 << part))
        elif not 0 <= part < len(self.value):
            raise LookupError(part)
        elif isinstance(self.value, bytes):
            data = bytearray(self.value)
            data[part] = value
            self._replace(bytes(data))
        else:
            self.value[part] = value

    def _replace(self, value: Any) -> None:
        """Puts another value into the container: ints and bytes cannot be changed."""
        holder, name = self._back[-1]
        if isinstance(name, int):
            holder[name] = value
        else:
            setattr(holder, name, value)


def is_bytes(type_: Type) -> bool:
    """Whether an object holds it as `bytes`."""
    match type_:
        case Array(element=element, nullable=nullable, marked=marked):
            return element == BYTE and not nullable and not marked
        case _:
            return isinstance(type_, Bytes | Blob | Opaque)


def _holds_structs(type_: Type) -> bool:
    return find_struct(type_) is not None
