"""From shapes that were observed, dumped or both to syntax trees of typed .vmsd files.

A stream shows one version's layout in one state. What it does not show is written as not known:
every description is `@recorded` with `minimum 0`, and a field or subsection that only some
occurrences had is `extern`. Where a dump was merged in, versions and tests are the dump's, and
what no stream showed has the size that the dump gives.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vmsdl.qemu.identifiers import TYPE_WORDS, Names, strip_number
from vmsdl.qemu.importing.arrange_files import ImportedDescription, ImportedFile, arrange_files
from vmsdl.qemu.importing.merge_dump import MergedDump
from vmsdl.qemu.importing.observe import Observations, ObservedField, ObservedValue, Shape
from vmsdl.qemu.importing.tree_parts import (
    is_unused,
    make_annotation,
    make_integer,
    make_name,
    make_presence,
    make_subsection_name,
    make_text,
    make_versions,
    make_wire_name,
)
from vmsdl.schema.recorded import NO_COUNTS, Age
from vmsdl.schema.scalars import SCALARS
from vmsdl.syntax import tree

_BUFFERS = ("buffer", "unused_buffer")
_LISTS = ("qtailq", "qlist")
_SCALARS = {row.qemu_name: row.name for row in SCALARS.values() if row.qemu_name}


def write_schemas(
    observations: Observations,
    machines: Sequence[str],
    merged: MergedDump | None = None,
    doc: str = "",
    recorded: tuple[str, ...] = (),
    age: Age | None = None,
) -> tuple[ImportedFile, ...]:
    """The files for what was observed.

    `machines` are the machine types of the streams, and `age` how old the program is that wrote
    them, which their declarations keep; `recorded` says it of each description. Where a dump was
    merged in, `observations` are those of `merged`.
    """
    names = Names(reserved=TYPE_WORDS)
    writer = _SchemaWriter(observations, merged is None or merged.has_counts, recorded)
    # Devices first: a name in a report is a device's more often than a struct's.
    device_names = {key: names.take(key) for key in _sort_keys(observations.devices)}
    writer.struct_names = {
        key: names.take(observations.structs[key].title, "state")
        for key in _sort_keys(observations.structs)
    }
    devices = [
        writer.make_description("device", device_names[key], shape)
        for key, shape in observations.devices.items()
    ]
    structs = {
        key: writer.make_description("struct", writer.struct_names[key], shape)
        for key, shape in observations.structs.items()
    }
    return arrange_files(
        devices, structs, _make_machines(machines, merged, doc, () if age is None else age.words)
    )


def _sort_keys(shapes: dict[str, Shape]) -> list[str]:
    return sorted(shapes, key=lambda key: (shapes[key].title, len(key), key))


def _make_machines(
    machines: Sequence[str], merged: MergedDump | None, doc: str, age: tuple[str, ...]
) -> list[tree.MachineDecl]:
    """The machine types that wrote the dump and the streams, each marked with what it wrote."""
    blocks: list[tree.MachineDecl] = []
    sent = set(machines)
    if merged is not None:
        of_stream = ("stream", *age) if merged.machine in sent else ()
        notes = [make_annotation("recorded", "dump", *of_stream)]
        notes += [] if merged.has_counts else [make_annotation("info", NO_COUNTS)]
        blocks.append(
            tree.MachineDecl(name=make_text(merged.machine), doc=doc, annotations=tuple(notes))
        )
        sent.discard(merged.machine)
    note = make_annotation("recorded", "stream", *age)
    return blocks + [
        tree.MachineDecl(name=make_text(each), annotations=(note,)) for each in sorted(sent)
    ]


@dataclass(slots=True)
class _SchemaWriter:
    observations: Observations
    has_counts: bool
    recorded: tuple[str, ...] = ()
    struct_names: dict[str, str] = field(default_factory=dict)

    def make_description(self, keyword: str, identifier: str, shape: Shape) -> ImportedDescription:
        inner: dict[str, None] = {}
        self._collect_structs(shape, inner)
        annotations = [make_annotation("recorded", *self.recorded)]
        if shape.qom is not None and shape.qom != (shape.title,):
            annotations.append(make_annotation("qom", *shape.qom))
        declaration = tree.DescriptionDecl(
            keyword=keyword,
            name=make_name(identifier),
            wire_name=make_wire_name(identifier, shape.title),
            versions=_make_versions(shape),
            members=tuple(self._make_members(shape)),
            annotations=tuple(annotations),
        )
        return ImportedDescription(declaration, shape.title, tuple(inner))

    def _collect_structs(self, shape: Shape, inner: dict[str, None]) -> None:
        for each in shape.fields:
            for observed in each.observed.values():
                if observed.struct is not None:
                    inner[observed.struct] = None
            if each.struct is not None:
                inner[each.struct] = None
        for subsection in shape.subsections.values():
            self._collect_structs(subsection, inner)

    def _make_members(self, shape: Shape) -> Iterator[tree.Member]:
        description = shape.description
        if description is not None and description.keys().isdisjoint({"Fields", "Subsections"}):
            yield tree.UnmigratableDecl()
            return
        names = Names(ignores_case=False)
        identifiers = {
            each.name: names.take(_find_base_name(each))
            for each in shape.fields
            if not _is_unused(shape, each)
        }
        for each in shape.fields:
            length = self._find_free_length(shape, each)
            if length is not None:
                yield tree.LocalDecl(
                    name=make_name(_make_length_name(identifiers[each.name])),
                    # A length is never sent, so its width is free.
                    type=tree.TypeExpr(element=tree.BuiltinType(word="u32")),
                    default=make_integer(length),
                )
        for each in shape.fields:
            if _is_unused(shape, each):
                modifiers, annotations = make_presence(each.item) if each.item else ([], [])
                yield tree.UnusedDecl(
                    length=make_integer(each.item["size"] if each.item else each.typical.size),
                    modifiers=tuple(modifiers),
                    annotations=tuple(annotations),
                )
            else:
                yield self._make_field(shape, each, identifiers)
        for subsection in shape.subsections.values():
            yield self._make_subsection(names, shape, subsection)

    def _make_field(
        self, shape: Shape, each: ObservedField, identifiers: dict[str, str]
    ) -> tree.FieldDecl:
        modifiers: list[tree.Modifier] = []
        annotations: list[tree.AnnotationDecl] = []
        if each.item is not None:
            modifiers, annotations = make_presence(each.item)
            if _is_list(each) and self._find_list_version(each) is None and not annotations:
                annotations.append(make_annotation("version", each.item["version_id"]))
        elif shape.is_optional(each):
            modifiers.append(tree.If(condition=tree.ExternWord()))
        if each.observed:
            base, _, rule = each.typical.type.rpartition(" ")
            if rule == "equal" and base in _SCALARS:
                modifiers.append(tree.Equal())
            elif rule == "le" and base in _SCALARS:
                modifiers.append(tree.Bounded())
            if each.is_marked:
                modifiers.append(tree.Marked())
        bindings = self._make_bindings(shape, each)
        if bindings:
            modifiers.append(tree.With(bindings=bindings))
        lengths = self._make_lengths(shape, each, identifiers)
        element, nullable = self._make_element(shape, each, identifiers, lengths)
        type_ = tree.TypeExpr(element=element, nullable=nullable, lengths=tuple(lengths))
        if each.item is not None:
            annotations += self._make_memory_annotations(each.item, type_)
        return tree.FieldDecl(
            name=make_name(identifiers[each.name]),
            wire_name=make_wire_name(
                identifiers[each.name], each.item["field"] if each.item else each.name
            ),
            type=type_,
            modifiers=tuple(modifiers),
            annotations=tuple(annotations),
        )

    def _make_lengths(
        self, shape: Shape, each: ObservedField, identifiers: dict[str, str]
    ) -> list[tree.Expression]:
        """Those of the array around the element."""
        item = each.item or {}
        if each.observed and each.is_array:
            return [self._make_length(shape, each, identifiers)]
        if (
            not each.observed
            and each.struct is not None
            and self._find_free_length(shape, each) is not None
        ):
            return [self._make_length(shape, each, identifiers)]
        is_sized = each.struct is not None or each.observed or item.get("size")
        return [make_integer(item["num"])] if "num" in item and is_sized else []

    def _make_element(
        self,
        shape: Shape,
        each: ObservedField,
        identifiers: dict[str, str],
        lengths: list[tree.Expression],
    ) -> tuple[tree.BaseType, bool]:
        """The type of one element, and whether it may be null; a buffer adds its own length."""
        if _is_list(each):
            return self._make_list(each), False
        struct = (each.typical.struct if each.observed else None) or each.struct
        nullable = bool(lengths) and each.has_nulls
        if struct is not None and not (each.observed and _is_coded(each.typical)):
            return tree.TypeRef(name=make_name(self.struct_names[struct])), nullable
        if not each.observed:
            size = each.item["size"] if each.item else 0
            if self._find_free_length(shape, each) is not None:
                lengths.append(self._make_length(shape, each, identifiers))
            elif size:
                lengths.append(make_integer(size))
            return tree.OpaqueType(), False
        observed = each.typical
        scalar = _find_scalar(observed)
        if scalar is not None:
            return tree.BuiltinType(word=scalar), nullable
        if observed.type in _BUFFERS or observed.type == "bitmap":
            factor = 8 if observed.type == "bitmap" else 1
            if each.is_array or factor == 8:
                lengths.append(make_integer(observed.size * factor))
            else:
                lengths.append(self._make_length(shape, each, identifiers))
            return tree.BuiltinType(word="bitmap" if factor == 8 else "bytes"), nullable
        if each.is_array:
            lengths.append(make_integer(observed.size))
        elif not self._is_rest(shape, each):
            lengths.append(self._make_length(shape, each, identifiers))
        return tree.OpaqueType(codec=make_text(observed.type)), nullable

    def _make_list(self, each: ObservedField) -> tree.ListTypeExpr:
        assert each.struct is not None
        version = self._find_list_version(each)
        return tree.ListTypeExpr(
            element=tree.TypeRef(
                name=make_name(self.struct_names[each.struct]),
                version=None if version is None else make_integer(version),
            )
        )

    def _find_list_version(self, each: ObservedField) -> int | None:
        """The version of a list's elements; None where no element could be of it.

        QEMU has one number for that and for the gate of the field.
        """
        versions = self.observations.structs[each.struct or ""].description
        version: int = each.item["version_id"] if each.item else 0
        if versions is None:
            return None
        is_known = versions["minimum_version_id"] <= version <= versions["version_id"]
        return version if is_known else None

    def _is_rest(self, shape: Shape, each: ObservedField) -> bool:
        """Is it what is left of a section? Then only the section's end gives its length."""
        is_last = each is shape.fields[-1] and not shape.subsections
        return shape in self.observations.devices.values() and is_last and _is_coded(each.typical)

    def _make_memory_annotations(
        self, item: Mapping[str, int], type_: tree.TypeExpr
    ) -> list[tree.AnnotationDecl]:
        """What the dump says of an element's size, and of their number, where it does not follow.

        `vmsdl.qemu.export` follows the same rules the other way.
        """
        last = type_.lengths[-1] if type_.lengths else None
        size: int | None = None
        outer = len(type_.lengths)
        match type_.element:
            case tree.BuiltinType(word=scalar) if scalar in SCALARS:
                size = SCALARS[scalar].size
            case tree.OpaqueType() if not type_.lengths:
                if "num" in item:
                    return [make_annotation("memory", item["size"], item["num"])]
                size = 0
            case tree.BuiltinType() | tree.OpaqueType():
                outer = max(outer - 1, 0)
                if type_.element != tree.BuiltinType(word="bitmap"):
                    size = last.value if isinstance(last, tree.IntegerLiteral) else None
        counts = type_.lengths[:outer]
        is_counted = bool(counts) and all(
            isinstance(each, tree.IntegerLiteral) and each.value for each in counts
        )
        if self.has_counts and is_counted and "num" not in item:
            return [make_annotation("memory", item["size"], 0)]
        return [] if item["size"] == size else [make_annotation("memory", item["size"])]

    def _make_bindings(self, shape: Shape, each: ObservedField) -> tuple[tree.Binding, ...]:
        """The lengths that this field gives to the struct it embeds: they differ between places."""
        key = each.typical.struct if each.observed else None
        if key is None:
            return ()
        inner = self.observations.structs[key]
        here = {
            at for at, place in inner.owners.items() if place == (shape.observed_key, each.name)
        }
        names = Names(ignores_case=False)
        bindings: list[tree.Binding] = []
        for one in inner.fields:
            identifier = names.take(_find_base_name(one))
            if self._find_free_length(inner, one) is None or not one.observed:
                continue
            lengths = {length for at, length in inner.lengths(one).items() if at in here}
            if len(lengths) == 1:
                value = make_integer(lengths.pop())
                bindings.append(
                    tree.Binding(name=make_name(_make_length_name(identifier)), value=value)
                )
        return tuple(bindings)

    def _make_subsection(self, names: Names, owner: Shape, shape: Shape) -> tree.DescriptionDecl:
        identifier, wire_name = make_subsection_name(names, owner.title, shape.title)
        return tree.DescriptionDecl(
            keyword="subsection",
            name=make_name(identifier),
            wire_name=wire_name,
            versions=_make_versions(shape),
            needed=tree.ExternWord(),
            members=tuple(self._make_members(shape)),
        )

    # Lengths -------------------------------------------------------------------------------

    def _find_free_length(self, shape: Shape, each: ObservedField) -> int | None:
        """The usual length of a field whose length varies and that no field gives; else None."""
        if _is_unused(shape, each):
            return None
        if not each.observed:
            # Its owner was observed and it was not: it had no elements, or its test was false.
            item = each.item or {"version_id": 0}
            is_sized = each.struct is not None or item.get("size", 0) > 0
            if shape.occurrences == 0:
                return 0 if shape.has_observed_owner and not is_sized else None
            if "num" in item or item["version_id"] > shape.version_id:
                return None
            return None if is_sized and shape.is_optional(each) else 0
        if not each.is_array and not each.typical.has_free_size:
            return None
        if _is_list(each) or self._is_rest(shape, each):
            return None
        lengths = shape.lengths(each)
        is_varying = len(set(lengths.values())) > 1
        if not (is_varying or self._is_dynamic(each)) or (is_varying and _find_count(shape, each)):
            return None
        return Counter(lengths.values()).most_common(1)[0][0]

    def _is_dynamic(self, each: ObservedField) -> bool:
        """Does the dump say that the length is no constant, although it was always the same?"""
        if each.item is None:
            return False
        if not each.is_array:
            return bool(each.item["size"] == 0) and each.typical.type in _BUFFERS
        return self.has_counts and "num" not in each.item

    def _make_length(
        self, shape: Shape, each: ObservedField, identifiers: dict[str, str]
    ) -> tree.Expression:
        if self._find_free_length(shape, each) is not None:
            return tree.NameUse(name=_make_length_name(identifiers[each.name]))
        count = _find_count(shape, each)
        lengths = set(shape.lengths(each).values())
        if len(lengths) > 1 and count is not None:
            return tree.NameUse(name=identifiers[count])
        return make_integer(lengths.pop())


def _is_unused(shape: Shape, each: ObservedField) -> bool:
    if each.item is not None:
        return is_unused(each.item)
    return (
        each.typical.type == "unused_buffer"
        and not shape.is_optional(each)
        and len(set(shape.lengths(each).values())) == 1
    )


def _find_count(shape: Shape, each: ObservedField) -> str | None:
    """The field that gives its length. A codec of its own writes what it likes."""
    is_coded = not each.is_array and _is_coded(each.typical)
    return None if is_coded else shape.find_count_field(each)


def _is_coded(observed: ObservedValue) -> bool:
    """Does a codec of its own write it, of which only the name is known?"""
    is_buffer = observed.type in _BUFFERS or observed.type == "bitmap"
    is_scalar = _find_scalar(observed) is not None
    return observed.struct is None and not (observed.is_null or is_buffer or is_scalar)


def _is_list(each: ObservedField) -> bool:
    """Is it a list whose elements a dump describes?"""
    is_list = bool(each.observed) and each.typical.type in _LISTS
    return is_list and each.struct is not None


def _make_length_name(identifiers: str) -> str:
    return f"{identifiers}_length"


def _find_scalar(observed: ObservedValue) -> str | None:
    base, _, rule = observed.type.rpartition(" ")
    if rule in ("equal", "le"):
        # The unsigned 64-bit type is called "int64 equal" (VMSTATE_UINT64_EQUAL).
        return "u64" if observed.type == "int64 equal" else _SCALARS.get(base)
    return _SCALARS.get(observed.type)


def _find_base_name(each: ObservedField) -> str:
    return each.item["field"] if each.item else strip_number(each.name)


def _make_versions(shape: Shape) -> tree.Versions:
    if shape.description is not None:
        return make_versions(shape.description)
    minimum = make_integer(0) if shape.version_id else None
    return tree.Versions(version=make_integer(shape.version_id), minimum=minimum)
