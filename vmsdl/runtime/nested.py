"""Codecs of what holds objects: structs, lists and maps."""

from collections.abc import Callable, Mapping
from typing import Any

from vmsdl.runtime.cursor import Budget, Reader, Refused, Site, Writer, evaluate
from vmsdl.runtime.description import MACHINE, Description, below, chosen, expect
from vmsdl.runtime.layout import Code, ListOf, MapOf, Number, StructOf
from vmsdl.runtime.scalars import Codec, NumberCodec, wrong
from vmsdl.runtime.steps import LENIENT

NOTHING_GIVEN: dict[str, Any] = {}


class StructCodec(Codec):
    """An embedded struct; `given` sets its locals and properties from the body that embeds it."""

    cost = 64

    def __init__(
        self,
        kind: StructOf,
        resolve: Callable[[type[Any]], Description],
        attribute: str,
        given: tuple[tuple[str, Code], ...],
    ) -> None:
        self.kind = kind
        self.resolve = resolve
        self.attribute = attribute
        self.given = given
        self.found: Description | None = None

    def description(self) -> Description:
        # Found late, for a struct may hold a list of itself.
        if self.found is None:
            self.found = self.resolve(self.kind.cls)
        return self.found

    def version(self) -> int:
        version = self.kind.version
        return self.description().version_id if version is None else version

    def least(self, site: Site | None) -> int:
        return self.description().least(self.version())

    def given_values(self, site: Site, number: int, offset: int) -> dict[str, Any]:
        if not self.given:
            return NOTHING_GIVEN
        known = self.description().known_locals
        return {
            attribute: evaluate(value, site, offset, number)
            for attribute, value in self.given
            if attribute in known
        }

    def build(self, like: Any, site: Site, given: dict[str, Any], budget: Budget) -> Any:
        holder = site.chain[0]
        description = self.description()
        if like is None:
            cls = chosen(holder, self.attribute, description.cls)
        else:
            expect(like, description)
            cls = type(like)
        machine = getattr(holder, MACHINE, None)
        if machine is not None:
            outer = below(self.resolve(type(holder)), machine, self.attribute, holder)
            given = {**outer, **given}
        return description.bare(cls, (), machine, given, budget)

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        description = self.description()
        given = self.given_values(site, number, reader.pos)
        version = self.version()
        if own is None:
            return self.load_new(reader, None, site, number)
        expect(own, description)
        for attribute, value in given.items():
            setattr(own, attribute, value)
        description.admit(version, reader.pos)
        description.load(reader, Site((own,), version, based=site.based, keeps=True))
        return own

    def load_new(self, reader: Reader, like: Any, site: Site, number: int) -> Any:
        """A new object, of the class of `like` where there is one."""
        description = self.description()
        version = self.version()
        given = self.given_values(site, number, reader.pos)
        description.admit(version, reader.pos)
        if description.least(version) == 0:
            reader.budget.charge(description.cost, reader.pos)
        o = self.build(like, site, given, reader.budget)
        description.load(reader, Site((o,), version))
        return o

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        self.save_at(writer, value, site, number, self.version())

    def save_at(self, writer: Writer, value: Any, site: Site, number: int, version: int) -> None:
        description = self.description()
        if not isinstance(value, description.cls):
            raise wrong(value, f"a {description.cls.__name__}")
        for attribute, given in self.given_values(site, number, 0).items():
            setattr(value, attribute, given)
        description.save(writer, Site((value,), version))

    def save_element(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        """An element of a list or map: at its own version, whatever it is loaded at."""
        self.save_at(writer, value, site, number, self.description().version_id)

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        description = self.description()
        budget.charge(description.cost)
        given = NOTHING_GIVEN
        try:
            given = self.given_values(site, number, 0)
        except Refused:
            if not budget.lenient:
                raise
        o = self.build(None, site, given, budget)
        description.fill(Site((o,), description.version_id), budget)
        return o

    def plain(self, value: Any) -> object:
        return plain_object(self.description(), value)

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        try:
            given = self.given_values(site, number, 0)
        except Refused:
            given = NOTHING_GIVEN
        if own is None:
            own = self.build(None, site, given, LENIENT)
            inner = Site((own,), self.description().version_id)
        else:
            expect(own, self.description())
            for attribute, setting in given.items():
                setattr(own, attribute, setting)
            inner = Site((own,), self.description().version_id, keeps=True)
        parse_object(self.description(), value, inner)
        return own


class ListCodec(Codec):
    """{ 01, element }* 00; any byte but 00 announces one more."""

    def __init__(self, kind: ListOf, element: StructCodec) -> None:
        self.element = element

    def least(self, site: Site | None) -> int:
        return 1

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        likes: list[Any] = own if isinstance(own, list) else []
        items: list[Any] = []
        try:
            while reader.take(1) != b"\0":
                like = likes[len(items)] if len(items) < len(likes) else None
                items.append(self.element.load_new(reader, like, site, len(items)))
        except Refused as refused:
            refused.parts.append(f"[{len(items)}]")
            raise
        return items

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        if not isinstance(value, (list, tuple)):
            raise wrong(value, "a list")
        elements: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        for i, element in enumerate(elements):
            writer.out.append(b"\1")
            try:
                self.element.save_element(writer, element, site, i)
            except Refused as refused:
                refused.parts.append(f"[{i}]")
                raise
        writer.out.append(b"\0")

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        return []

    def plain(self, value: Any) -> object:
        return [self.element.plain(element) for element in value]

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        elements = sequence(value)
        likes: list[Any] = own if isinstance(own, list) else []
        items: list[Any] = []
        try:
            for i, element in enumerate(elements):
                like = likes[i] if i < len(likes) else None
                items.append(self.element.parse(element, like, site, i))
        except Refused as refused:
            refused.parts.append(f"[{len(items)}]")
            raise
        return items


class MapCodec(Codec):
    """be32 count, { 01, key, value }* 00. As in a GTree, the later value of a key stays."""

    def __init__(self, kind: MapOf, key: StructCodec | None, value: StructCodec) -> None:
        self.key = key
        self.number = NumberCodec(Number("Q"))
        self.value = value

    def least(self, site: Site | None) -> int:
        return 5

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
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
                        key = self.number.load(reader, None, site, i)
                        like = direct.get(key)
                    else:
                        key_like, like = listed[i] if i < len(listed) else (None, None)
                        key = self.key.load_new(reader, key_like, site, i)
                    pairs.append((key, self.value.load_new(reader, like, site, i)))
                    continue
            except Refused as refused:
                refused.parts.append(f"[{i}]")
                raise
            if mark != b"\0":
                raise Refused("length-mismatch", f"has more than its {count} elements", start)
            if i < count:
                raise Refused("length-mismatch", f"has {i} elements, not {count}", start)
            return dict(pairs) if self.key is None else pairs

    def pairs(self, value: Any) -> list[tuple[Any, Any]]:
        if self.key is None:
            if not isinstance(value, Mapping):
                raise wrong(value, "a dict")
            items: list[tuple[Any, Any]] = list(
                value.items()
            )  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
            if all(isinstance(key, int) for key, _ in items):
                items.sort(key=first)  # a tree's elements go out in the order of their keys
            return items
        return [self.pair(item) for item in sequence(value)]

    def pair(self, value: Any) -> tuple[Any, Any]:
        parts = sequence(value)
        if len(parts) != 2:
            raise Refused("bad-value", f"has {len(parts)} parts, not a key and a value")
        return parts[0], parts[1]

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        pairs = self.pairs(value)
        writer.out.append(len(pairs).to_bytes(4, "big"))
        for i, (key, element) in enumerate(pairs):
            writer.out.append(b"\1")
            try:
                if self.key is None:
                    self.number.save(writer, key, site, i)
                else:
                    self.key.save_element(writer, key, site, i)
                self.value.save_element(writer, element, site, i)
            except Refused as refused:
                refused.parts.append(f"[{i}]")
                raise
        writer.out.append(b"\0")

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        return {} if self.key is None else []

    def plain(self, value: Any) -> object:
        pairs = self.pairs(value)
        key = int if self.key is None else self.key.plain
        return [[key(pair[0]), self.value.plain(pair[1])] for pair in pairs]

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        direct: dict[int, Any] = own if isinstance(own, dict) else {}
        listed: list[tuple[Any, Any]] = own if isinstance(own, list) else []
        pairs: list[tuple[Any, Any]] = []
        seen: set[Any] = set()
        for i, element in enumerate(sequence(value)):
            try:
                parts = self.pair(element)
                if self.key is None:
                    key = self.number.parse(parts[0], None, site, i)
                    if key in seen:
                        raise Refused("bad-value", f"key {key} stands there twice")
                    seen.add(key)
                    like = direct.get(key)
                else:
                    key_like, like = listed[i] if i < len(listed) else (None, None)
                    key = self.key.parse(parts[0], key_like, site, i)
                pairs.append((key, self.value.parse(parts[1], like, site, i)))
            except Refused as refused:
                refused.parts.append(f"[{i}]")
                raise
        return dict(pairs) if self.key is None else pairs


def first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def sequence(value: object) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise wrong(value, "a list")
    return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def plain_object(description: Description, o: Any) -> dict[str, object]:
    """The fields and subsections that are there, by their names in the schema."""
    values: dict[str, object] = {}
    for step in description.fields:
        value = getattr(o, step.attribute)
        if value is not None or not step.is_extern:
            values[step.name] = step.codec.plain(value)
    for entry in description.subsections:
        sub = getattr(o, entry.attribute)
        if sub is not None:
            values[entry.name] = plain_object(entry.description, sub)
    return values


def parse_object(description: Description, values: object, site: Site) -> None:
    """Sets what `values` names; what it does not name is kept, or at its default."""
    if not isinstance(values, Mapping):
        raise wrong(values, "a dict")
    given: Mapping[Any, Any] = values  # pyright: ignore[reportUnknownVariableType]
    known = {step.name for step in description.fields}
    known.update(entry.name for entry in description.subsections)
    for name in given:
        if name not in known:
            raise Refused("bad-value", f"has no field {name!r}")
    o = site.chain[0]
    for step in description.fields:
        if step.name in given:
            value = given[step.name]
            if value is None and step.is_extern:
                setattr(o, step.attribute, None)
                continue
            own = getattr(o, step.attribute) if site.keeps else None
            try:
                setattr(o, step.attribute, step.codec.parse(value, own, site, 0))
            except Refused as refused:
                refused.parts.append("." + step.name)
                raise
        elif not site.keeps:
            setattr(o, step.attribute, step.initial(site, LENIENT))
    for entry in description.subsections:
        if entry.name not in given:
            continue
        if given[entry.name] is None:
            setattr(o, entry.attribute, None)
            continue
        sub = getattr(o, entry.attribute)
        keeps = sub is not None
        if not keeps:
            sub = description.new_subsection(entry, site, LENIENT)
        inner = Site((sub, *site.chain), entry.description.version_id, keeps=keeps)
        try:
            parse_object(entry.description, given[entry.name], inner)
        except Refused as refused:
            refused.parts.append("/" + entry.name)
            raise
        setattr(o, entry.attribute, sub)
