"""From one side to the rows of its byte map: what stands where, how long, and when."""

from dataclasses import field, replace
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

NEVER = "never"  # when something is there that this version, or this configuration, does not have
_HEADER = 1 + 1 + 4  # of a subsection: marker, length of the name, version; and the name
_MOST_PARTS = 24  # of a condition that is taken apart to see what a whole struct is under

Identity: TypeAlias = tuple[str, FieldPath, int]


@dataclass(frozen=True, slots=True)
class Offset:
    """Where something begins: always at `least`, or that far at least.

    `most`: how far at most, None where nothing bounds it; `when`: of one condition alone it hangs.
    """

    least: int
    most: int | None
    when: str = ""

    @property
    def is_known(self) -> bool:
        return self.least == self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`kind`: field, unused, struct, subsection, elements (more of an array), or check.

    `offset`: from the beginning of the section, or of the subsection it is in; None for what has no
    place of its own. `size`: None where the state decides it, 0 where it is not in this version.
    `when`: it is there; without what the struct around it is under, which is in `guard` too.
    """

    kind: str
    key: FieldPath
    depth: int
    name: str
    type: str = ""
    size: int | None = None
    offset: Offset | None = None
    since: int = 0  # the first version that has it
    when: str = ""
    guard: str = ""
    condition: Expr = field(default=TRUE, compare=False, repr=False)  # `guard`, unsaid
    identity: Identity  # what it is known by on its own side

    @property
    def has_bytes(self) -> bool:
        return self.kind not in ("struct", "check") and not self.is_absent

    @property
    def is_absent(self) -> bool:
        """Not in this version, or not in this configuration."""
        return self.guard == NEVER


@dataclass(frozen=True, slots=True)
class ByteLayout:
    """`end`: where what comes behind it would begin."""

    rows: tuple[Row, ...]
    end: Offset


def build_rows(side: Side, settings: Settings) -> ByteLayout:
    """What a sender of this side writes, in order. Raises flatten.TooLarge."""
    flattener = Flattener(side.schema, settings)
    writing = _Writing(side, flattener)
    writing.body(
        flattener.flatten(flattener.place_top(side.description, side.description.version_id)), ()
    )
    return ByteLayout(tuple(writing.rows), writing.cursor.offset())


@dataclass(slots=True)
class _Cursor:
    """Bytes so far: always, on a condition, and whether more are there that nothing bounds."""

    fixed: int = 0
    optional: dict[str, int] = field(default_factory=dict)
    is_open: bool = False

    def offset(self) -> Offset:
        most = None if self.is_open else self.fixed + sum(self.optional.values())
        when = next(iter(self.optional)) if len(self.optional) == 1 else ""
        return Offset(self.fixed, most, when)

    def advance(self, size: int | None, when: str) -> None:
        if size is None:
            self.is_open = True
        elif when and size:
            self.optional[when] = self.optional.get(when, 0) + size
        else:
            self.fixed += size


class _Writing:
    def __init__(self, side: Side, flattener: Flattener) -> None:
        self.side = side
        self.flattener = flattener
        self.sizes = Sizes(side.schema)
        self.rows: list[Row] = []
        self.cursor = _Cursor()
        self.known: dict[FieldPath, Expr] = {}
        for carried in find_version_carriers(side):
            match carried.condition:
                case Binary(left=left, right=right) if (key := find_path(left)) is not None:
                    self.known[key] = right

    def body(self, nodes: list[AnyNode], top: FieldPath) -> None:
        """The nodes of a section or subsection, with a head for each struct in it."""
        guards = [_parts(self._told(node.guard)) for node in nodes]
        shared = _shared(nodes, guards)
        open_: FieldPath = top
        numbers: dict[object, int] = {}
        for node, guard in zip(nodes, guards, strict=True):
            body = node.key if isinstance(node, SubsectionsNode) else _owner(node.key)
            body = max(body, top, key=len)
            more = next((i for i, part in enumerate(node.key) if _is_later(part)), None)
            if more is not None and more >= len(top):
                self._element(node, node.key[:more], top, _when(guard))
                continue
            for length in range(len(top) + 1, len(body) + 1):
                prefix = body[:length]
                if prefix == open_[:length] or _is_inside(body, length):
                    continue
                above = shared.get(_owner(prefix), [])
                own = [part for part in shared.get(prefix, []) if part not in above]
                self._head(prefix, top, _when(shared.get(prefix, [])), _when(own))
            open_ = body
            own = [part for part in guard if part not in shared.get(body, [])]
            self._node(node, body, top, _when(guard), _when(own), numbers)

    def _node(
        self,
        node: AnyNode,
        body: FieldPath,
        top: FieldPath,
        guard: str,
        own: str,
        numbers: dict[object, int],
    ) -> None:
        depth = _depth(body, top) + bool(top)
        if isinstance(node, SubsectionsNode):
            for entry in node.entries:
                self._subsection(entry, depth, guard)
            return
        if isinstance(node, MoreElementsNode):
            return
        if isinstance(node, CheckNode):
            number = numbers[("check", node.key)] = numbers.get(("check", node.key), -1) + 1
            text = unparse(node.condition)
            self.rows.append(
                Row(
                    kind="check",
                    key=node.key,
                    depth=depth,
                    name=text,
                    type=node.message,
                    when=own,
                    guard=guard,
                    identity=("check", node.key, number),
                )
            )
            return
        size = 0 if guard == NEVER else self._size(node)
        row = Row(
            kind="field",
            key=node.key,
            depth=depth,
            name=_name(node.key),
            size=size,
            offset=None if guard == NEVER else self.cursor.offset(),
            when=own,
            guard=guard,
            condition=self._told(node.guard),
            identity=("place", node.key, 0),
        )
        if isinstance(node, PaddingNode):
            number = numbers[("gap", body)] = numbers.get(("gap", body), -1) + 1
            length = unparse(node.length)
            row = replace(
                row,
                kind="unused",
                name="unused",
                type=f"unused[{length}]",
                identity=("unused", body, number),
            )
        else:
            row = replace(row, type=_type(node), since=node.field.since)
        self.rows.append(row)
        self.cursor.advance(size, guard)

    def _size(self, node: ScalarNode | ScalarArrayNode | BlockNode | PaddingNode) -> int | None:
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

    def _head(self, key: FieldPath, top: FieldPath, guard: str, when: str) -> None:
        """A struct begins. Of an array the first stands for all."""
        self.rows.append(
            Row(
                kind="struct",
                key=key,
                depth=_depth(key, top) - 1 + bool(top),
                name=_name(key),
                type=self._struct(key),
                when=when,
                guard=guard,
                identity=("struct", key, 0),
            )
        )

    def _struct(self, key: FieldPath) -> str:
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

    def _element(self, node: AnyNode, key: FieldPath, top: FieldPath, guard: str) -> None:
        """All elements of an array but the first are one row."""
        if isinstance(node, CheckNode | MoreElementsNode):
            return
        if isinstance(node, SubsectionsNode):
            self.cursor.is_open = self.cursor.is_open or bool(node.entries)
            return
        size = 0 if guard == NEVER else self._size(node)
        last = self.rows[-1] if self.rows else None
        if last is None or last.identity != ("elements", key, 0):
            last = Row(
                kind="elements",
                key=key,
                depth=_depth(key, top) - 1 + bool(top),
                name=f"{_name(key)}[1] …",
                type="as the first",
                size=0,
                offset=self.cursor.offset(),
                identity=("elements", key, 0),
            )
            self.rows.append(last)
        self.cursor.advance(size, guard)
        total = None if size is None or last.size is None or guard else last.size + size
        self.rows[-1] = replace(last, size=total)

    def _subsection(self, entry: SubsectionEntry, depth: int, guard: str) -> None:
        """It stands under its own beginning: what comes before it is not always there."""
        needed = self._told(entry.needed)
        when = _when([needed])
        description = entry.description
        self.rows.append(
            Row(
                kind="subsection",
                key=entry.key,
                depth=depth,
                name=description.wire_name,
                type=f"version {description.version_id}",
                when=when,
                guard=" and ".join(filter(None, (guard, when))),
                condition=needed,
                identity=("subsection", entry.key, 0),
            )
        )
        outer, self.cursor = self.cursor, _Cursor()
        self.body(self.flattener.flatten_subsection(entry, description.version_id), entry.key)
        inner, self.cursor = self.cursor, outer
        whole = inner.offset()
        size = (
            len(description.wire_name.encode()) + _HEADER + whole.least if whole.is_known else None
        )
        self.cursor.advance(size, " and ".join(filter(None, (guard, when))))

    def _told(self, e: Expr) -> Expr:
        """With what is known of fields that carry a version."""
        if not self.known or is_true(e) or is_false(e):
            return e

        def place(part: Expr) -> Expr:
            key = None if isinstance(part, Variable) else find_path(part)
            return part if key is None else self.known.get(key, part)

        return map_places(e, place)


def _parts(guard: Expr) -> list[Expr]:
    parts = collect_operands(guard, Operator.AND)
    return parts if len(parts) <= _MOST_PARTS else [guard]


def _shared(nodes: list[AnyNode], guards: list[list[Expr]]) -> dict[FieldPath, list[Expr]]:
    """For each struct what all in it is under."""
    found: dict[FieldPath, list[Expr]] = {}
    for node, guard in zip(nodes, guards, strict=True):
        body = node.key if isinstance(node, SubsectionsNode) else _owner(node.key)
        for length in range(1, len(body) + 1):
            before = found.get(body[:length])
            kept = guard if before is None else [part for part in before if part in guard]
            found[body[:length]] = kept
    return found


def _owner(key: FieldPath) -> FieldPath:
    """The body that a field is in."""
    end = len(key)
    while end and isinstance(key[end - 1], int):
        end -= 1
    return key[: max(0, end - 1)]


def _is_later(part: str | int) -> bool:
    return isinstance(part, int) and part > 0


def _is_inside(body: FieldPath, length: int) -> bool:
    """Is this the array, where what is in it is an element?"""
    return length < len(body) and isinstance(body[length], int)


def _depth(key: FieldPath, top: FieldPath) -> int:
    return sum(isinstance(part, str) for part in key[len(top) :])


def _name(key: FieldPath) -> str:
    owner = _owner(key)
    return format_path(key[len(owner) :])


def _when(guard: list[Expr]) -> str:
    parts = [part for part in guard if not is_true(part)]
    if any(map(is_false, parts)):
        return NEVER
    joined: list[str] = []
    for part in parts:
        is_loose = isinstance(part, Binary) and part.operator is Operator.OR
        joined.append(f"({unparse(part)})" if is_loose and len(parts) > 1 else unparse(part))
    return " and ".join(joined)


def _type(node: ScalarNode | ScalarArrayNode | BlockNode) -> str:
    match node:
        case ScalarNode(type=type_):
            return type_.name
        case ScalarArrayNode(type=type_, count=count, field=step):
            name = "bytes" if isinstance(step.type, Bytes) else type_.name
            return f"{name}[{count}]"
        case BlockNode(type=type_):
            return unparse_type(type_)
