"""The base of generated classes, and the functions of the general codec that these call.

StateObject             the base of generated classes
decode, decode_from     from bytes to an object
encode                  from an object to bytes
for_machine             an object with the properties of a machine type
default_of              the default of a field, for a constructor
zero_of                 how an expression reads an `extern` field that is None
absent_value            the value of an absent field, for fast code
"""

from array import array
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeVar, cast

from vmsdl.runtime.build_codec import describe, generated_class, is_hidden
from vmsdl.runtime.copy_object import copy_object
from vmsdl.runtime.cursor import (
    CodecRefusal,
    InputReader,
    MemoryBudget,
    ObjectContext,
    OutputWriter,
    plural,
)
from vmsdl.runtime.description import LocalCodec
from vmsdl.runtime.errors import DecodeError, EncodeError, NeedsGeneralCodec
from vmsdl.runtime.nested import object_from_plain, object_to_plain
from vmsdl.runtime.steps import LENIENT, FieldStep, is_equal_value

_Object = TypeVar("_Object")


def new_object(cls: type[Any], *arguments: Any) -> Any:
    """Called by pickles of objects."""
    return cls.__new__(cls, *arguments)


class StateObject:
    """The base of generated classes: devices, structs and subsections."""

    __slots__ = ("_machine",)

    MACHINES: ClassVar[tuple[str, ...]] = ()

    __hash__: ClassVar[None]  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        """Fields and subsections; locals and properties say where an object is, not what."""
        cls = generated_class(type(self))
        if not isinstance(other, cls):
            return NotImplemented
        description = describe(cls)
        for part in description.parts:  # a loop, for objects may be nested deep
            if not is_equal_value(getattr(self, part.attribute), getattr(other, part.attribute)):
                return False
        return True

    def __repr__(self) -> str:
        cls = type(self)
        if is_hidden(cls):
            cls = generated_class(cls)
        description = describe(cls)
        words: list[str] = []
        for step in description.fields:
            words.append(f"{step.attribute}={abbreviate(getattr(self, step.attribute, None))}")
        for entry in description.subsections:
            sub = getattr(self, entry.attribute, None)
            if sub is not None:
                words.append(f"{entry.attribute}={sub!r}")
        return f"{cls.__qualname__.rpartition('<locals>.')[2]}({', '.join(words)})"

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Copies and pickles are objects of the public class, never of the hidden subclass."""
        reduced = cast("tuple[Any, ...]", super().__reduce_ex__(max(protocol, 2)))
        _, arguments, *rest = reduced
        # Not copyreg.__newobj__: pickle refuses it for any class but the object's very own.
        return (new_object, (public_class(type(self)), *arguments[1:]), *rest)

    def to_dict(self) -> dict[str, object]:
        """Fields and subsections by their names in the schema, ready for JSON."""
        return object_to_plain(describe(type(self)), self)

    @classmethod
    def from_dict(cls: type[_Object], values: Mapping[str, object], *, base: Any = None) -> _Object:
        """The inverse of `to_dict`. What `values` leaves out is the base's, else at its default."""
        description = describe(cls)
        o: Any
        if base is None:
            o = description.create(public_class(cls), (), None, {}, LENIENT)
        else:
            o = copy_base(cls, base)
        context = ObjectContext((o,), description.version_id, keeps=base is not None)
        try:
            object_from_plain(description, values, context)
        except CodecRefusal as refusal:
            path = refusal.path(description.name)
            raise EncodeError(path, refusal.reason, refusal.message) from refusal.__cause__
        except RecursionError:
            raise EncodeError(description.name, "limit", "is nested too deeply") from None
        return cast("_Object", o)

    @classmethod
    def for_machine(cls: type[_Object], name: str) -> _Object:
        """A new object as it is on a machine of type `name`, one of MACHINES; for use as `base`."""
        return for_machine(cls, name)


def abbreviate(value: Any) -> str:
    """A value in a repr; long values are cut."""
    if isinstance(value, (bytes, bytearray)) and len(value) > 24:
        return f"<{plural(len(value))}: {bytes(value[:12]).hex()}...>"
    if isinstance(value, (list, tuple)):
        items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        more = f", ... {len(items)} elements" if len(items) > 12 else ""
        return f"[{', '.join(abbreviate(item) for item in items[:12])}{more}]"
    if isinstance(value, array):
        numbers: array[Any] = value
        return abbreviate(numbers.tolist())
    return repr(value)


def public_class(cls: type[Any]) -> type[Any]:
    """The class itself, or for the hidden subclass its public parent."""
    return generated_class(cls) if is_hidden(cls) else cls


def copy_base(cls: type[Any], base: Any) -> Any:
    generated = generated_class(cls)
    if not isinstance(base, generated):
        raise TypeError(f"the base is a {type(base).__name__}, not a {generated.__name__}")
    return copy_object(base, {})


def decode(
    cls: type[_Object],
    data: Any,
    version_id: int | None = None,
    base: Any = None,
    fault: Exception | None = None,
) -> _Object:
    """The object that all of `data` stands for.

    `fault` is what the fast code of the class raised on these data. If they are good, the fast
    code has a bug, and `fault` is raised.
    """
    o, _ = load(cls, data, 0, version_id, base, True)
    if fault is not None:
        raise fault
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
        raise ValueError(f"offset {offset} is negative")
    reader = InputReader(data, offset)
    version = description.version_id if version_id is None else version_id
    try:
        if offset > reader.end:
            words = f"the data ends at {reader.end}, before the offset"
            raise CodecRefusal("truncated", words, offset)
        description.check_version(version, offset)
        if base is None:
            o = description.create(public_class(cls), (), None, {}, reader.budget)
            context = ObjectContext((o,), version)
        else:
            o = copy_base(cls, base)
            context = ObjectContext((o,), version, based=True, keeps=True)
        description.load(reader, context)
        if whole and reader.pos < reader.end:
            refusal = explain_leftover(reader)
            refusal.loaded.append(o)
            raise refusal
    except CodecRefusal as found:
        path = found.path(description.name)
        loaded = tuple(reversed(found.loaded))
        raise DecodeError(
            path, found.offset, found.reason, found.message, found.values, loaded
        ) from found.__cause__
    except RecursionError:
        raise DecodeError(description.name, reader.pos, "limit", "is nested too deeply") from None
    return o, reader.pos


def explain_leftover(reader: InputReader) -> CodecRefusal:
    """The refusal of bytes behind the end of an object."""
    rest = bytes(reader.data[reader.pos : reader.pos + 2])
    left = reader.end - reader.pos
    if rest[0] == 5 and (left < 2 or left < 2 + rest[1] + 4):
        return CodecRefusal("truncated", "ends inside the header of a subsection", reader.pos)
    return CodecRefusal("trailing-data", f"{plural(left)} left after the last field", reader.pos)


def encode(
    o: Any,
    version_id: int | None = None,
    subsections: Literal["needed", "present"] = "needed",
    fault: Exception | None = None,
) -> bytes:
    """The bytes that stand for an object.

    `fault` is what the fast code of the class raised. It is raised again if the state is good and
    has no type that fast code does not take: then the fast code has a bug.
    """
    if subsections not in ("needed", "present"):
        raise ValueError(f"subsections must be 'needed' or 'present', not {subsections!r}")
    description = describe(type(o))
    version = description.version_id if version_id is None else version_id
    writer = OutputWriter(subsections == "present")
    try:
        description.check_version(version, 0)
        description.save(writer, ObjectContext((o,), version))
    except CodecRefusal as refusal:
        path = refusal.path(description.name)
        raise EncodeError(path, refusal.reason, refusal.message) from refusal.__cause__
    except RecursionError:
        raise EncodeError(description.name, "limit", "is nested too deeply") from None
    if fault is not None and not writer.has_converted:
        raise fault
    return b"".join(writer.out)


def for_machine(cls: type[_Object], name: str) -> _Object:
    """A new object as it is on a machine of this type, all below it included."""
    known: tuple[str, ...] | None = getattr(cls, "MACHINES", None)
    if known is not None and name not in known:
        raise ValueError(f"unknown machine type {name!r}")
    return cast("_Object", describe(cls).create_filled(public_class(cls), (), name))


def default_of(o: Any, attribute: str) -> Any:
    """The default of a field, computed from the locals and fields before it, which are set."""
    description = describe(type(o))
    context = ObjectContext((o,), description.version_id)
    parts: tuple[FieldStep | LocalCodec, ...] = (*description.fields, *description.locals)
    for part in parts:
        if part.attribute == attribute:
            try:
                return part.initial(context, LENIENT)
            except CodecRefusal as refusal:
                raise ValueError(f"{attribute}: {refusal.message}") from None
    raise AttributeError(attribute)


def zero_of(attribute: str, *chain: Any) -> Any:
    """What expressions read where an `extern` field is None; `chain`: its object and the owners."""
    try:
        return make_zero(attribute, chain)
    except CodecRefusal as refusal:
        raise ValueError(refusal.message) from None


def absent_value(attribute: str, *chain: Any) -> Any:
    """What fast code sets where a field with a struct in it is absent."""
    try:
        return make_zero(attribute, chain)
    except CodecRefusal:
        raise NeedsGeneralCodec from None


def make_zero(attribute: str, chain: tuple[Any, ...]) -> Any:
    description = describe(type(chain[0]))
    budget = MemoryBudget(1 << 24)  # small, since one input can ask often
    context = ObjectContext(chain, description.version_id)
    for step in description.fields:
        if step.attribute == attribute:
            return step.codec.zero(budget, context, 0)
    raise AttributeError(attribute)
