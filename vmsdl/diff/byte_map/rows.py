"""From one side to the rows of its byte map: the place, size and condition of each part."""

from collections.abc import Sequence
from dataclasses import field, replace
from enum import StrEnum
from typing import TypeAlias

from vmsdl.diff.layout.carried_versions import find_version_carriers
from vmsdl.diff.layout.flatten import Flattener
from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    CheckNode,
    MoreElementsNode,
    PaddingNode,
    ScalarArrayNode,
    ScalarNode,
    SubsectionEntry,
    SubsectionsNode,
)
from vmsdl.diff.layout.settings import Settings
from vmsdl.diff.matching.fields import Side
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    TRUE,
    FieldPath,
    collect_operands,
    find_path,
    is_false,
    is_true,
    map_places,
)
from vmsdl.expr.nodes import Binary, Expr, Operator, Variable
from vmsdl.expr.text import format_path, unparse
from vmsdl.records import dataclass
from vmsdl.schema.sizes import Sizes
from vmsdl.schema.traverse import find_struct
from vmsdl.schema.type_text import unparse_type
from vmsdl.schema.types import Bytes

_HEADER = 1 + 1 + 4  # bytes of a subsection besides its name: marker, length of the name, version
_MOST_PARTS = 24  # of a condition that is split to find what all fields of a struct have in common


class RowKind(StrEnum):
    """The value is its class in the HTML page."""

    FIELD = "field"
    UNUSED = "unused"
    STRUCT = "struct"
    SUBSECTION = "subsection"
    ELEMENTS = "elements"  # all elements of an array but the first
    CHECK = "check"


# What identifies a row on its own side. The number counts rows of one kind and path.
RowId: TypeAlias = tuple[RowKind, FieldPath, int]


@dataclass(frozen=True, slots=True)
class Offset:
    """Where something begins: at `least` bytes, and at `most` bytes; None: there is no limit.

    `when`: the one condition that decides between the two; empty: several do, or none.
    """

    least: int
    most: int | None
    when: str = ""

    @property
    def is_known(self) -> bool:
        return self.least == self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One part of what a side writes.

    `size`: in bytes; None: the state decides it. `offset`: from the start of the section, or of
    the subsection that it is in; None: it has no bytes of its own. `since`: the first version that
    has it. `guard`: the condition that it is sent under, `when`: the same without the conditions of
    the struct that it is in. Both are texts, empty where it is always sent.
    `is_absent`: this version or this configuration never sends it.
    """

    id: RowId
    key: FieldPath
    depth: int
    name: str
    type: str = ""
    size: int | None = None
    offset: Offset | None = None
    since: int = 0
    when: str = ""
    guard: str = ""
    is_absent: bool = False
    condition: Expr = field(default=TRUE, compare=False, repr=False)  # `guard` as an expression

    @property
    def kind(self) -> RowKind:
        return self.id[0]

    @property
    def has_bytes(self) -> bool:
        return self.kind not in (RowKind.STRUCT, RowKind.CHECK) and not self.is_absent


@dataclass(frozen=True, slots=True)
class ByteLayout:
    """`end`: the offset after the last row."""

    rows: tuple[Row, ...]
    end: Offset


def build_rows(side: Side, settings: Settings) -> ByteLayout:
    """What a sender of this side writes, in order. Raises TooLarge."""
    flattener = Flattener(side.schema, settings)
    top = flattener.place_top(side.description, side.description.version_id)
    builder = _RowBuilder(side, flattener)
    builder.add_body(flattener.flatten(top), ())
    return ByteLayout(tuple(builder.rows), builder.cursor.offset())


@dataclass(slots=True)
class _Cursor:
    """The bytes so far: `fixed` ones, `optional` ones by their condition, and whether there are
    more without a limit."""

    fixed: int = 0
    optional: dict[str, int] = field(default_factory=dict)
    is_unlimited: bool = False

    def offset(self) -> Offset:
        most = None if self.is_unlimited else self.fixed + sum(self.optional.values())
        when = next(iter(self.optional)) if len(self.optional) == 1 else ""
        return Offset(self.fixed, most, when)

    def advance(self, size: int | None, guard: "_Guard") -> None:
        if guard.is_never:
            return
        if size is None:
            self.is_unlimited = True
        elif guard.text and size:
            self.optional[guard.text] = self.optional.get(guard.text, 0) + size
        else:
            self.fixed += size


@dataclass(frozen=True, slots=True)
class _Guard:
    """Conditions that must all hold for something to be sent."""

    parts: tuple[Expr, ...]

    @property
    def is_never(self) -> bool:
        return any(map(is_false, self.parts))

    @property
    def text(self) -> str:
        parts = [part for part in self.parts if not is_true(part)]
        if len(parts) == 1:
            return unparse(parts[0])
        return " and ".join(f"({unparse(p)})" if _is_or(p) else unparse(p) for p in parts)

    def without(self, other: "_Guard") -> "_Guard":
        return _Guard(tuple(part for part in self.parts if part not in other.parts))


_ALWAYS = _Guard(())


class _RowBuilder:
    def __init__(self, side: Side, flattener: Flattener) -> None:
        self.side = side
        self.flattener = flattener
        self.sizes = Sizes(side.schema)
        self.rows: list[Row] = []
        self.cursor = _Cursor()
        self.known: dict[FieldPath, Expr] = {}  # fields that carry a version, and their values
        for carrier in find_version_carriers(side):
            if (key := find_path(carrier.place)) is not None:
                self.known[key] = carrier.version

    def add_body(self, nodes: Sequence[AnyNode], top: FieldPath) -> None:
        """The nodes of a section or subsection, with a row before each struct in it."""
        guards = [_split_guard(self._insert_known(node.guard)) for node in nodes]
        shared = _find_shared_guards(nodes, guards)
        current: FieldPath = top
        numbers: dict[tuple[RowKind, FieldPath], int] = {}
        for node, guard in zip(nodes, guards, strict=True):
            body = node.key if isinstance(node, SubsectionsNode) else _find_body(node.key)
            body = max(body, top, key=len)
            later = next((i for i, part in enumerate(node.key) if _is_later(part)), None)
            if later is not None and later >= len(top):
                self._add_element(node, node.key[:later], top, guard)
                continue
            for length in range(len(top) + 1, len(body) + 1):
                prefix = body[:length]
                if prefix == current[:length] or _is_array(body, length):
                    continue
                own = shared.get(prefix, _ALWAYS)
                above = shared.get(_find_body(prefix), _ALWAYS)
                self._add_struct(prefix, top, own, own.without(above))
            current = body
            own = guard.without(shared.get(body, _ALWAYS))
            self._add_node(node, body, top, guard, own, numbers)

    def _add_node(
        self,
        node: AnyNode,
        body: FieldPath,
        top: FieldPath,
        guard: _Guard,
        own: _Guard,
        numbers: dict[tuple[RowKind, FieldPath], int],
    ) -> None:
        depth = _measure_depth(body, top) + bool(top)
        if isinstance(node, SubsectionsNode):
            for entry in node.entries:
                self._add_subsection(entry, depth, guard)
            return
        if isinstance(node, MoreElementsNode):
            return

        def make_id(kind: RowKind, key: FieldPath) -> RowId:
            number = numbers[kind, key] = numbers.get((kind, key), -1) + 1
            return (kind, key, number)

        if isinstance(node, CheckNode):
            row = Row(
                id=make_id(RowKind.CHECK, node.key),
                key=node.key,
                depth=depth,
                name=unparse(node.condition),
                type=node.message,
                when=own.text,
                guard=guard.text,
                is_absent=guard.is_never,
            )
            self.rows.append(row)
            return
        size = 0 if guard.is_never else self._find_size(node)
        row = Row(
            id=(RowKind.FIELD, node.key, 0),
            key=node.key,
            depth=depth,
            name=_format_name(node.key),
            size=size,
            offset=None if guard.is_never else self.cursor.offset(),
            when=own.text,
            guard=guard.text,
            is_absent=guard.is_never,
            condition=self._insert_known(node.guard),
        )
        if isinstance(node, PaddingNode):
            type_ = f"unused[{unparse(node.length)}]"
            row = replace(row, id=make_id(RowKind.UNUSED, body), name="unused", type=type_)
        else:
            row = replace(row, type=_unparse_node_type(node), since=node.field.since)
        self.rows.append(row)
        self.cursor.advance(size, guard)

    def _find_size(
        self, node: ScalarNode | ScalarArrayNode | BlockNode | PaddingNode
    ) -> int | None:
        match node:
            case ScalarNode(width=width):
                return width
            case ScalarArrayNode(width=width, count=count):
                return width * count
            case PaddingNode(length=length):
                value = fold_constant(length)
                return None if value is None else max(0, int(value))
            case BlockNode(type=type_):
                return self.sizes.measure(type_)

    def _add_struct(self, key: FieldPath, top: FieldPath, guard: _Guard, own: _Guard) -> None:
        """The row before a struct. Of an array of structs, the first element is shown."""
        self.rows.append(
            Row(
                id=(RowKind.STRUCT, key, 0),
                key=key,
                depth=_measure_depth(key, top) - 1 + bool(top),
                name=_format_name(key),
                type=self._find_struct_name(key),
                when=own.text,
                guard=guard.text,
                is_absent=guard.is_never,
            )
        )

    def _find_struct_name(self, key: FieldPath) -> str:
        description = self.side.description
        found = ""
        for part in key:
            sub = next((s for s in description.subsections if s.name == part), None)
            field_ = next((f for f in description.fields if f.name == part), None)
            struct = None if field_ is None else find_struct(field_.type)
            if sub is not None:
                description = sub
            elif struct is not None:
                found = struct.name
                description = self.side.schema.descriptions[found]
        return found

    def _add_element(self, node: AnyNode, key: FieldPath, top: FieldPath, guard: _Guard) -> None:
        """All elements of an array but the first are one row."""
        if isinstance(node, CheckNode | MoreElementsNode):
            return
        if isinstance(node, SubsectionsNode):
            self.cursor.is_unlimited = self.cursor.is_unlimited or bool(node.entries)
            return
        size = 0 if guard.is_never else self._find_size(node)
        last = self.rows[-1] if self.rows else None
        if last is None or last.id != (RowKind.ELEMENTS, key, 0):
            last = Row(
                id=(RowKind.ELEMENTS, key, 0),
                key=key,
                depth=_measure_depth(key, top) - 1 + bool(top),
                name=f"{_format_name(key)}[1] …",
                type="same as the first",
                size=0,
                offset=self.cursor.offset(),
            )
            self.rows.append(last)
        self.cursor.advance(size, guard)
        is_fixed = guard.is_never or not guard.text
        total = (
            last.size + size if size is not None and last.size is not None and is_fixed else None
        )
        self.rows[-1] = replace(last, size=total)

    def _add_subsection(self, entry: SubsectionEntry, depth: int, outer_guard: _Guard) -> None:
        """Offsets in a subsection count from its own start, because other optional parts come
        before it."""
        needed = self._insert_known(entry.needed)
        guard = _Guard((*outer_guard.parts, needed))
        description = entry.description
        self.rows.append(
            Row(
                id=(RowKind.SUBSECTION, entry.key, 0),
                key=entry.key,
                depth=depth,
                name=description.wire_name,
                type=f"version {description.version_id}",
                when=_Guard((needed,)).text,
                guard=guard.text,
                is_absent=guard.is_never,
                condition=needed,
            )
        )
        outer, self.cursor = self.cursor, _Cursor()
        self.add_body(self.flattener.flatten_subsection(entry, description.version_id), entry.key)
        inner, self.cursor = self.cursor, outer
        content = inner.offset()
        head = len(description.wire_name.encode()) + _HEADER
        self.cursor.advance(head + content.least if content.is_known else None, guard)

    def _insert_known(self, e: Expr) -> Expr:
        """The condition with the values of fields that carry a version."""
        if not self.known or is_true(e) or is_false(e):
            return e

        def replace_known(part: Expr) -> Expr:
            key = None if isinstance(part, Variable) else find_path(part)
            return part if key is None else self.known.get(key, part)

        return map_places(e, replace_known)


def _split_guard(guard: Expr) -> _Guard:
    parts = collect_operands(guard, Operator.AND)
    return _Guard(tuple(parts) if len(parts) <= _MOST_PARTS else (guard,))


def _find_shared_guards(nodes: Sequence[AnyNode], guards: list[_Guard]) -> dict[FieldPath, _Guard]:
    """For each struct, the conditions that all its fields have in common."""
    found: dict[FieldPath, _Guard] = {}
    for node, guard in zip(nodes, guards, strict=True):
        body = node.key if isinstance(node, SubsectionsNode) else _find_body(node.key)
        for length in range(1, len(body) + 1):
            before = found.get(body[:length], guard)
            common = tuple(part for part in before.parts if part in guard.parts)
            found[body[:length]] = _Guard(common)
    return found


def _find_body(key: FieldPath) -> FieldPath:
    """The body that a field is in."""
    end = len(key)
    while end and isinstance(key[end - 1], int):
        end -= 1
    return key[: max(0, end - 1)]


def _is_later(part: str | int) -> bool:
    """Whether it is the index of an element that is not the first."""
    return isinstance(part, int) and part > 0


def _is_array(body: FieldPath, length: int) -> bool:
    """Whether this much of the path is an array, and the next part an element of it."""
    return length < len(body) and isinstance(body[length], int)


def _measure_depth(key: FieldPath, top: FieldPath) -> int:
    return sum(isinstance(part, str) for part in key[len(top) :])


def _format_name(key: FieldPath) -> str:
    owner = _find_body(key)
    return format_path(key[len(owner) :])


def _is_or(e: Expr) -> bool:
    return isinstance(e, Binary) and e.operator is Operator.OR


def _unparse_node_type(node: ScalarNode | ScalarArrayNode | BlockNode) -> str:
    match node:
        case ScalarNode(type=type_):
            return type_.name
        case ScalarArrayNode(type=type_, count=count, field=step):
            name = "bytes" if isinstance(step.type, Bytes) else type_.name
            return f"{name}[{count}]"
        case BlockNode(type=type_):
            return unparse_type(type_)
