"""From the layout of a generated class to its description, made once for each class."""

from typing import Any, assert_never

from vmsdl.runtime.buffers import BitmapCodec, BlobCodec, BytesCodec, RestCodec
from vmsdl.runtime.description import DescriptionCodec, LocalCodec, SubsectionSlot
from vmsdl.runtime.layout import (
    ArrayOf,
    BitmapOf,
    BlobOf,
    Bool,
    BytesOf,
    Code,
    DescriptionLayout,
    EnumOf,
    FieldLayout,
    Float,
    Kind,
    ListOf,
    MapOf,
    Number,
    PointersOf,
    Rest,
    StructOf,
    UnusedLayout,
    ValidateLayout,
)
from vmsdl.runtime.nested import ListCodec, MapCodec, StructCodec
from vmsdl.runtime.scalars import BoolCodec, Codec, EnumCodec, FloatCodec, NumberCodec
from vmsdl.runtime.sequences import ArrayCodec, PointerCodec
from vmsdl.runtime.steps import FieldStep, UnusedStep, ValidateStep

LAYOUT = "_layout"
DESCRIPTIONS: dict[type[Any], DescriptionCodec] = {}


def describe(cls: type[Any]) -> DescriptionCodec:
    """The description of the nearest generated class."""
    description = DESCRIPTIONS.get(cls)
    if description is None:
        generated = generated_class(cls)
        description = DESCRIPTIONS.get(generated)
        if description is None:
            description = build_codec(generated, getattr(generated, LAYOUT)())
            DESCRIPTIONS[generated] = description
        if is_hidden(cls):
            # A user's subclass may be short-lived, and is not kept alive by this table.
            DESCRIPTIONS[cls] = description
    return description


def generated_class(cls: type[Any]) -> type[Any]:
    for ancestor in cls.__mro__:
        if LAYOUT in vars(ancestor):
            return ancestor
    raise TypeError(f"{cls.__name__} is not a generated class")


def is_hidden(cls: type[Any]) -> bool:
    """What the decoder builds: like its parent, but without the parent's `__init__`."""
    return vars(cls).get("__init__") is object.__init__


def build_codec(cls: type[Any], layout: DescriptionLayout) -> DescriptionCodec:
    locals = tuple(LocalCodec(local, codec_of(local.kind, "", ())) for local in layout.locals)
    steps: list[FieldStep | UnusedStep | ValidateStep] = []
    for step in layout.steps:
        match step:
            case FieldLayout():
                codec = codec_of(step.kind, step.attribute, step.bindings)
                steps.append(FieldStep(step, codec))
            case UnusedLayout():
                steps.append(UnusedStep(step))
            case ValidateLayout():
                steps.append(ValidateStep(step))
            case _:
                assert_never(step)
    entries = tuple(
        SubsectionSlot(entry.name, entry.attribute, describe(entry.cls), entry.needed)
        for entry in layout.subsections
    )
    return DescriptionCodec(cls, layout, locals, tuple(steps), entries)


def codec_of(kind: Kind, attribute: str, bindings: tuple[tuple[str, Code], ...]) -> Codec:
    match kind:
        case Number():
            return NumberCodec(kind)
        case Bool():
            return BoolCodec()
        case Float():
            return FloatCodec(kind)
        case EnumOf():
            return EnumCodec(kind)
        case BytesOf():
            return BytesCodec(kind.length)
        case Rest():
            return RestCodec()
        case BlobOf():
            return BlobCodec()
        case BitmapOf():
            return BitmapCodec(kind.bits)
        case StructOf():
            return StructCodec(kind, describe, attribute, bindings)
        case ListOf():
            return ListCodec(kind, StructCodec(kind.element, describe, attribute, bindings))
        case MapOf():
            # `TYPES` speaks of the values.
            key = None if kind.key is None else StructCodec(kind.key, describe, "", bindings)
            return MapCodec(kind, key, StructCodec(kind.value, describe, attribute, bindings))
        case ArrayOf():
            element = codec_of(kind.element, attribute, bindings)
            return ArrayCodec(element, kind.count, kind.typecode)
        case PointersOf():
            element = codec_of(kind.element, attribute, bindings)
            return ArrayCodec(PointerCodec(element, kind.marked, kind.there), kind.count, None)
        case _:
            assert_never(kind)
