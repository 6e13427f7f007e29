"""A description as a list of nodes: structs opened up, lets and versions replaced by values.

Expressions of the language speak of their own body and its owners. Here they are rewritten in terms
of the top body, so that one condition can be compared with another, wherever the two come from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import assert_never

from vmsdl.diff.layout.carried_versions import find_expressions
from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    CheckNode,
    PaddingNode,
    PlacedBody,
    ScalarArrayNode,
    ScalarNode,
    SubsectionEntry,
    SubsectionsNode,
)
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import FALSE, TRUE, FieldPath, and_, make_literal, map_places
from vmsdl.expr.nodes import (
    BOOL,
    ElementIndex,
    Expr,
    Extern,
    ExternPresence,
    Item,
    Let,
    Literal,
    Member,
    PresenceKind,
    Select,
    StructValue,
    SubsectionValue,
    ValueType,
    Variable,
    Version,
    children,
    with_children,
)
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Role, Schema, Step, Unused, Validate
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.omission import read_omission
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.sizes import Sizes
from vmsdl.schema.structure import Forms
from vmsdl.schema.traverse import collect_lengths
from vmsdl.schema.types import (
    BYTE,
    Array,
    Bytes,
    EnumType,
    ListType,
    MapType,
    Scalar,
    StructType,
    Type,
)
from vmsdl.schema.value_types import find_value_type

_MOST_ELEMENTS = 32  # of an array of structs whose elements become nodes
_MOST_NODES = 1 << 16
_SUBSECTION = SubsectionValue(())
_ANY_ELEMENT = "(element)"  # a name that no variable of a schema has


class TooLarge(Exception):
    """More nodes than can be compared."""


@dataclass(slots=True)
class Flattener:
    """One side. `settings` are the values of locals and properties, by description and name."""

    schema: Schema
    settings: Mapping[tuple[str, ...], Expr] = field(default_factory=dict)
    ambiguous: frozenset[str] = frozenset()  # names with another value on the other side
    omitted: set[FieldPath] = field(default_factory=set)  # places marked `@omitted`, once flattened
    saves: bool = False  # it is the sender: elements of lists are in the version that they have
    sizes: Sizes = field(init=False)
    forms: Forms = field(init=False)
    _steps: dict[str, int] = field(default_factory=dict, init=False)  # by description
    _count: int = field(default=0, init=False)  # of nodes that were made
    _known: dict[tuple[FieldPath, Expr | None, int], tuple[AnyNode, ...]] = field(
        default_factory=dict, init=False
    )

    def __post_init__(self) -> None:
        self.sizes = Sizes(self.schema)
        self.forms = Forms(self.schema)

    def place_top(self, description: Description, version: int) -> PlacedBody:
        return PlacedBody(description, (), None, version, self._settings_of(description, {}))

    def _settings_of(
        self, description: Description, bindings: Mapping[str, Expr]
    ) -> dict[str, Expr]:
        """The locals and properties of a body that have a value; `bindings`: from a `with`."""
        found = dict(bindings)
        for member in find_settable_members(description):
            setting = self.settings.get((description.name, member.name))
            if member.name not in found and setting is not None:
                found[member.name] = setting
        return found

    def flatten(self, body: PlacedBody, owners: tuple[PlacedBody, ...] = ()) -> list[AnyNode]:
        """The nodes of a body, without those of its subsections."""
        return list(self._flatten_once(body, owners))

    def _flatten_once(
        self, body: PlacedBody, owners: tuple[PlacedBody, ...] = ()
    ) -> tuple[AnyNode, ...]:
        # A load looks at a body at many places.
        key = body.key, body.expr, body.version
        if key not in self._known:
            if self._count_steps(body.description) > _MOST_NODES:
                raise TooLarge  # before any is made
            self._known[key] = tuple(self._flatten_body(body, owners, TRUE))
        return self._known[key]

    def _count_steps(self, description: Description) -> int:
        """How many steps a body has at least, with those of all structs that are opened up."""
        name = description.name
        if description.role is Role.SUBSECTION or name not in self._steps:
            found = sum(self._count_steps_of(step) for step in description.steps)
            if description.role is Role.SUBSECTION:
                return found  # its name is its own in its owner only
            self._steps[name] = found
        return self._steps[name]

    def _count_steps_of(self, step: Step) -> int:
        type_, times = step.type if isinstance(step, Field) else None, 1
        while isinstance(type_, Array) and not (type_.nullable or type_.marked):
            count = fold_constant(type_.count)
            if count is None or not 0 <= count <= _MOST_ELEMENTS:
                return 1
            type_, times = type_.element, times * int(count)
        if not isinstance(type_, StructType):
            return 1
        return 1 + times * self._count_steps(self.schema.descriptions[type_.name])

    def _flatten_body(
        self, body: PlacedBody, owners: tuple[PlacedBody, ...], guard: Expr
    ) -> Iterator[AnyNode]:
        bodies = (body, *owners)
        for step in body.description.steps:
            self._count += 1
            if self._count > _MOST_NODES:
                raise TooLarge
            match step:
                case Field():
                    yield from self._flatten_field(step, bodies, guard)
                case Unused(length=length):
                    own = and_(guard, self._find_guard(step, bodies, f"unused {step.span.start}"))
                    yield PaddingNode(
                        key=(*body.key, f"unused {step.span.start}"),
                        guard=own,
                        span=step.span,
                        length=self.rewrite(length, bodies),
                    )
                case Validate(condition=condition, message=message, is_load_only=is_load_only):
                    yield CheckNode(
                        key=body.key,
                        guard=guard,
                        span=step.span,
                        condition=self.rewrite(condition, bodies),
                        message=message,
                        is_load_only=is_load_only,
                    )
                case _:
                    assert_never(step)
        entries = tuple(self._make_entry(sub, bodies) for sub in body.description.subsections)
        yield SubsectionsNode(
            key=body.key,
            guard=guard,
            span=body.description.span,
            wire_name=body.description.wire_name,
            entries=entries,
        )

    def _make_entry(self, sub: Description, bodies: tuple[PlacedBody, ...]) -> SubsectionEntry:
        key = (*bodies[0].key, sub.name)
        inner = self._place_subsection(sub, bodies, sub.version_id)
        needed: Expr
        if isinstance(sub.needed, Extern):
            needed = ExternPresence(type=BOOL, path=key, kind=PresenceKind.SENT)
        else:
            needed = TRUE if sub.needed is None else self.rewrite(sub.needed, (inner, *bodies))
        return SubsectionEntry(sub, key, needed, (inner, *bodies))

    def flatten_subsection(self, entry: SubsectionEntry, version: int) -> tuple[AnyNode, ...]:
        """The nodes of a subsection that is sent at some version."""
        inner, *owners = entry.scope
        return self._flatten_once(replace(inner, version=version), tuple(owners))

    def flatten_any_element(self, block: BlockNode, struct: StructType) -> tuple[AnyNode, ...]:
        """The nodes of some element of a list, array or map, whichever it is."""
        any_element = Variable(type=StructValue(struct.name), name=_ANY_ELEMENT)
        return self._flatten_once(self.place_element(block, struct, any_element, 0))

    def flatten_all(self, body: PlacedBody, owners: tuple[PlacedBody, ...] = ()) -> list[AnyNode]:
        """All nodes; those of subsections have its `needed` as a guard."""
        return self.open_subsections(self._flatten_once(body, owners))

    def open_subsections(self, nodes: Sequence[AnyNode]) -> list[AnyNode]:
        """The nodes, with those of their subsections."""
        found: list[AnyNode] = []
        stack: list[tuple[Expr, Sequence[AnyNode]]] = [(TRUE, nodes)]
        while stack:
            outer, nodes = stack.pop()
            for node in nodes:
                is_sent = and_(node.sender_guard, outer)
                is_same = is_sent == node.sender_guard
                found.append(node if is_same else replace(node, sender_guard=is_sent))
                if isinstance(node, SubsectionsNode):
                    for entry in node.entries:
                        inner = self.flatten_subsection(entry, entry.description.version_id)
                        stack.append((and_(outer, node.guard, entry.needed), inner))
        return found

    def _place_subsection(
        self, sub: Description, bodies: tuple[PlacedBody, ...], version: int
    ) -> PlacedBody:
        owner = bodies[0]
        expr = self._make_member(owner, sub.name, _SUBSECTION)
        return PlacedBody(sub, (*owner.key, sub.name), expr, version, self._settings_of(sub, {}))

    def _make_member(self, body: PlacedBody, name: str, type_: ValueType) -> Expr:
        if body.expr is None:
            return Member(type=type_, up=0, name=name)
        return Select(type=type_, value=body.expr, name=name)

    def _find_guard(self, step: Field | Unused, bodies: tuple[PlacedBody, ...], name: str) -> Expr:
        if step.since > bodies[0].version:
            return FALSE
        match step.condition:
            case None:
                return TRUE
            case Extern():
                key = (*bodies[0].key, name)
                return ExternPresence(type=BOOL, path=key, kind=PresenceKind.THERE)
            case condition:
                return self.rewrite(condition, bodies)

    def _flatten_field(
        self, step: Field, bodies: tuple[PlacedBody, ...], guard: Expr
    ) -> Iterator[AnyNode]:
        body = bodies[0]
        guard = and_(guard, self._find_guard(step, bodies, step.name))
        if read_omission(step, body.description) is not None:
            self.omitted.add((*body.key, step.name))
        type_ = find_value_type(step.type, self.schema)
        expr = self._make_member(body, step.name, type_)
        yield from self._flatten_type(
            step.type, step, (*body.key, step.name), expr, guard, bodies, None
        )
        for check in step.checks:
            yield CheckNode(
                key=(*body.key, step.name),
                guard=guard,
                span=step.span,
                condition=self.rewrite(check.condition, bodies),
                message=check.message or "",
                is_load_only=check.is_load_only,
            )

    def _flatten_type(
        self,
        type_: Type,
        step: Field,
        key: FieldPath,
        expr: Expr,
        guard: Expr,
        bodies: tuple[PlacedBody, ...],
        index: int | None,
    ) -> Iterator[AnyNode]:
        match type_:
            case Scalar() | EnumType():
                row = SCALARS[self._find_scalar(type_)]
                yield ScalarNode(
                    key=key,
                    guard=guard,
                    span=step.span,
                    expr=expr,
                    type=type_,
                    scalar=row.name,
                    width=row.size,
                    default=self._find_default(type_, step),
                    field=step,
                )
            case StructType(name=name, version=version):
                inner = self._place_struct(name, version, step, key, expr, bodies, index)
                yield from self._flatten_body(inner, (), guard)
            case Bytes(length=length) if (count := self._fold(length, bodies)) is not None:
                yield self._make_scalar_array(BYTE, count, step, key, expr, guard)
            case Array(element=element, count=length, nullable=False, marked=False) if (
                count := self._fold(length, bodies)
            ) is not None:
                yield from self._flatten_array(
                    element, count, step, key, expr, guard, bodies, index
                )
            case _:
                yield self._make_block(type_, step, key, expr, guard, bodies)

    def _flatten_array(
        self,
        element: Type,
        count: int,
        step: Field,
        key: FieldPath,
        expr: Expr,
        guard: Expr,
        bodies: tuple[PlacedBody, ...],
        index: int | None,
    ) -> Iterator[AnyNode]:
        if isinstance(element, Scalar | EnumType):
            yield self._make_scalar_array(element, count, step, key, expr, guard)
            return
        if count > _MOST_ELEMENTS:
            whole = Array(element=element, count=make_literal(count))
            yield self._make_block(whole, step, key, expr, guard, bodies)
            return
        inside = find_value_type(element, self.schema)
        for i in range(count):
            item = Item(type=inside, value=expr, index=make_literal(i))
            place = i if index is None else index * count + i
            yield from self._flatten_type(element, step, (*key, i), item, guard, bodies, place)

    def _make_scalar_array(
        self,
        type_: Scalar | EnumType,
        count: int,
        step: Field,
        key: FieldPath,
        expr: Expr,
        guard: Expr,
    ) -> ScalarArrayNode:
        row = SCALARS[self._find_scalar(type_)]
        return ScalarArrayNode(
            key=key,
            guard=guard,
            span=step.span,
            expr=expr,
            type=type_,
            scalar=row.name,
            width=row.size,
            count=count,
            zero=self.find_zero(type_),
            field=step,
        )

    def _make_block(
        self,
        type_: Type,
        step: Field,
        key: FieldPath,
        expr: Expr,
        guard: Expr,
        bodies: tuple[PlacedBody, ...],
    ) -> BlockNode:
        type_ = self._settle_versions(type_)
        sizes = [self.rewrite(e, bodies) for e in collect_lengths(type_)]
        sizes += [self.rewrite(value, bodies) for _, value in step.bindings]
        return BlockNode(
            key=key,
            guard=guard,
            span=step.span,
            expr=expr,
            type=type_,
            form=(
                self.forms.find(type_),
                tuple(name for name, _ in step.bindings),
                None if step.there is None else self.rewrite(step.there, bodies),
            ),
            sizes=tuple(sizes),
            field=step,
        )

    def _settle_versions(self, type_: Type) -> Type:
        """The type, without a version of its elements where that makes no difference.

        QEMU saves an element of a list or map in its own version, and loads it in the one that the
        field gives (`put_qtailq`, `get_qtailq` in `migration/vmstate-types.c`).
        """
        match type_:
            case ListType(element=element):
                return replace(type_, element=self._settle_version(element))
            case MapType(key=key, value=value):
                return replace(
                    type_,
                    key=None if key is None else self._settle_version(key),
                    value=self._settle_version(value),
                )
            case Array(element=element):
                return replace(type_, element=self._settle_versions(element))
            case _:
                return type_

    def _settle_version(self, struct: StructType) -> StructType:
        if struct.version is None:
            return struct
        body = self.schema.descriptions[struct.name]
        low, high = sorted((struct.version, body.version_id))
        is_settled = self.saves or not _depends_on_version(body, low, high)
        return replace(struct, version=None) if is_settled else struct

    def place_element(self, block: BlockNode, struct: StructType, expr: Expr, i: int) -> PlacedBody:
        """An element of a list or array of structs. `expr` reads it, and `i` is its number."""
        description = self.schema.descriptions[struct.name]
        values = block.sizes[len(block.sizes) - len(block.field.bindings) :]
        bindings = {
            name: _fix_numbers(value, 0, i, self.ambiguous)
            for (name, _), value in zip(block.field.bindings, values, strict=True)
        }
        at = description.version_id if struct.version is None else struct.version
        settings = self._settings_of(description, bindings)
        return PlacedBody(description, (*block.key, i), expr, at, settings)

    def flatten_element(self, block: BlockNode, i: int) -> list[AnyNode]:
        """The nodes of one element of a list or array."""
        assert isinstance(block.type, ListType | Array | Bytes)
        type_ = BYTE if isinstance(block.type, Bytes) else block.type.element
        expr = Item(
            type=find_value_type(type_, self.schema), value=block.expr, index=make_literal(i)
        )
        if isinstance(type_, StructType):
            return list(
                self._flatten_body(self.place_element(block, type_, expr, i), (), block.guard)
            )
        bodies: tuple[PlacedBody, ...] = ()
        key = (*block.key, i)
        return list(self._flatten_type(type_, block.field, key, expr, block.guard, bodies, None))

    def _place_struct(
        self,
        name: str,
        version: int | None,
        step: Field,
        key: FieldPath,
        expr: Expr,
        bodies: tuple[PlacedBody, ...],
        index: int | None,
    ) -> PlacedBody:
        description = self.schema.descriptions[name]
        bindings = {n: self.rewrite(value, bodies, index or 0) for n, value in step.bindings}
        at = description.version_id if version is None else version
        return PlacedBody(description, key, expr, at, self._settings_of(description, bindings))

    def _find_scalar(self, type_: Scalar | EnumType) -> str:
        return type_.name if isinstance(type_, Scalar) else self.schema.enums[type_.name].scalar

    def _find_default(self, type_: Scalar | EnumType, step: Field) -> int | bool:
        if step.default is not None and step.type == type_:
            value = fold_constant(step.default)
            if value is not None:
                return bool(value) if isinstance(type_, Scalar) and type_.is_bool else value
        return self.find_zero(type_)

    def find_zero(self, type_: Scalar | EnumType) -> int | bool:
        if isinstance(type_, EnumType):
            return self.schema.enums[type_.name].zero
        row = type_.row
        return bool(row.zero) if row.is_bool else row.zero

    def _fold(self, e: Expr, bodies: tuple[PlacedBody, ...]) -> int | None:
        value = fold_constant(self.rewrite(e, bodies))
        return None if value is None or not 0 <= value <= _MOST_NODES else int(value)

    def rewrite(self, e: Expr, bodies: tuple[PlacedBody, ...], index: int | None = None) -> Expr:
        """The expression in terms of the top body. `index`: of the element that it is about."""

        def place(part: Expr) -> Expr:
            match part:
                case Member(up=up, name=name):
                    body = bodies[up]
                    if name in body.settings:
                        return body.settings[name]
                    return self._make_member(body, name, _without_path(part.type))
                case Select(value=value):
                    type_ = _without_path(part.type)
                    return replace(part, type=type_, value=map_places(value, place))
                case Item(value=value, index=at):
                    return replace(part, value=map_places(value, place), index=rewrite(at))
                case _:
                    return part

        def rewrite(part: Expr) -> Expr:
            fixed = _fix_numbers(part, bodies[0].version, index, self.ambiguous)
            return map_places(fixed, place)

        return rewrite(e)


def find_ambiguous_names(one: Schema, other: Schema) -> frozenset[str]:
    """Names of constants and enum values that have another value on the other side."""
    first, second = dict(_named_numbers(one)), dict(_named_numbers(other))
    return frozenset(name for name, value in first.items() if second.get(name, value) != value)


def _named_numbers(schema: Schema) -> Iterator[tuple[str, int | bool]]:
    for const in schema.consts.values():
        yield const.name, const.value
    for enum in schema.enums.values():
        yield from ((f"{enum.name}.{member.name}", member.value) for member in enum.members)


def _without_path(type_: ValueType) -> ValueType:
    """A place has one expression, whichever body it is read from: types must not differ."""
    return _SUBSECTION if isinstance(type_, SubsectionValue) else type_


def _fix_numbers(e: Expr, version: int, index: int | None, ambiguous: frozenset[str]) -> Expr:
    """The expression with numbers for `version`, `index`, and names that are `ambiguous`."""
    match e:
        case Version():
            return make_literal(version)
        case Literal(value=value, name=name) if name is None or name in ambiguous:
            return make_literal(value)
        case ElementIndex():
            return e if index is None else make_literal(index)
        case Let(value=value):
            return _fix_numbers(value, version, index, ambiguous)
        case _:
            return with_children(e, lambda child: _fix_numbers(child, version, index, ambiguous))


def _depends_on_version(body: Description, low: int, high: int) -> bool:
    """Whether the layout of a body is another at a version above `low`, up to `high`."""
    for step in body.steps:
        if not isinstance(step, Validate) and low < step.since <= high:
            return True
    stack = list(find_expressions(body))
    stack += (length for field in body.fields for length in collect_lengths(field.type))
    while stack:
        part = stack.pop()
        if isinstance(part, Version):
            return True
        stack += children(part)
    return False
