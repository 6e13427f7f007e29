"""Classes as the compiler writes them, small and by hand."""

from array import array
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, Any, ClassVar

from vmsdl.runtime.layout import (
    EXTERN,
    ArrayOf,
    BlobOf,
    Bool,
    BytesOf,
    DescriptionLayout,
    EnumOf,
    FieldLayout,
    Float,
    ListOf,
    LocalLayout,
    MapOf,
    Number,
    PointersOf,
    StructOf,
    SubsectionOf,
    UnusedLayout,
    ValidateLayout,
)
from vmsdl.runtime.objects import StateObject, default_of

U8, U16, U32, I32 = Number("B"), Number("H"), Number("I"), Number("i")
LOG: list[str] = []


class Made(StateObject):
    """A generated `__init__`, by the table: what is not given is at its default."""

    __slots__ = ()

    def __init__(self, **values: Any) -> None:
        layout = type(self)._layout()
        for local in layout.locals:
            self.set(local.attribute, values)
        for step in layout.steps:
            if isinstance(step, FieldLayout):
                self.set(step.attribute, values)
        for entry in layout.subsections:
            setattr(self, entry.attribute, values.pop(entry.attribute, None))
        assert not values

    def set(self, attribute: str, values: dict[str, Any]) -> None:
        given = attribute in values
        setattr(self, attribute, values.pop(attribute) if given else default_of(self, attribute))

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    @staticmethod
    def _layout() -> DescriptionLayout:
        raise NotImplementedError


class Mode(IntEnum):
    idle = 3
    busy = 5


class Irq(IntFlag):
    raised = 1
    masked = 0x40


class Leaf(Made):
    __slots__ = ("size", "v", "w")

    @staticmethod
    def _layout() -> DescriptionLayout:
        return DescriptionLayout(
            "leaf",
            "leaf",
            2,
            1,
            locals=(LocalLayout("size", U8),),
            steps=(FieldLayout("v", U8), FieldLayout("w", U8, since=2)),
            machines={"old": ((("size",), lambda o, version: 9),)},
        )


class Drive(Made):
    """Everything that hooks and subsections can do."""

    __slots__ = ("count", "data", "has", "late", "leaf", "limit", "status", "tray")

    class Tray(Made):
        __slots__ = ("deep", "is_open", "step")

        class Deep(Made):
            __slots__ = ("z",)

            @staticmethod
            def _layout() -> DescriptionLayout:
                return DescriptionLayout(
                    "deep", "drive/tray/deep", 1, 1, steps=(FieldLayout("z", U8),)
                )

        @staticmethod
        def _layout() -> DescriptionLayout:
            return DescriptionLayout(
                "tray",
                "drive/tray",
                2,
                1,
                steps=(
                    FieldLayout("open", Bool(), attribute="is_open"),
                    FieldLayout("step", U8, since=2, default=7),
                ),
                subsections=(
                    SubsectionOf("deep", Drive.Tray.Deep, lambda s, t, o, version: s.z > o.limit),
                ),
                hooks=("pre_load", "post_load", "pre_save", "post_save"),
            )

        def pre_load(self, owner: Any) -> None:
            LOG.append("tray.pre_load")

        def post_load(self, owner: Any, version_id: int) -> None:
            LOG.append(f"tray.post_load {version_id} {owner.status}")

        def pre_save(self, owner: Any) -> None:
            LOG.append("tray.pre_save")

        def post_save(self, owner: Any) -> None:
            LOG.append("tray.post_save")

    @staticmethod
    def _layout() -> DescriptionLayout:
        return DescriptionLayout(
            "drive",
            "drive",
            3,
            1,
            locals=(LocalLayout("limit", U8, default=lambda o, version: 4),),
            steps=(
                FieldLayout("status", U8, checks=((lambda o, version: o.status < 200, "small"),)),
                FieldLayout("count", U8),
                ValidateLayout(lambda o, version: o.count <= 16, "count in range"),
                FieldLayout("has", Bool()),
                FieldLayout(
                    "data",
                    ArrayOf(U16, lambda o, version: o.count, "H"),
                    when=lambda o, version: o.has,
                ),
                UnusedLayout(2, since=2),
                FieldLayout("late", U8, since=3, default=9),
                FieldLayout(
                    "leaf",
                    ArrayOf(StructOf(Leaf), 2),
                    bindings=(("size", lambda o, version, index: o.count + index),),
                ),
            ),
            subsections=(SubsectionOf("tray", Drive.Tray, lambda s, o, version: s.is_open),),
            hooks=("pre_load", "post_load", "pre_save", "post_save"),
        )

    def pre_load(self) -> None:
        LOG.append("pre_load")

    def post_load(self, version_id: int) -> None:
        LOG.append(f"post_load {version_id}")

    def pre_save(self) -> None:
        LOG.append("pre_save")

    def post_save(self) -> None:
        LOG.append("post_save")


class _Drive(Drive):
    """What a generated decoder builds."""

    __slots__ = ()
    __init__ = object.__init__


class Node(Made):
    """A tree, and all that has a place in one."""

    __slots__ = ("down", "name", "v")

    @staticmethod
    def _layout() -> DescriptionLayout:
        return DescriptionLayout(
            "node",
            "node",
            1,
            1,
            steps=(FieldLayout("v", U8), FieldLayout("down", ListOf(StructOf(Node)))),
        )


class Kinds(Made):
    """A field of every other kind."""

    MACHINES: ClassVar[tuple[str, ...]] = ("old", "new")
    __slots__ = ("blob", "f", "irq", "keyed", "leaf", "m", "maybe", "mode", "n", "p", "q", "rows")

    @staticmethod
    def _layout() -> DescriptionLayout:
        return DescriptionLayout(
            "kinds",
            "kinds",
            1,
            1,
            steps=(
                FieldLayout("mode", EnumOf("H", Mode, 3)),
                FieldLayout("irq", EnumOf("B", Irq, 0)),
                FieldLayout("f", Float()),
                FieldLayout("blob", BlobOf()),
                FieldLayout("n", I32, bounded=True),
                FieldLayout("rows", ArrayOf(BytesOf(2), 2)),
                FieldLayout("p", PointersOf(U16, 2)),
                FieldLayout("q", PointersOf(StructOf(Leaf), 2, marked=True)),
                FieldLayout("m", MapOf(None, StructOf(Leaf))),
                FieldLayout("keyed", MapOf(StructOf(Leaf), StructOf(Node))),
                FieldLayout("leaf", StructOf(Leaf)),
                FieldLayout("maybe", U8, when=EXTERN),
            ),
            machines={"new": ((("leaf", "size"), lambda o, version: 11),)},
        )


def numbers(*values: int) -> "array[int]":
    return array("H", values)
