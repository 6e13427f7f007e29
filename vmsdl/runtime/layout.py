"""The layout of one description as a table, which the general codec follows.

Every generated class has `_layout()`, a static method that builds its table when it is first
needed. Compiled expressions are functions of the objects they may read, innermost first, and the
version: `lambda o, version: …` in a device or struct, `lambda s, o, version: …` in a subsection
of it, and one more owner for each further level. Those of `bindings` (in the language: `with`)
also get the index of the element: `lambda o, version, index: …` (0 where there is no array, list
or map). An expression reads an absent subsection (None) as its defaults. It may raise LookupError
or ArithmeticError; the codec reports these as `out-of-range` at the place that needed the value.
"""

from collections.abc import Callable
from enum import IntEnum, IntFlag
from typing import Any, TypeAlias

Code: TypeAlias = Callable[..., Any]
Length: TypeAlias = int | Code

# A lambda by its number of parameters: what a type checker needs to know those that are written as
# arguments of the constructors below.
Lambda: TypeAlias = (
    Callable[[Any, Any], Any]
    | Callable[[Any, Any, Any], Any]
    | Callable[[Any, Any, Any, Any], Any]
    | Callable[[Any, Any, Any, Any, Any], Any]
    | Callable[[Any, Any, Any, Any, Any, Any], Any]
    | Callable[[Any, Any, Any, Any, Any, Any, Any], Any]
)


class ExternCondition:
    """The condition is not in the schema: the value is saved where it is not None."""


EXTERN = ExternCondition()


class Number:
    """An integer (struct code b B h H i I q Q); `zero` is -1 for a timer."""

    __slots__ = ("code", "zero")

    def __init__(self, code: str, zero: int = 0) -> None:
        self.code = code
        self.zero = zero


class Bool:
    """One byte; any non-zero byte is true."""

    __slots__ = ()


class Float:
    """A floating-point number (struct code d or f)."""

    __slots__ = ("code",)

    def __init__(self, code: str = "d") -> None:
        self.code = code


class EnumOf:
    """An integer that must be a member of `cls`, or a union of members where it is an IntFlag.

    `names`: the .vmsd names of the members that Python must call otherwise (`class_`: "class").
    """

    __slots__ = ("cls", "code", "names", "zero")

    def __init__(
        self,
        code: str,
        cls: type[IntEnum] | type[IntFlag],
        zero: int,
        names: "dict[str, str] | None" = None,
    ) -> None:
        self.code = code
        self.cls = cls
        self.zero = zero
        self.names = names or {}


class BytesOf:
    """`length` raw bytes: bytes[n], u8[n], opaque[n]."""

    __slots__ = ("length",)

    def __init__(self, length: int | Lambda) -> None:
        self.length = length


class Rest:
    """Opaque bytes to the end of the section."""

    __slots__ = ()


class BlobOf:
    """be32 length and that many bytes."""

    __slots__ = ()


class BitmapOf:
    """ceil(bits/64) be64 words as one int; bits at and above `bits` are refused on save."""

    __slots__ = ("bits",)

    def __init__(self, bits: int | Lambda) -> None:
        self.bits = bits


class StructOf:
    """An embedded struct, loaded and saved at `version`: its own, or the constant given."""

    __slots__ = ("cls", "version")

    def __init__(self, cls: "type[Any]", version: int | None = None) -> None:
        self.cls = cls
        self.version = version


class ListOf:
    """{ 01, element }* 00. `element.version` is what elements are loaded at; saved at their own."""

    __slots__ = ("element",)

    def __init__(self, element: StructOf) -> None:
        self.element = element


class MapOf:
    """be32 count, { 01, key, value }* 00. `key` None: a direct be64 key."""

    __slots__ = ("key", "value")

    def __init__(self, key: StructOf | None, value: StructOf) -> None:
        self.key = key
        self.value = value


class ArrayOf:
    """`count` elements in a list, or an array.array where `typecode` is given (u8: Bytes)."""

    __slots__ = ("count", "element", "typecode")

    def __init__(self, element: "Kind", count: int | Lambda, typecode: str | None = None) -> None:
        self.element = element
        self.count = count
        self.typecode = typecode


class PointersOf:
    """A list whose elements may be None; `marked`: every element is preceded by 0x30 or 0x31.

    `there`: whether an element is not None, by its number; None: the object says it.
    """

    __slots__ = ("count", "element", "marked", "there")

    def __init__(
        self,
        element: "Kind",
        count: int | Lambda,
        *,
        marked: bool = False,
        there: Lambda | None = None,
    ) -> None:
        self.element = element
        self.count = count
        self.marked = marked
        self.there = there


Kind: TypeAlias = (
    Number
    | Bool
    | Float
    | EnumOf
    | BytesOf
    | Rest
    | BlobOf
    | BitmapOf
    | StructOf
    | ListOf
    | MapOf
    | ArrayOf
    | PointersOf
)


class LocalLayout:
    """A local or property: an attribute that is never sent. Without a default it is zero."""

    __slots__ = ("attribute", "default", "kind", "name")

    def __init__(
        self,
        name: str,
        kind: Kind,
        *,
        attribute: str = "",
        default: Lambda | None = None,
    ) -> None:
        self.name = name
        self.attribute = attribute or name
        self.kind = kind
        self.default = default  # called with the object and version 0; reads earlier locals


class FieldLayout:
    """A field; `name` is its name in the .vmsd file, `attribute` its name in Python."""

    __slots__ = (
        "attribute",
        "bindings",
        "bounded",
        "checks",
        "default",
        "equal",
        "kind",
        "load_checks",
        "name",
        "since",
        "when",
    )

    def __init__(
        self,
        name: str,
        kind: Kind,
        *,
        attribute: str = "",
        since: int = 0,
        when: Lambda | ExternCondition | None = None,
        default: int | float | None = None,  # None: the kind's zero; an EXTERN field's is None
        equal: bool = False,
        bounded: bool = False,
        checks: tuple[tuple[Lambda, str], ...] = (),  # condition; the rule in words
        load_checks: tuple[tuple[Lambda, str], ...] = (),  # those that a sender does not make
        bindings: tuple[tuple[str, Lambda], ...] = (),  # attribute of the nested object; value
    ) -> None:
        self.name = name
        self.attribute = attribute or name
        self.kind = kind
        self.since = since
        self.when = when
        self.default = default
        self.equal = equal
        self.bounded = bounded
        self.checks = checks
        self.load_checks = load_checks
        self.bindings = bindings


class UnusedLayout:
    """Bytes that are zero on save and skipped on load."""

    __slots__ = ("length", "since", "when")

    def __init__(self, length: int | Lambda, *, since: int = 0, when: Lambda | None = None) -> None:
        self.length = length
        self.since = since
        self.when = when


class ValidateLayout:
    """A condition that is checked between two fields; it takes no bytes."""

    __slots__ = ("check", "message", "on_save")

    def __init__(self, check: Lambda, message: str, *, on_save: bool = True) -> None:
        self.check = check
        self.message = message
        self.on_save = on_save  # False: only on load


class SubsectionOf:
    """A subsection. `needed` is called with the object of the subsection first."""

    __slots__ = ("attribute", "cls", "name", "needed")

    def __init__(
        self,
        name: str,
        cls: "type[Any]",
        needed: Lambda | ExternCondition,
        *,
        attribute: str = "",
    ) -> None:
        self.name = name
        self.attribute = attribute or name
        self.cls = cls
        self.needed = needed


class DescriptionLayout:
    """A device, struct or subsection: its names, its versions, and its steps in wire order."""

    __slots__ = (
        "hooks",
        "locals",
        "machines",
        "minimum_version_id",
        "name",
        "steps",
        "subsections",
        "version_id",
        "wire_name",
    )

    def __init__(
        self,
        name: str,  # in the .vmsd file; the paths of errors begin with it
        wire_name: str,
        version_id: int,
        minimum_version_id: int,
        *,
        locals: tuple[LocalLayout, ...] = (),
        steps: tuple[FieldLayout | UnusedLayout | ValidateLayout, ...] = (),
        subsections: tuple[SubsectionOf, ...] = (),
        hooks: tuple[str, ...] = (),  # those the .vmsd declares
        machines: "dict[str, tuple[tuple[tuple[str, ...], Lambda], ...]] | None" = None,
    ) -> None:
        self.name = name
        self.wire_name = wire_name.encode()
        self.version_id = version_id
        self.minimum_version_id = minimum_version_id
        self.locals = locals
        self.steps = steps
        self.subsections = subsections
        self.hooks = hooks
        # Machine type -> settings, those of `extends` first: (attributes down to the property,
        # value of the object that holds the property). One of a single attribute holds for every
        # object of this class below an object made by `for_machine`; a longer path for the nested
        # object it names.
        self.machines = machines or {}
