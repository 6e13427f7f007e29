"""Codecs of what holds objects: structs, lists and maps."""

from collections.abc import Callable, Mapping
from typing import Any

from vmsdl.runtime.cursor import (
    CodecRefusal,
    InputReader,
    MemoryBudget,
    ObjectContext,
    OutputWriter,
    evaluate,
)
from vmsdl.runtime.description import (
    MACHINE,
    DescriptionCodec,
    check_base,
    choose_class,
    nested_values,
)
from vmsdl.runtime.layout import Code, ListOf, MapOf, Number, StructOf
from vmsdl.runtime.scalars import Codec, NumberCodec, wrong_type
from vmsdl.runtime.steps import LENIENT

NO_BINDINGS: dict[str, Any] = {}


class StructCodec(Codec):
    """An embedded struct; `bindings` set its locals and properties from the body that embeds it."""

    cost = 64

    def __init__(
        self,
        kind: StructOf,
        resolve: Callable[[type[Any]], DescriptionCodec],
        attribute: str,
        bindings: tuple[tuple[str, Code], ...],
    ) -> None:
        self.kind = kind
        self.resolve = resolve
        self.attribute = attribute
        self.bindings = bindings
        self.found: DescriptionCodec | None = None

    def description(self) -> DescriptionCodec:
        # Found late, for a struct may hold a list of itself.
        if self.found is None:
            self.found = self.resolve(self.kind.cls)
        return self.found

    def version(self) -> int:
        version = self.kind.version
        return self.description().version_id if version is None else version

    def minimum_size(self, context: ObjectContext | None) -> int:
        return self.description().minimum_size(self.version())

    def binding_values(self, context: ObjectContext, number: int, offset: int) -> dict[str, Any]:
        if not self.bindings:
            return NO_BINDINGS
        known = self.description().local_attributes
        return {
            attribute: evaluate(value, context, offset, number)
            for attribute, value in self.bindings
            if attribute in known
        }

    def build(
        self, like: Any, context: ObjectContext, given: dict[str, Any], budget: MemoryBudget
    ) -> Any:
        holder = context.chain[0]
        description = self.description()
        if like is None:
            cls = choose_class(holder, self.attribute, description.cls)
        else:
            check_base(like, description)
            cls = type(like)
        machine = getattr(holder, MACHINE, None)
        if machine is not None:
            outer = nested_values(self.resolve(type(holder)), machine, self.attribute, holder)
            given = {**outer, **given}
        return description.create(cls, (), machine, given, budget)

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        description = self.description()
        given = self.binding_values(context, number, reader.pos)
        version = self.version()
        if own is None:
            return self.load_new(reader, None, context, number)
        check_base(own, description)
        for attribute, value in given.items():
            setattr(own, attribute, value)
        description.check_version(version, reader.pos)
        description.load(reader, ObjectContext((own,), version, based=context.based, keeps=True))
        return own

    def load_new(self, reader: InputReader, like: Any, context: ObjectContext, number: int) -> Any:
        """A new object, of the class of `like` where there is one."""
        description = self.description()
        version = self.version()
        given = self.binding_values(context, number, reader.pos)
        description.check_version(version, reader.pos)
        if description.minimum_size(version) == 0:
            reader.budget.charge(description.cost, reader.pos)
        o = self.build(like, context, given, reader.budget)
        description.load(reader, ObjectContext((o,), version))
        return o

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        self.save_at(writer, value, context, number, self.version())

    def save_at(
        self, writer: OutputWriter, value: Any, context: ObjectContext, number: int, version: int
    ) -> None:
        description = self.description()
        if not isinstance(value, description.cls):
            raise wrong_type(value, f"a {description.cls.__name__}")
        for attribute, given in self.binding_values(context, number, 0).items():
            setattr(value, attribute, given)
        description.save(writer, ObjectContext((value,), version))

    def save_element(
        self, writer: OutputWriter, value: Any, context: ObjectContext, number: int
    ) -> None:
        """An element of a list or map: at its own version, whatever it is loaded at."""
        self.save_at(writer, value, context, number, self.description().version_id)

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        description = self.description()
        budget.charge(description.cost)
        given = NO_BINDINGS
        try:
            given = self.binding_values(context, number, 0)
        except CodecRefusal:
            if not budget.lenient:
                raise
        o = self.build(None, context, given, budget)
        description.fill_defaults(ObjectContext((o,), description.version_id), budget)
        return o

    def to_plain(self, value: Any) -> object:
        return object_to_plain(self.description(), value)

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        try:
            given = self.binding_values(context, number, 0)
        except CodecRefusal:
            given = NO_BINDINGS
        if own is None:
            own = self.build(None, context, given, LENIENT)
            inner = ObjectContext((own,), self.description().version_id)
        else:
            check_base(own, self.description())
            for attribute, setting in given.items():
                setattr(own, attribute, setting)
            inner = ObjectContext((own,), self.description().version_id, keeps=True)
        object_from_plain(self.description(), value, inner)
        return own


class ListCodec(Codec):
    """{ 01, element }* 00; any byte but 00 announces one more."""

    def __init__(self, kind: ListOf, element: StructCodec) -> None:
        self.element = element

    def minimum_size(self, context: ObjectContext | None) -> int:
        return 1

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        likes: list[Any] = own if isinstance(own, list) else []
        items: list[Any] = []
        try:
            while reader.take(1) != b"\0":
                like = likes[len(items)] if len(items) < len(likes) else None
                items.append(self.element.load_new(reader, like, context, len(items)))
        except CodecRefusal as refusal:
            refusal.parts.append(f"[{len(items)}]")
            raise
        return items

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        if not isinstance(value, (list, tuple)):
            raise wrong_type(value, "a list")
        elements: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        for i, element in enumerate(elements):
            writer.out.append(b"\1")
            try:
                self.element.save_element(writer, element, context, i)
            except CodecRefusal as refusal:
                refusal.parts.append(f"[{i}]")
                raise
        writer.out.append(b"\0")

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        return []

    def to_plain(self, value: Any) -> object:
        return [self.element.to_plain(element) for element in value]

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        elements = sequence(value)
        likes: list[Any] = own if isinstance(own, list) else []
        items: list[Any] = []
        try:
            for i, element in enumerate(elements):
                like = likes[i] if i < len(likes) else None
                items.append(self.element.from_plain(element, like, context, i))
        except CodecRefusal as refusal:
            refusal.parts.append(f"[{len(items)}]")
            raise
        return items


class MapCodec(Codec):
    """be32 count, { 01, key, value }* 00. As in a GTree, the later value of a key stays."""

    def __init__(self, kind: MapOf, key: StructCodec | None, value: StructCodec) -> None:
        self.key = key
        self.number = NumberCodec(Number("Q"))
        self.value = value

    def minimum_size(self, context: ObjectContext | None) -> int:
        return 5

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        count = int.from_bytes(reader.take(4), "big")
        direct: dict[int, Any] = own if isinstance(own, dict) else {}
        listed: list[tuple[Any, Any]] = own if isinstance(own, list) else []
        pairs: list[tuple[Any, Any]] = []
        while True:
            i = len(pairs)
            start = reader.pos
            try:
                mark = reader.take(1)
                if mark != b"\0" and i < count:
                    if self.key is None:
                        key = self.number.load(reader, None, context, i)
                        like = direct.get(key)
                    else:
                        key_like, like = listed[i] if i < len(listed) else (None, None)
                        key = self.key.load_new(reader, key_like, context, i)
                    pairs.append((key, self.value.load_new(reader, like, context, i)))
                    continue
            except CodecRefusal as refusal:
                refusal.parts.append(f"[{i}]")
                raise
            if mark != b"\0":
                raise CodecRefusal("length-mismatch", f"has more than {count} elements", start)
            if i < count:
                raise CodecRefusal(
                    "length-mismatch", f"has {i} elements, but must have {count}", start
                )
            return dict(pairs) if self.key is None else pairs

    def pairs(self, value: Any) -> list[tuple[Any, Any]]:
        if self.key is None:
            if not isinstance(value, Mapping):
                raise wrong_type(value, "a dict")
            items: list[tuple[Any, Any]] = list(
                value.items()
            )  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
            if all(isinstance(key, int) for key, _ in items):
                items.sort(key=key_of)  # a tree's elements go out in the order of their keys
            return items
        return [self.pair(item) for item in sequence(value)]

    def pair(self, value: Any) -> tuple[Any, Any]:
        parts = sequence(value)
        if len(parts) != 2:
            raise CodecRefusal("bad-value", f"has {len(parts)} parts, expected a key and a value")
        return parts[0], parts[1]

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        pairs = self.pairs(value)
        writer.out.append(len(pairs).to_bytes(4, "big"))
        for i, (key, element) in enumerate(pairs):
            writer.out.append(b"\1")
            try:
                if self.key is None:
                    self.number.save(writer, key, context, i)
                else:
                    self.key.save_element(writer, key, context, i)
                self.value.save_element(writer, element, context, i)
            except CodecRefusal as refusal:
                refusal.parts.append(f"[{i}]")
                raise
        writer.out.append(b"\0")

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        return {} if self.key is None else []

    def to_plain(self, value: Any) -> object:
        pairs = self.pairs(value)
        key = int if self.key is None else self.key.to_plain
        return [[key(pair[0]), self.value.to_plain(pair[1])] for pair in pairs]

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        direct: dict[int, Any] = own if isinstance(own, dict) else {}
        listed: list[tuple[Any, Any]] = own if isinstance(own, list) else []
        pairs: list[tuple[Any, Any]] = []
        seen: set[Any] = set()
        for i, element in enumerate(sequence(value)):
            try:
                parts = self.pair(element)
                if self.key is None:
                    key = self.number.from_plain(parts[0], None, context, i)
                    if key in seen:
                        raise CodecRefusal("bad-value", f"duplicate key {key}")
                    seen.add(key)
                    like = direct.get(key)
                else:
                    key_like, like = listed[i] if i < len(listed) else (None, None)
                    key = self.key.from_plain(parts[0], key_like, context, i)
                pairs.append((key, self.value.from_plain(parts[1], like, context, i)))
            except CodecRefusal as refusal:
                refusal.parts.append(f"[{i}]")
                raise
        return dict(pairs) if self.key is None else pairs


def key_of(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def sequence(value: object) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise wrong_type(value, "a list")
    return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def object_to_plain(description: DescriptionCodec, o: Any) -> dict[str, object]:
    """The fields and subsections that are there, by their names in the schema."""
    values: dict[str, object] = {}
    for step in description.fields:
        value = getattr(o, step.attribute)
        if value is not None or not step.is_extern:
            values[step.name] = step.codec.to_plain(value)
    for entry in description.subsections:
        sub = getattr(o, entry.attribute)
        if sub is not None:
            values[entry.name] = object_to_plain(entry.description, sub)
    return values


def object_from_plain(
    description: DescriptionCodec, values: object, context: ObjectContext
) -> None:
    """Sets what `values` names; what it does not name is kept, or at its default."""
    if not isinstance(values, Mapping):
        raise wrong_type(values, "a dict")
    given: Mapping[Any, Any] = values  # pyright: ignore[reportUnknownVariableType]
    known = {step.name for step in description.fields}
    known.update(entry.name for entry in description.subsections)
    for name in given:
        if name not in known:
            raise CodecRefusal("bad-value", f"unknown field {name!r}")
    o = context.chain[0]
    for step in description.fields:
        if step.name in given:
            value = given[step.name]
            if value is None and step.is_extern:
                setattr(o, step.attribute, None)
                continue
            own = getattr(o, step.attribute) if context.keeps else None
            try:
                setattr(o, step.attribute, step.codec.from_plain(value, own, context, 0))
            except CodecRefusal as refusal:
                refusal.parts.append("." + step.name)
                raise
        elif not context.keeps:
            setattr(o, step.attribute, step.initial(context, LENIENT))
    for entry in description.subsections:
        if entry.name not in given:
            continue
        if given[entry.name] is None:
            setattr(o, entry.attribute, None)
            continue
        sub = getattr(o, entry.attribute)
        keeps = sub is not None
        if not keeps:
            sub = description.new_subsection(entry, context, LENIENT)
        inner = ObjectContext((sub, *context.chain), entry.description.version_id, keeps=keeps)
        try:
            object_from_plain(entry.description, given[entry.name], inner)
        except CodecRefusal as refusal:
            refusal.parts.append("/" + entry.name)
            raise
        setattr(o, entry.attribute, sub)
