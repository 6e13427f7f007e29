"""From observed shapes to trees of typed .vmsd files.

A stream shows one version's layout in one state. What it does not show is written as not known:
every description is `@recorded` with `minimum 0`, and a field or subsection that only some
occurrences had is `extern`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from vmsdl.qemu.folder import Imported, ImportedFile, arrange
from vmsdl.qemu.identifiers import TYPE_WORDS, Names, identifier
from vmsdl.qemu.observed import Observations, Seen, SeenField, Shape
from vmsdl.syntax import tree

_SCALARS = {
    "bool": "bool",
    "timer": "timer",
    "CPU_Double_U": "f64",
    **{f"int{bits}": f"i{bits}" for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": f"u{bits}" for bits in (8, 16, 32, 64)},
}


def learned_files(observations: Observations, machines: list[str]) -> tuple[ImportedFile, ...]:
    """The folder for what was observed; `machines` are the machine types of the streams."""
    names = Names(reserved=TYPE_WORDS)
    writer = _Writer(observations)
    device_names = {key: names.take(key) for key in sorted(observations.devices)}
    writer.struct_names = {key: names.take(key, "state") for key in sorted(observations.structs)}
    devices = [
        writer.imported("device", device_names[key], shape)
        for key, shape in observations.devices.items()
    ]
    structs = {
        key: writer.imported("struct", writer.struct_names[key], shape)
        for key, shape in observations.structs.items()
    }
    blocks = [tree.MachineDecl(name=tree.Text(value=machine)) for machine in sorted(set(machines))]
    return arrange(devices, structs, blocks)


@dataclass(slots=True)
class _Writer:
    observations: Observations
    struct_names: dict[str, str] = field(default_factory=dict)

    def imported(self, keyword: str, name: str, shape: Shape) -> Imported:
        inner: dict[str, None] = {}
        self._structs(shape, inner)
        declaration = tree.DescriptionDecl(
            keyword=keyword,
            name=_name(name),
            wire_name=None if name == shape.title else tree.Text(value=shape.title),
            versions=_versions(shape),
            members=tuple(self._members(shape)),
            annotations=(tree.Annotation(name=_name("recorded")),),
        )
        return Imported(declaration, shape.title, tuple(inner))

    def _structs(self, shape: Shape, inner: dict[str, None]) -> None:
        for each in shape.fields:
            for seen in each.seen.values():
                if seen.struct is not None:
                    inner[seen.struct] = None
        for subsection in shape.subsections.values():
            self._structs(subsection, inner)

    def _members(self, shape: Shape) -> Iterator[tree.Member]:
        names = Names(folding=False)
        given = {each.name: names.take(_short(each.name)) for each in shape.fields}
        for each in shape.fields:
            length = _free_length(shape, each)
            if length is not None:
                yield tree.LocalDecl(
                    name=_name(_length_name(given[each.name])),
                    type=tree.TypeExpr(element=tree.BuiltinType(word="u32")),
                    default=_integer(length),
                )
        for each in shape.fields:
            yield self._field(shape, each, given)
        for subsection in shape.subsections.values():
            yield self._subsection(names, shape, subsection)

    def _field(self, shape: Shape, each: SeenField, given: dict[str, str]) -> tree.Member:
        modifiers: list[tree.Modifier] = []
        if shape.is_optional(each):
            modifiers.append(tree.If(condition=tree.ExternWord()))
        seen = each.first
        if (
            seen.type == "unused_buffer"
            and not modifiers
            and len(set(each.lengths().values())) == 1
        ):
            return tree.UnusedDecl(length=_integer(seen.size))
        name = given[each.name]
        base, _, rule = seen.type.rpartition(" ")
        if rule == "equal" and base in _SCALARS:
            modifiers.append(tree.Equal())
        elif rule == "le" and base in _SCALARS:
            modifiers.append(tree.Bounded())
        bindings = self._bindings(shape, each)
        if bindings:
            modifiers.append(tree.With(bindings=bindings))
        return tree.FieldDecl(
            name=_name(name),
            wire_name=None if name == each.name else tree.Text(value=each.name),
            type=self._type(shape, each, given),
            modifiers=tuple(modifiers),
        )

    def _type(self, shape: Shape, each: SeenField, given: dict[str, str]) -> tree.TypeExpr:
        seen = each.first
        lengths: list[tree.Expression] = []
        if seen.count is not None:
            lengths.append(_length(shape, each, given))
        if seen.struct is not None:
            element: tree.BaseType = tree.TypeRef(name=_name(self.struct_names[seen.struct]))
            nullable = any(one.has_nulls for one in each.seen.values())
            return tree.TypeExpr(element=element, nullable=nullable, lengths=tuple(lengths))
        word = _scalar(seen)
        if word is not None:
            element = tree.BuiltinType(word=word)
        elif seen.type in ("buffer", "unused_buffer", "bitmap"):
            element = tree.BuiltinType(word="bitmap" if seen.type == "bitmap" else "bytes")
            factor = 8 if seen.type == "bitmap" else 1
            if seen.count is not None or factor == 8:
                lengths.append(_integer(seen.size * factor))
            else:
                lengths.append(_length(shape, each, given))
        else:
            element = tree.OpaqueType(codec=tree.Text(value=seen.type))
            if len({one.size for one in each.seen.values()}) == 1:
                lengths.append(_integer(seen.size))
        return tree.TypeExpr(element=element, lengths=tuple(lengths))

    def _bindings(self, shape: Shape, each: SeenField) -> tuple[tree.Binding, ...]:
        """What this field tells the struct it embeds: lengths that differ from place to place."""
        key = each.first.struct
        if key is None:
            return ()
        inner = self.observations.structs[key]
        here = {at for at, place in inner.places.items() if place == (shape.key, each.name)}
        names = Names(folding=False)
        bindings: list[tree.Binding] = []
        for one in inner.fields:
            name = names.take(_short(one.name))
            if _free_length(inner, one) is None:
                continue
            lengths = {length for at, length in one.lengths().items() if at in here}
            if len(lengths) == 1:
                value = _integer(lengths.pop())
                bindings.append(tree.Binding(name=_name(_length_name(name)), value=value))
        return tuple(bindings)

    def _subsection(self, names: Names, owner: Shape, shape: Shape) -> tree.DescriptionDecl:
        short = shape.title.removeprefix(owner.title).lstrip("/_.-") or shape.title
        name = names.take(short, "subsection")
        return tree.DescriptionDecl(
            keyword="subsection",
            name=_name(name),
            wire_name=(
                None if shape.title == f"{owner.title}/{name}" else tree.Text(value=shape.title)
            ),
            versions=_versions(shape),
            needed=tree.ExternWord(),
            members=tuple(self._members(shape)),
        )


def _free_length(shape: Shape, each: SeenField) -> int | None:
    """The usual length of a field whose length varies and that no field gives; else None."""
    if each.first.count is None and each.first.type not in ("buffer", "unused_buffer"):
        return None
    lengths = each.lengths()
    if len(set(lengths.values())) == 1 or shape.count_field(each) is not None:
        return None
    return Counter(lengths.values()).most_common(1)[0][0]


def _length(shape: Shape, each: SeenField, given: dict[str, str]) -> tree.Expression:
    lengths = set(each.lengths().values())
    if len(lengths) == 1:
        return _integer(lengths.pop())
    count = shape.count_field(each)
    return tree.NameUse(name=given[count] if count else _length_name(given[each.name]))


def _length_name(name: str) -> str:
    return f"{name}_length"


def _scalar(seen: Seen) -> str | None:
    base, _, rule = seen.type.rpartition(" ")
    if rule in ("equal", "le"):
        # The unsigned 64-bit type is called "int64 equal" (VMSTATE_UINT64_EQUAL).
        return "u64" if seen.type == "int64 equal" else _SCALARS.get(base)
    return _SCALARS.get(seen.type)


def _short(name: str) -> str:
    """Without the `[k]` that a description adds where a name occurs more than once."""
    return re.sub(r"(?<=.)\[\d+\]$", "", name)


def _versions(shape: Shape) -> tree.Versions:
    minimum = _integer(0) if shape.version_id else None
    return tree.Versions(version=_integer(shape.version_id), minimum=minimum)


def _name(text: str) -> tree.Name:
    return tree.Name(text=identifier(text))


def _integer(value: int) -> tree.IntegerLiteral:
    return tree.IntegerLiteral(value=value, text=str(value))
