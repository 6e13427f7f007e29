"""A description ready for use: objects made, loaded and saved by its steps and subsections."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from vmsdl.runtime.cursor import (
    CodecRefusal,
    InputReader,
    MemoryBudget,
    ObjectContext,
    OutputWriter,
    evaluate,
)
from vmsdl.runtime.layout import Code, DescriptionLayout, ExternCondition, LocalLayout
from vmsdl.runtime.scalars import Codec, wrong_type
from vmsdl.runtime.steps import LENIENT, UNLIMITED, FieldStep, UnusedStep, ValidateStep

MACHINE = "_machine"  # attribute: the machine type an object was made for, where there is one
TYPES = "TYPES"


class LocalCodec:
    """A local or property."""

    __slots__ = ("attribute", "codec", "default")

    def __init__(self, local: LocalLayout, codec: Codec) -> None:
        self.attribute = local.attribute
        self.codec = codec
        self.default: Any = local.default

    def initial(self, context: ObjectContext, budget: MemoryBudget) -> Any:
        if self.default is None:
            return self.codec.zero(budget, context, 0)
        # A subsection may be made without its owner; what it reads then is its own.
        absent = self.default.__code__.co_argcount - 1 - len(context.chain)
        return self.codec.convert(self.default(*context.chain, *(None,) * absent, 0))


class SubsectionSlot:
    """One row of a subsection table."""

    __slots__ = ("attribute", "description", "name", "needed")

    def __init__(
        self,
        name: str,
        attribute: str,
        description: "DescriptionCodec",
        needed: Code | ExternCondition,
    ) -> None:
        self.name = name
        self.attribute = attribute
        self.description = description
        self.needed = needed


class DescriptionCodec:
    """One generated class and its layout; `cls` is the class that the schema gave."""

    def __init__(
        self,
        cls: type[Any],
        layout: DescriptionLayout,
        locals: tuple[LocalCodec, ...],
        steps: tuple[FieldStep | UnusedStep | ValidateStep, ...],
        subsections: tuple[SubsectionSlot, ...],
    ) -> None:
        self.cls = cls
        self.layout = layout
        self.name = layout.name
        self.wire_name = layout.wire_name
        self.version_id = layout.version_id
        self.minimum_version_id = layout.minimum_version_id
        self.locals = locals
        self.local_attributes = frozenset(local.attribute for local in locals)
        self.steps = steps
        self.fields = tuple(step for step in steps if isinstance(step, FieldStep))
        self.subsections = subsections
        self.parts: tuple[FieldStep | SubsectionSlot, ...] = (*self.fields, *subsections)
        self.table: dict[bytes, SubsectionSlot] = {}
        for entry in subsections:
            # Of two with one name QEMU's loader finds the first.
            self.table.setdefault(entry.description.wire_name, entry)
        self.has_pre_load = "pre_load" in layout.hooks
        self.has_post_load = "post_load" in layout.hooks
        self.has_pre_save = "pre_save" in layout.hooks
        self.has_post_save = "post_save" in layout.hooks
        # Memory, and weighed with it the time: an object takes as long to make as a page to clear.
        self.cost = 1024 + 128 * (len(self.fields) + len(locals) + len(subsections))
        self.minimum_sizes: dict[int, int] = {}

    def minimum_size(self, version: int) -> int:
        """The number of bytes that an object of this version takes at least."""
        if version not in self.minimum_sizes:
            self.minimum_sizes[version] = sum(
                step.codec.minimum_size(None)
                for step in self.fields
                if step.since <= version and step.when is None and not step.is_extern
            )
        return self.minimum_sizes[version]

    # Objects -------------------------------------------------------------------------------------

    def settings(self, machine: str | None) -> dict[str, Code]:
        """What a machine type sets in every object of this class."""
        rows = self.layout.machines.get(machine or "", ())
        return {path[0]: value for path, value in rows if len(path) == 1}

    def nested_settings(self, machine: str | None) -> list[tuple[tuple[str, ...], Code]]:
        """What a machine type sets in objects below one of this class."""
        rows = self.layout.machines.get(machine or "", ())
        return [(path, value) for path, value in rows if len(path) > 1]

    def create(
        self,
        cls: type[Any],
        owners: tuple[Any, ...],
        machine: str | None,
        given: Mapping[str, Any],
        budget: MemoryBudget,
    ) -> Any:
        """A new object with its locals and properties, no field yet and no subsection."""
        o = object.__new__(cls)
        if machine is not None:
            setattr(o, MACHINE, machine)
        settings = self.settings(machine) if machine is not None else {}
        context = ObjectContext((o, *owners), self.version_id)
        for local in self.locals:
            if local.attribute in given:
                value = given[local.attribute]
            elif local.attribute in settings:
                value = local.codec.convert(settings[local.attribute](o, 0))
            else:
                value = local.initial(context, budget)
            setattr(o, local.attribute, value)
        for entry in self.subsections:
            setattr(o, entry.attribute, None)
        return o

    def fill_defaults(self, context: ObjectContext, budget: MemoryBudget) -> None:
        """Every field at its default or zero, each length as the fields before it give it."""
        o = context.chain[0]
        for step in self.fields:
            setattr(o, step.attribute, step.initial(context, budget))
        machine = getattr(o, MACHINE, None)
        if machine is not None:
            for path, value in self.nested_settings(machine):
                set_nested(o, path, value)

    def create_filled(self, cls: type[Any], owners: tuple[Any, ...], machine: str | None) -> Any:
        """A whole new object, all at its defaults."""
        o = self.create(cls, owners, machine, {}, LENIENT)
        self.fill_defaults(ObjectContext((o, *owners), self.version_id), LENIENT)
        return o

    # Loading -------------------------------------------------------------------------------------

    def check_version(self, version: int, offset: int) -> None:
        if version > self.version_id:
            words = f"version {version} is newer than the newest known version {self.version_id}"
            raise CodecRefusal("version-too-new", words, offset, (version,))
        if version < self.minimum_version_id:
            words = f"version {version} is older than the minimum version {self.minimum_version_id}"
            raise CodecRefusal("version-too-old", words, offset, (version,))

    def load(self, reader: InputReader, context: ObjectContext) -> None:
        """QEMU's order: pre_load, fields, subsections, post_load; the version was admitted."""
        reader.deeper()
        o = context.chain[0]
        try:
            if self.has_pre_load:
                if not context.keeps:
                    self.fill_before(reader, context)
                call(o.pre_load, "pre_load", reader.pos, *context.chain[1:2])
            for step in self.steps:
                step.load(reader, context)
            if reader.pos < reader.end and reader.data[reader.pos] == 5:
                self.load_subsections(reader, context)
            if self.has_post_load:
                call(o.post_load, "post_load", reader.pos, *context.chain[1:2], context.version)
        except CodecRefusal as refusal:
            refusal.loaded.append(o)
            raise
        reader.depth -= 1

    def fill_before(self, reader: InputReader, context: ObjectContext) -> None:
        """What pre_load may look at and set. A length not known yet is found again later."""
        o = context.chain[0]
        budget = MemoryBudget(reader.budget.left, lenient=True)
        self.fill_defaults(context, budget)
        for step in self.fields:
            if step.codec.dynamic:
                context.initial[step.attribute] = getattr(o, step.attribute)
        context.keeps = True

    def load_subsections(self, reader: InputReader, context: ObjectContext) -> None:
        """QEMU's look-ahead, its checks in its order. What is not ours is left for others."""
        data = reader.data
        least = len(self.wire_name) + 1
        while True:
            start = reader.pos
            left = reader.end - start
            if left < 2 or data[start] != 5:
                return
            size = data[start + 1]
            if size < least or left < 2 + size:
                return
            name = bytes(data[start + 2 : start + 2 + size])
            if not name.startswith(self.wire_name):
                return
            entry = self.table.get(name)
            if entry is None:
                words = f'unknown subsection "{printable(name)}" of `{self.name}`'
                raise CodecRefusal("unknown-subsection", words, start)
            reader.pos = start + 2 + size
            try:
                self.load_subsection(reader, context, entry)
            except CodecRefusal as refusal:
                refusal.parts.append("/" + entry.name)
                raise

    def load_subsection(
        self, reader: InputReader, context: ObjectContext, entry: SubsectionSlot
    ) -> None:
        o = context.chain[0]
        start = reader.pos
        version = reader.take(4)[3]  # QEMU keeps 8 bits of the be32
        entry.description.check_version(version, start)
        own = getattr(o, entry.attribute)
        if own is None:
            sub = self.new_subsection(entry, context, reader.budget)
            setattr(o, entry.attribute, sub)
            inner = ObjectContext((sub, *context.chain), version)
        else:
            check_base(own, entry.description)
            inner = ObjectContext((own, *context.chain), version, based=True, keeps=True)
        entry.description.load(reader, inner)

    def new_subsection(
        self, entry: SubsectionSlot, context: ObjectContext, budget: MemoryBudget
    ) -> Any:
        o = context.chain[0]
        cls = choose_class(o, entry.attribute, entry.description.cls)
        machine = getattr(o, MACHINE, None)
        return entry.description.create(
            cls, context.chain, machine, nested_values(self, machine, entry.attribute, o), budget
        )

    # Saving --------------------------------------------------------------------------------------

    def save(self, writer: OutputWriter, context: ObjectContext) -> None:
        """QEMU's order: pre_save, fields, subsections, post_save; this one after a failure too."""
        o = context.chain[0]
        owner = context.chain[1:2]
        if self.has_pre_save:
            call(o.pre_save, "pre_save", 0, *owner)
        made: list[tuple[str, Any]] = []
        try:
            for step in self.steps:
                step.save(writer, context)
            for entry in self.subsections:
                try:
                    self.save_subsection(writer, context, entry, made)
                except CodecRefusal as refusal:
                    refusal.parts.append("/" + entry.name)
                    raise
        except CodecRefusal:
            if self.has_post_save:
                with suppress(CodecRefusal):  # the first failure is the one to tell
                    call(o.post_save, "post_save", 0, *owner)
            raise
        else:
            if self.has_post_save:
                call(o.post_save, "post_save", 0, *owner)
        finally:
            for attribute, sub in made:
                if getattr(o, attribute) is sub:
                    setattr(o, attribute, None)

    def save_subsection(
        self,
        writer: OutputWriter,
        context: ObjectContext,
        entry: SubsectionSlot,
        made: list[tuple[str, Any]],
    ) -> None:
        o = context.chain[0]
        description = entry.description
        try:
            sub = getattr(o, entry.attribute)
        except AttributeError:
            raise CodecRefusal("bad-value", "is not set") from None
        asks = not writer.present and not isinstance(entry.needed, ExternCondition)
        if sub is None and not asks:
            return
        is_new = sub is None
        if is_new:
            sub = self.new_subsection(entry, context, UNLIMITED)
            description.fill_defaults(
                ObjectContext((sub, *context.chain), description.version_id), UNLIMITED
            )
        elif not isinstance(sub, description.cls):
            raise wrong_type(sub, f"a {description.cls.__name__}")
        inner = ObjectContext((sub, *context.chain), description.version_id)
        if asks and not evaluate(as_code(entry.needed), inner, 0):
            return
        if is_new:
            # Later siblings see what pre_save makes of it, as they do in QEMU's one state.
            setattr(o, entry.attribute, sub)
            made.append((entry.attribute, sub))
        name = description.wire_name
        head = b"\x05" + bytes([len(name) & 255]) + name + description.version_id.to_bytes(4, "big")
        writer.out.append(head)
        description.save(writer, inner)


def as_code(needed: Code | ExternCondition) -> Code:
    assert not isinstance(needed, ExternCondition)
    return needed


def call(hook: Callable[..., object], name: str, offset: int, *arguments: Any) -> None:
    try:
        hook(*arguments)
    except ValueError as error:
        raise CodecRefusal("hook-failed", f"{name}: {error}", offset) from error


def choose_class(holder: Any, attribute: str, cls: type[Any]) -> type[Any]:
    """The class to build for a nested object: as `TYPES` of its holder says, else the schema's."""
    types: Mapping[str, type[Any]] | None = getattr(type(holder), TYPES, None)
    if types is None or attribute not in types:
        return cls
    choice = types[attribute]
    if not issubclass(choice, cls):
        raise TypeError(f"TYPES: {choice.__name__} is not a subclass of {cls.__name__}")
    return choice


def check_base(own: Any, description: DescriptionCodec) -> None:
    if not isinstance(own, description.cls):
        name = description.cls.__name__
        raise TypeError(f"the base has a {type(own).__name__} where a {name} is required")


def nested_values(
    description: DescriptionCodec, machine: str | None, attribute: str, holder: Any
) -> dict[str, Any]:
    """What a machine type sets in the new object that `attribute` is to hold."""
    if machine is None:
        return {}
    rows = description.nested_settings(machine)
    return {
        path[1]: value(holder, 0) for path, value in rows if len(path) == 2 and path[0] == attribute
    }


def set_nested(o: Any, path: tuple[str, ...], value: Code) -> None:
    """Sets a property of every object that `path` leads to."""
    name, *rest = path
    if isinstance(o, (list, tuple)):
        elements: list[Any] = list(o)  # pyright: ignore[reportUnknownArgumentType]
        for element in elements:
            set_nested(element, path, value)
    elif o is not None and rest:
        set_nested(getattr(o, name), tuple(rest), value)
    elif o is not None:
        setattr(o, name, value(o, 0))


def printable(name: bytes) -> str:
    return "".join(chr(c) if 32 <= c < 127 else f"\\x{c:02x}" for c in name)
