"""From shapes that were observed, dumped or both to trees of typed .vmsd files.

A stream shows one version's layout in one state. What it does not show is written as not known:
every description is `@recorded` with `minimum 0`, and a field or subsection that only some
occurrences had is `extern`. Where a dump was merged in, versions and tests are the dump's, and
what no stream showed has the size that the dump gives.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vmsdl.qemu.identifiers import TYPE_WORDS, Names, strip_number
from vmsdl.qemu.importing.arrange_files import Imported, ImportedFile, arrange_files
from vmsdl.qemu.importing.merge_dump import Merged
from vmsdl.qemu.importing.observe import Observations, ObservedField, ObservedState, Shape
from vmsdl.qemu.importing.tree_parts import (
    NO_COUNTS,
    annotation,
    integer,
    is_gap,
    name,
    presence,
    subsection_name,
    text,
    versions,
    wire_text,
)
from vmsdl.schema.scalars import SCALARS
from vmsdl.syntax import tree

_BUFFERS = ("buffer", "unused_buffer")
_SCALARS = {row.qemu_name: row.name for row in SCALARS.values() if row.qemu_name}


def write_schemas(
    observations: Observations,
    machines: Sequence[str],
    merged: Merged | None = None,
    doc: str = "",
    recorded: tuple[str, ...] = (),
) -> tuple[ImportedFile, ...]:
    """The folder for what was observed; `machines` are the machine types of the streams, `recorded`
    what is known of the program that wrote them.

    Where a dump was merged in, `observations` are those of `merged`.
    """
    names = Names(reserved=TYPE_WORDS)
    writer = _Writer(observations, merged is None or merged.has_counts, recorded)
    # Devices first: a name in a report is a device's more often than a struct's.
    device_names = {key: names.take(key) for key in _ordered(observations.devices)}
    writer.struct_names = {
        key: names.take(observations.structs[key].title, "state")
        for key in _ordered(observations.structs)
    }
    devices = [
        writer.imported("device", device_names[key], shape)
        for key, shape in observations.devices.items()
    ]
    structs = {
        key: writer.imported("struct", writer.struct_names[key], shape)
        for key, shape in observations.structs.items()
    }
    return arrange_files(devices, structs, _machines(machines, merged, doc))


def _ordered(shapes: dict[str, Shape]) -> list[str]:
    return sorted(shapes, key=lambda key: (shapes[key].title, len(key), key))


def _machines(machines: Sequence[str], merged: Merged | None, doc: str) -> list[tree.MachineDecl]:
    blocks: list[tree.MachineDecl] = []
    if merged is not None:
        notes = [] if merged.has_counts else [annotation("info", NO_COUNTS)]
        blocks.append(
            tree.MachineDecl(name=text(merged.machine), doc=doc, annotations=tuple(notes))
        )
    known = {merged.machine} if merged is not None else set()
    return blocks + [tree.MachineDecl(name=text(each)) for each in sorted(set(machines) - known)]


@dataclass(slots=True)
class _Writer:
    observations: Observations
    has_counts: bool
    recorded: tuple[str, ...] = ()
    struct_names: dict[str, str] = field(default_factory=dict)

    def imported(self, keyword: str, given: str, shape: Shape) -> Imported:
        inner: dict[str, None] = {}
        self._structs(shape, inner)
        annotations = [annotation("recorded", *self.recorded)]
        if shape.qom is not None and shape.qom != (shape.title,):
            annotations.append(annotation("qom", *shape.qom))
        declaration = tree.DescriptionDecl(
            keyword=keyword,
            name=name(given),
            wire_name=wire_text(given, shape.title),
            versions=_versions(shape),
            members=tuple(self._members(shape)),
            annotations=tuple(annotations),
        )
        return Imported(declaration, shape.title, tuple(inner))

    def _structs(self, shape: Shape, inner: dict[str, None]) -> None:
        for each in shape.fields:
            for seen in each.seen.values():
                if seen.struct is not None:
                    inner[seen.struct] = None
            if each.struct is not None:
                inner[each.struct] = None
        for subsection in shape.subsections.values():
            self._structs(subsection, inner)

    def _members(self, shape: Shape) -> Iterator[tree.Member]:
        description = shape.description
        if description is not None and description.keys().isdisjoint({"Fields", "Subsections"}):
            yield tree.UnmigratableDecl()
            return
        names = Names(folding=False)
        given = {
            each.name: names.take(_near(each)) for each in shape.fields if not _is_gap(shape, each)
        }
        for each in shape.fields:
            length = self._free_length(shape, each)
            if length is not None:
                yield tree.LocalDecl(
                    name=name(_length_name(given[each.name])),
                    # A length is never sent, so its width is free.
                    type=tree.TypeExpr(element=tree.BuiltinType(word="u32")),
                    default=integer(length),
                )
        for each in shape.fields:
            if _is_gap(shape, each):
                modifiers, annotations = presence(each.item) if each.item else ([], [])
                yield tree.UnusedDecl(
                    length=integer(each.item["size"] if each.item else each.first.size),
                    modifiers=tuple(modifiers),
                    annotations=tuple(annotations),
                )
            else:
                yield self._field(shape, each, given)
        for subsection in shape.subsections.values():
            yield self._subsection(names, shape, subsection)

    def _field(self, shape: Shape, each: ObservedField, given: dict[str, str]) -> tree.FieldDecl:
        modifiers: list[tree.Modifier] = []
        annotations: list[tree.AnnotationDecl] = []
        if each.item is not None:
            modifiers, annotations = presence(each.item)
        elif shape.is_optional(each):
            modifiers.append(tree.If(condition=tree.ExternWord()))
        if each.seen:
            base, _, rule = each.first.type.rpartition(" ")
            if rule == "equal" and base in _SCALARS:
                modifiers.append(tree.Equal())
            elif rule == "le" and base in _SCALARS:
                modifiers.append(tree.Bounded())
        bindings = self._bindings(shape, each)
        if bindings:
            modifiers.append(tree.With(bindings=bindings))
        lengths = self._lengths(shape, each, given)
        element, nullable = self._element(shape, each, given, lengths)
        written = tree.TypeExpr(element=element, nullable=nullable, lengths=tuple(lengths))
        if each.item is not None:
            annotations += self._memory(each.item, written)
        return tree.FieldDecl(
            name=name(given[each.name]),
            wire_name=wire_text(given[each.name], each.item["field"] if each.item else each.name),
            type=written,
            modifiers=tuple(modifiers),
            annotations=tuple(annotations),
        )

    def _lengths(
        self, shape: Shape, each: ObservedField, given: dict[str, str]
    ) -> list[tree.Expression]:
        """Those of the array around the element."""
        item = each.item or {}
        if each.seen and each.first.count is not None:
            return [self._length(shape, each, given)]
        if not each.seen and each.struct is not None and self._free_length(shape, each) is not None:
            return [self._length(shape, each, given)]
        return [integer(item["num"])] if "num" in item else []

    def _element(
        self,
        shape: Shape,
        each: ObservedField,
        given: dict[str, str],
        lengths: list[tree.Expression],
    ) -> tuple[tree.BaseType, bool]:
        """The type of one element, and whether it may be null; a buffer adds its own length."""
        struct = each.first.struct if each.seen else each.struct
        if struct is not None:
            nullable = bool(lengths) and any(one.has_nulls for one in each.seen.values())
            return tree.TypeRef(name=name(self.struct_names[struct])), nullable
        if not each.seen:
            size = each.item["size"] if each.item else 0
            if self._free_length(shape, each) is not None:
                lengths.append(self._length(shape, each, given))
            elif size:
                lengths.append(integer(size))
            return tree.OpaqueType(), False
        seen = each.first
        word = _scalar(seen)
        if word is not None:
            return tree.BuiltinType(word=word), False
        if seen.type in _BUFFERS or seen.type == "bitmap":
            factor = 8 if seen.type == "bitmap" else 1
            if seen.count is not None or factor == 8:
                lengths.append(integer(seen.size * factor))
            else:
                lengths.append(self._length(shape, each, given))
            return tree.BuiltinType(word="bitmap" if factor == 8 else "bytes"), False
        if len({one.size for one in each.seen.values()}) == 1:
            lengths.append(integer(seen.size))
        return tree.OpaqueType(codec=text(seen.type)), False

    def _memory(self, item: Mapping[str, int], written: tree.TypeExpr) -> list[tree.AnnotationDecl]:
        """What the dump says of an element's size, and of their number, where it does not follow.

        `vmsdl.qemu.export` follows the same rules the other way.
        """
        last = written.lengths[-1] if written.lengths else None
        size: int | None = None
        outer = len(written.lengths)
        match written.element:
            case tree.BuiltinType(word=word) if word in SCALARS:
                size = SCALARS[word].size
            case tree.BuiltinType() | tree.OpaqueType():
                outer = max(outer - 1, 0)
                if written.element != tree.BuiltinType(word="bitmap"):
                    size = last.value if isinstance(last, tree.IntegerLiteral) else None
        counts = written.lengths[:outer]
        is_counted = bool(counts) and all(
            isinstance(each, tree.IntegerLiteral) and each.value for each in counts
        )
        if self.has_counts and is_counted and "num" not in item:
            return [annotation("memory", item["size"], 0)]
        return [] if item["size"] == size else [annotation("memory", item["size"])]

    def _bindings(self, shape: Shape, each: ObservedField) -> tuple[tree.Binding, ...]:
        """What this field tells the struct it embeds: lengths that differ from place to place."""
        key = each.first.struct if each.seen else None
        if key is None:
            return ()
        inner = self.observations.structs[key]
        here = {at for at, place in inner.places.items() if place == (shape.seen_as, each.name)}
        names = Names(folding=False)
        bindings: list[tree.Binding] = []
        for one in inner.fields:
            given = names.take(_near(one))
            if self._free_length(inner, one) is None or not one.seen:
                continue
            lengths = {length for at, length in inner.lengths(one).items() if at in here}
            if len(lengths) == 1:
                value = integer(lengths.pop())
                bindings.append(tree.Binding(name=name(_length_name(given)), value=value))
        return tuple(bindings)

    def _subsection(self, names: Names, owner: Shape, shape: Shape) -> tree.DescriptionDecl:
        given, wire_name = subsection_name(names, owner.title, shape.title)
        return tree.DescriptionDecl(
            keyword="subsection",
            name=name(given),
            wire_name=wire_name,
            versions=_versions(shape),
            needed=tree.ExternWord(),
            members=tuple(self._members(shape)),
        )

    # Lengths -------------------------------------------------------------------------------

    def _free_length(self, shape: Shape, each: ObservedField) -> int | None:
        """The usual length of a field whose length varies and that no field gives; else None."""
        if _is_gap(shape, each):
            return None
        if not each.seen:
            # Its owner was seen and it was not: it had no elements, or a test left it out.
            item = each.item or {"version_id": 0}
            is_sized = each.struct is not None or item.get("size", 0) > 0
            if shape.occurrences == 0:
                return 0 if shape.has_seen_owner and not is_sized else None
            if "num" in item or item["version_id"] > shape.version_id:
                return None
            return None if is_sized and shape.is_optional(each) else 0
        if each.first.count is None and each.first.type not in _BUFFERS:
            return None
        lengths = shape.lengths(each)
        varies = len(set(lengths.values())) > 1
        if not (varies or self._is_dynamic(each)) or (varies and shape.count_field(each)):
            return None
        return Counter(lengths.values()).most_common(1)[0][0]

    def _is_dynamic(self, each: ObservedField) -> bool:
        """Does the dump say that the length is no constant, although it was always the same?"""
        if each.item is None:
            return False
        if each.first.count is None:
            return bool(each.item["size"] == 0)
        return self.has_counts and "num" not in each.item

    def _length(self, shape: Shape, each: ObservedField, given: dict[str, str]) -> tree.Expression:
        if self._free_length(shape, each) is not None:
            return tree.NameUse(name=_length_name(given[each.name]))
        count = shape.count_field(each)
        lengths = set(shape.lengths(each).values())
        if len(lengths) > 1 and count is not None:
            return tree.NameUse(name=given[count])
        return integer(lengths.pop())


def _is_gap(shape: Shape, each: ObservedField) -> bool:
    if each.item is not None:
        return is_gap(each.item)
    return (
        each.first.type == "unused_buffer"
        and not shape.is_optional(each)
        and len(set(shape.lengths(each).values())) == 1
    )


def _length_name(given: str) -> str:
    return f"{given}_length"


def _scalar(seen: ObservedState) -> str | None:
    base, _, rule = seen.type.rpartition(" ")
    if rule in ("equal", "le"):
        # The unsigned 64-bit type is called "int64 equal" (VMSTATE_UINT64_EQUAL).
        return "u64" if seen.type == "int64 equal" else _SCALARS.get(base)
    return _SCALARS.get(seen.type)


def _near(each: ObservedField) -> str:
    return each.item["field"] if each.item else strip_number(each.name)


def _versions(shape: Shape) -> tree.Versions:
    if shape.description is not None:
        return versions(shape.description)
    minimum = integer(0) if shape.version_id else None
    return tree.Versions(version=integer(shape.version_id), minimum=minimum)
