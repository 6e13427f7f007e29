"""From the layout of a generated class to its description, made once for each class."""

from typing import Any, assert_never

from vmsdl.runtime.buffers import BitmapCodec, BlobCodec, BytesCodec, RestCodec
from vmsdl.runtime.description import Description, Entry, LocalSlot
from vmsdl.runtime.layout import (
    ArrayOf,
    Bitmap,
    Blob,
    Bool,
    Bytes,
    Code,
    EnumOf,
    Field,
    Float,
    Kind,
    Layout,
    ListOf,
    MapOf,
    Number,
    PointersOf,
    Rest,
    StructOf,
    Unused,
    Validate,
)
from vmsdl.runtime.nested import ListCodec, MapCodec, StructCodec
from vmsdl.runtime.scalars import BoolCodec, Codec, EnumCodec, FloatCodec, NumberCodec
from vmsdl.runtime.sequences import ArrayCodec, PointersCodec
from vmsdl.runtime.steps import FieldStep, UnusedStep, ValidateStep

LAYOUT = "_layout"
DESCRIPTIONS: dict[type[Any], Description] = {}


def describe(cls: type[Any]) -> Description:
    """The description of the nearest generated class."""
    description = DESCRIPTIONS.get(cls)
    if description is None:
        generated = generated_class(cls)
        description = DESCRIPTIONS.get(generated)
        if description is None:
            description = make(generated, getattr(generated, LAYOUT)())
            DESCRIPTIONS[generated] = description
        if hidden_subclass(cls):
            # A user's subclass may be short-lived, and is not kept alive by this table.
            DESCRIPTIONS[cls] = description
    return description


def generated_class(cls: type[Any]) -> type[Any]:
    for ancestor in cls.__mro__:
        if LAYOUT in vars(ancestor):
            return ancestor
    raise TypeError(f"{cls.__name__} is not a generated class")


def hidden_subclass(cls: type[Any]) -> bool:
    """What the decoder builds: like its parent, but without the parent's `__init__`."""
    return vars(cls).get("__init__") is object.__init__


def make(cls: type[Any], layout: Layout) -> Description:
    locals = tuple(LocalSlot(local, codec_of(local.kind, "", ())) for local in layout.locals)
    steps: list[FieldStep | UnusedStep | ValidateStep] = []
    for step in layout.steps:
        match step:
            case Field():
                codec = codec_of(step.kind, step.attribute, step.given)
                steps.append(FieldStep(step, codec))
            case Unused():
                steps.append(UnusedStep(step))
            case Validate():
                steps.append(ValidateStep(step))
            case _:
                assert_never(step)
    entries = tuple(
        Entry(entry.name, entry.attribute, describe(entry.cls), entry.needed)
        for entry in layout.subsections
    )
    return Description(cls, layout, locals, tuple(steps), entries)


def codec_of(kind: Kind, attribute: str, given: tuple[tuple[str, Code], ...]) -> Codec:
    match kind:
        case Number():
            return NumberCodec(kind)
        case Bool():
            return BoolCodec()
        case Float():
            return FloatCodec(kind)
        case EnumOf():
            return EnumCodec(kind)
        case Bytes():
            return BytesCodec(kind.length)
        case Rest():
            return RestCodec()
        case Blob():
            return BlobCodec()
        case Bitmap():
            return BitmapCodec(kind.bits)
        case StructOf():
            return StructCodec(kind, describe, attribute, given)
        case ListOf():
            return ListCodec(kind, StructCodec(kind.element, describe, attribute, given))
        case MapOf():
            # `TYPES` speaks of the values.
            key = None if kind.key is None else StructCodec(kind.key, describe, "", given)
            return MapCodec(kind, key, StructCodec(kind.value, describe, attribute, given))
        case ArrayOf():
            element = codec_of(kind.element, attribute, given)
            return ArrayCodec(element, kind.count, kind.typecode)
        case PointersOf():
            element = codec_of(kind.element, attribute, given)
            return PointersCodec(element, kind.count, kind.marked)
        case _:
            assert_never(kind)
