"""What every generated class is made of, and the general codec that serves what its own does not.

Names for generated modules:

    Struct, Subsection      bases of generated classes
    decode, decode_from     bytes to an object; encode: an object to bytes
    for_machine             an object with a machine type's properties
    default_of              the default of a field of an object whose __init__ runs
    arr                     a sequence as an array.array
    item, bit, given        what expressions call
"""

from array import array
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeVar, cast

from vmsdl.runtime.compiled import describe, generated_class, hidden_subclass
from vmsdl.runtime.copies import copy_object
from vmsdl.runtime.cursor import Reader, Refused, Site, Writer, plural
from vmsdl.runtime.errors import DecodeError, EncodeError
from vmsdl.runtime.nested import parse_object, plain_object
from vmsdl.runtime.steps import LENIENT, same

_Object = TypeVar("_Object")


def new_object(cls: type[Any], *arguments: Any) -> Any:
    """What pickles of objects call."""
    return cls.__new__(cls, *arguments)


class Record:
    """The base of every generated class: equality, repr, and the way to and from plain values."""

    __slots__ = ("_machine",)

    __hash__: ClassVar[None]  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        """Fields and subsections; locals and properties say where an object is, not what."""
        cls = generated_class(type(self))
        if not isinstance(other, cls):
            return NotImplemented
        description = describe(cls)
        for part in description.parts:  # a loop, for objects may be nested deep
            if not same(getattr(self, part.attribute), getattr(other, part.attribute)):
                return False
        return True

    def __repr__(self) -> str:
        cls = type(self)
        if hidden_subclass(cls):
            cls = generated_class(cls)
        description = describe(cls)
        words: list[str] = []
        for step in description.fields:
            words.append(f"{step.attribute}={brief(getattr(self, step.attribute, None))}")
        for entry in description.subsections:
            sub = getattr(self, entry.attribute, None)
            if sub is not None:
                words.append(f"{entry.attribute}={sub!r}")
        return f"{cls.__qualname__.rpartition('<locals>.')[2]}({', '.join(words)})"

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Copies and pickles are of the class that has a name, never of the decoder's own."""
        reduced = cast("tuple[Any, ...]", super().__reduce_ex__(max(protocol, 2)))
        _, arguments, *rest = reduced
        # Not copyreg.__newobj__: pickle refuses it for any class but the object's very own.
        return (new_object, (built(type(self)), *arguments[1:]), *rest)

    def to_dict(self) -> dict[str, object]:
        """Fields and subsections by their names in the schema, ready for JSON."""
        return plain_object(describe(type(self)), self)

    @classmethod
    def from_dict(cls: type[_Object], values: Mapping[str, object], *, base: Any = None) -> _Object:
        """The inverse of `to_dict`. What `values` leaves out is the base's, else at its default."""
        description = describe(cls)
        o: Any
        if base is None:
            o = description.bare(built(cls), (), None, {}, LENIENT)
        else:
            o = copied(cls, base)
        site = Site((o,), description.version_id, keeps=base is not None)
        try:
            parse_object(description, values, site)
        except Refused as refused:
            path = refused.path(description.title)
            raise EncodeError(path, refused.reason, refused.message) from refused.__cause__
        except RecursionError:
            raise EncodeError(description.title, "limit", "is nested too deep") from None
        return cast("_Object", o)


class Struct(Record):
    """The base of devices and structs."""

    __slots__ = ()

    MACHINES: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def for_machine(cls: type[_Object], name: str) -> _Object:
        """A new object as it is on a machine of type `name`, one of MACHINES; for use as `base`."""
        return for_machine(cls, name)


class Subsection(Record):
    """The base of subsections."""

    __slots__ = ()


def brief(value: Any) -> str:
    """A value in a repr: the beginning of what is long."""
    if isinstance(value, (bytes, bytearray)) and len(value) > 24:
        return f"<{plural(len(value))}: {bytes(value[:12]).hex()}...>"
    if isinstance(value, (list, tuple)):
        items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        more = f", ... {len(items)} elements" if len(items) > 12 else ""
        return f"[{', '.join(brief(item) for item in items[:12])}{more}]"
    if isinstance(value, array):
        numbers: array[Any] = value
        return brief(numbers.tolist())
    return repr(value)


def built(cls: type[Any]) -> type[Any]:
    """The class of new objects: never the hidden one, which has no name of its own."""
    return generated_class(cls) if hidden_subclass(cls) else cls


def copied(cls: type[Any], base: Any) -> Any:
    generated = generated_class(cls)
    if not isinstance(base, generated):
        raise TypeError(f"the base is a {type(base).__name__}, not a {generated.__name__}")
    return copy_object(base, {})


def decode(
    cls: type[_Object], data: Any, version_id: int | None = None, base: Any = None
) -> _Object:
    """The object that all of `data` stands for."""
    o, _ = load(cls, data, 0, version_id, base, True)
    return cast("_Object", o)


def decode_from(
    cls: type[_Object],
    data: Any,
    offset: int = 0,
    version_id: int | None = None,
    base: Any = None,
) -> tuple[_Object, int]:
    """The object that begins at `offset`, and where it ends."""
    o, end = load(cls, data, offset, version_id, base, False)
    return cast("_Object", o), end


def load(
    cls: type[Any],
    data: Any,
    offset: int,
    version_id: int | None,
    base: Any,
    whole: bool,
) -> tuple[Any, int]:
    if isinstance(data, bytes):
        return load_bytes(cls, data, offset, version_id, base, whole)
    with memoryview(data) as view:
        if not view.c_contiguous:
            return load_bytes(cls, view.tobytes(), offset, version_id, base, whole)
        with view.cast("B") as flat:
            return load_bytes(cls, flat, offset, version_id, base, whole)


def load_bytes(
    cls: type[Any],
    data: bytes | memoryview,
    offset: int,
    version_id: int | None,
    base: Any,
    whole: bool,
) -> tuple[Any, int]:
    description = describe(cls)
    if offset < 0:
        raise ValueError(f"the offset is {offset}")
    reader = Reader(data, offset)
    version = description.version_id if version_id is None else version_id
    try:
        if offset > reader.end:
            words = f"the data end at {reader.end}, before the offset"
            raise Refused("truncated", words, offset)
        description.admit(version, offset)
        if base is None:
            o = description.bare(built(cls), (), None, {}, reader.budget)
            site = Site((o,), version)
        else:
            o = copied(cls, base)
            site = Site((o,), version, based=True, keeps=True)
        description.load(reader, site)
        if whole and reader.pos < reader.end:
            raise leftover(reader)
    except Refused as refused:
        path = refused.path(description.title)
        raise DecodeError(
            path, refused.offset, refused.reason, refused.message, refused.values
        ) from refused.__cause__
    except RecursionError:
        raise DecodeError(description.title, reader.pos, "limit", "is nested too deep") from None
    return o, reader.pos


def leftover(reader: Reader) -> Refused:
    """Why bytes that nobody took are refused."""
    rest = bytes(reader.data[reader.pos : reader.pos + 2])
    left = reader.end - reader.pos
    if rest[0] == 5 and (left < 2 or left < 2 + rest[1] + 4):
        return Refused("truncated", "ends inside the header of a subsection", reader.pos)
    return Refused("trailing-data", f"{plural(left)} left behind the last field", reader.pos)


def encode(
    o: Any,
    version_id: int | None = None,
    subsections: Literal["needed", "present"] = "needed",
) -> bytes:
    """The bytes that stand for an object."""
    if subsections not in ("needed", "present"):
        raise ValueError(f"subsections is {subsections!r}, neither 'needed' nor 'present'")
    description = describe(type(o))
    version = description.version_id if version_id is None else version_id
    writer = Writer(subsections == "present")
    try:
        description.admit(version, 0)
        description.save(writer, Site((o,), version))
    except Refused as refused:
        path = refused.path(description.title)
        raise EncodeError(path, refused.reason, refused.message) from refused.__cause__
    except RecursionError:
        raise EncodeError(description.title, "limit", "is nested too deep") from None
    return b"".join(writer.out)


def for_machine(cls: type[_Object], name: str) -> _Object:
    """A new object as it is on a machine of this type, all below it included."""
    known: tuple[str, ...] | None = getattr(cls, "MACHINES", None)
    if known is not None and name not in known:
        raise ValueError(f"there is no machine {name!r}")
    return cast("_Object", describe(cls).new(built(cls), (), name))


def default_of(o: Any, attribute: str) -> Any:
    """What a field holds at first, by the locals and fields before it, which are set already."""
    description = describe(type(o))
    for step in description.fields:
        if step.attribute == attribute:
            return step.initial(Site((o,), description.version_id), LENIENT)
    for local in description.locals:
        if local.attribute == attribute:
            return local.initial(Site((o,), description.version_id), LENIENT)
    raise AttributeError(attribute)
