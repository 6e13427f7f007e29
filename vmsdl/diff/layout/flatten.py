"""From a description to its nodes: structs opened up, lets and versions put in."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import assert_never

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
    SubsectionValue,
    ValueType,
    Version,
    with_children,
)
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Schema, Unused, Validate
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.omission import read_omission
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.structure import find_form
from vmsdl.schema.traverse import collect_lengths
from vmsdl.schema.types import (
    BYTE,
    Array,
    Bytes,
    EnumType,
    ListType,
    Scalar,
    StructType,
    Type,
)
from vmsdl.schema.value_types import find_value_type

_MOST_ELEMENTS = 32  # of an array of structs that is opened up
_MOST_RUN = 1 << 16
_SUBSECTION = SubsectionValue(())


class TooLarge(Exception):
    """More nodes than can be compared."""


@dataclass(slots=True)
class Flattener:
    """One side. `config` gives locals and properties of the top body their values."""

    schema: Schema
    settings: Mapping[tuple[str, ...], Expr] = field(default_factory=dict)
    ambiguous: frozenset[str] = frozenset()  # names of numbers that are others on the other side
    made: int = 0
    # Places that the schema says are not missed where they are left out (`@omitted`).
    omitted: set[FieldPath] = field(default_factory=set)

    def top(self, description: Description, version: int) -> PlacedBody:
        return PlacedBody(description, (), None, version, self.given(description, {}, None))

    def given(
        self, d: Description, bindings: Mapping[str, Expr], prefix: Expr | None
    ) -> dict[str, Expr]:
        found = dict(bindings)
        for member in find_settable_members(d):
            setting = self.settings.get((d.name, member.name))
            if member.name not in found and setting is not None:
                found[member.name] = setting
        return found

    def nodes(
        self, body: PlacedBody, owners: tuple[PlacedBody, ...] = (), guard: Expr = TRUE
    ) -> list[AnyNode]:
        return list(self._body(body, owners, guard))

    def _body(
        self, body: PlacedBody, owners: tuple[PlacedBody, ...], guard: Expr
    ) -> Iterator[AnyNode]:
        bodies = (body, *owners)
        for step in body.description.steps:
            self.made += 1
            if self.made > _MOST_RUN:
                raise TooLarge
            match step:
                case Field():
                    yield from self._field(step, bodies, guard)
                case Unused(length=length):
                    here = and_(guard, self._guard(step, bodies, f"unused {step.span.start}"))
                    yield PaddingNode(
                        key=(*body.key, f"unused {step.span.start}"),
                        guard=here,
                        span=step.span,
                        length=self.rewrite(length, bodies),
                    )
                case Validate(condition=condition, message=message):
                    yield CheckNode(
                        key=body.key,
                        guard=guard,
                        span=step.span,
                        condition=self.rewrite(condition, bodies),
                        message=message,
                    )
                case _:
                    assert_never(step)
        entries = tuple(self.entry(sub, bodies) for sub in body.description.subsections)
        yield SubsectionsNode(
            key=body.key,
            guard=guard,
            span=body.description.span,
            wire_name=body.description.wire_name,
            entries=entries,
        )

    def entry(self, sub: Description, bodies: tuple[PlacedBody, ...]) -> SubsectionEntry:
        key = (*bodies[0].key, sub.name)
        inner = self.subsection(sub, bodies, sub.version_id)
        needed: Expr
        if isinstance(sub.needed, Extern):
            needed = ExternPresence(type=BOOL, path=key, kind=PresenceKind.SENT)
        else:
            needed = TRUE if sub.needed is None else self.rewrite(sub.needed, (inner, *bodies))
        return SubsectionEntry(sub, key, needed, (inner, *bodies))

    def inside(self, entry: SubsectionEntry, version: int) -> list[AnyNode]:
        """The nodes of a subsection that is sent at some version."""
        inner, *owners = entry.scope
        return self.nodes(replace(inner, version=version), tuple(owners))

    def everything(self, body: PlacedBody, owners: tuple[PlacedBody, ...] = ()) -> list[AnyNode]:
        """All nodes, those of subsections under their `needed`."""
        found: list[AnyNode] = []
        stack: list[tuple[Expr, list[AnyNode]]] = [(TRUE, self.nodes(body, owners))]
        while stack:
            under, nodes = stack.pop()
            for node in nodes:
                found.append(replace(node, under=and_(node.under, under)))
                if isinstance(node, SubsectionsNode):
                    for entry in node.entries:
                        inner = self.inside(entry, entry.description.version_id)
                        stack.append((and_(under, node.guard, entry.needed), inner))
        return found

    def subsection(
        self, sub: Description, bodies: tuple[PlacedBody, ...], version: int
    ) -> PlacedBody:
        owner = bodies[0]
        expr = self._member(owner, sub.name, _SUBSECTION)
        return PlacedBody(sub, (*owner.key, sub.name), expr, version, self.given(sub, {}, expr))

    def _member(self, body: PlacedBody, name: str, type_: ValueType) -> Expr:
        if body.expr is None:
            return Member(type=type_, up=0, name=name)
        return Select(type=type_, value=body.expr, name=name)

    def _guard(self, step: Field | Unused, bodies: tuple[PlacedBody, ...], name: str) -> Expr:
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

    def _field(self, step: Field, bodies: tuple[PlacedBody, ...], guard: Expr) -> Iterator[AnyNode]:
        body = bodies[0]
        here = and_(guard, self._guard(step, bodies, step.name))
        if read_omission(step, body.description) is not None:
            self.omitted.add((*body.key, step.name))
        type_ = find_value_type(step.type, self.schema)
        expr = self._member(body, step.name, type_)
        yield from self._typed(step.type, step, (*body.key, step.name), expr, here, bodies, None)
        for check in step.checks:
            yield CheckNode(
                key=(*body.key, step.name),
                guard=here,
                span=step.span,
                condition=self.rewrite(check.condition, bodies),
                message=check.message or "",
            )

    def _typed(
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
                row = SCALARS[self.scalar(type_)]
                yield ScalarNode(
                    key=key,
                    guard=guard,
                    span=step.span,
                    expr=expr,
                    type=type_,
                    scalar=row.name,
                    width=row.size,
                    default=self.default(type_, step),
                    field=step,
                )
            case StructType(name=name, version=version):
                inner = self.struct(name, version, step, key, expr, bodies, index)
                yield from self._body(inner, (), guard)
            case Bytes(length=length) if (count := self.constant(length, bodies)) is not None:
                yield self._run(BYTE, count, step, key, expr, guard)
            case Array(element=element, count=length, nullable=False, marked=False) if (
                count := self.constant(length, bodies)
            ) is not None:
                yield from self._array(element, count, step, key, expr, guard, bodies, index)
            case _:
                yield self._block(type_, step, key, expr, guard, bodies)

    def _array(
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
            yield self._run(element, count, step, key, expr, guard)
            return
        if count > _MOST_ELEMENTS:
            whole = Array(element=element, count=make_literal(count))
            yield self._block(whole, step, key, expr, guard, bodies)
            return
        inside = find_value_type(element, self.schema)
        for i in range(count):
            item = Item(type=inside, value=expr, index=make_literal(i))
            place = i if index is None else index * count + i
            yield from self._typed(element, step, (*key, i), item, guard, bodies, place)

    def _run(
        self,
        type_: Scalar | EnumType,
        count: int,
        step: Field,
        key: FieldPath,
        expr: Expr,
        guard: Expr,
    ) -> ScalarArrayNode:
        row = SCALARS[self.scalar(type_)]
        return ScalarArrayNode(
            key=key,
            guard=guard,
            span=step.span,
            expr=expr,
            type=type_,
            scalar=row.name,
            width=row.size,
            count=count,
            zero=self.zero(type_),
            field=step,
        )

    def _block(
        self,
        type_: Type,
        step: Field,
        key: FieldPath,
        expr: Expr,
        guard: Expr,
        bodies: tuple[PlacedBody, ...],
    ) -> BlockNode:
        sizes = [self.rewrite(e, bodies) for e in collect_lengths(type_)]
        sizes += [self.rewrite(value, bodies) for _, value in step.bindings]
        return BlockNode(
            key=key,
            guard=guard,
            span=step.span,
            expr=expr,
            type=type_,
            form=(find_form(type_, self.schema), tuple(name for name, _ in step.bindings)),
            sizes=tuple(sizes),
            field=step,
        )

    def element(self, block: BlockNode, struct: StructType, expr: Expr, i: int) -> PlacedBody:
        """One element of a list or array of structs, by the name `expr`."""
        description = self.schema.descriptions[struct.name]
        values = block.sizes[len(block.sizes) - len(block.field.bindings) :]
        bindings = {
            name: _here(value, 0, i, self.ambiguous)
            for (name, _), value in zip(block.field.bindings, values, strict=True)
        }
        at = description.version_id if struct.version is None else struct.version
        given = self.given(description, bindings, expr)
        return PlacedBody(description, (*block.key, i), expr, at, given)

    def elements(self, block: BlockNode, i: int) -> list[AnyNode]:
        """The nodes of one element of a list or array."""
        assert isinstance(block.type, ListType | Array)
        type_ = block.type.element
        expr = Item(
            type=find_value_type(type_, self.schema), value=block.expr, index=make_literal(i)
        )
        if isinstance(type_, StructType):
            return list(self._body(self.element(block, type_, expr, i), (), block.guard))
        bodies: tuple[PlacedBody, ...] = ()
        key = (*block.key, i)
        return list(self._typed(type_, block.field, key, expr, block.guard, bodies, None))

    def struct(
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
        return PlacedBody(description, key, expr, at, self.given(description, bindings, expr))

    def scalar(self, type_: Scalar | EnumType) -> str:
        return type_.name if isinstance(type_, Scalar) else self.schema.enums[type_.name].scalar

    def default(self, type_: Scalar | EnumType, step: Field) -> int | bool:
        if step.default is not None and step.type == type_:
            value = fold_constant(step.default)
            if value is not None:
                return bool(value) if isinstance(type_, Scalar) and type_.is_bool else value
        return self.zero(type_)

    def zero(self, type_: Scalar | EnumType) -> int | bool:
        if isinstance(type_, EnumType):
            return self.schema.enums[type_.name].zero
        row = type_.row
        return bool(row.zero) if row.is_bool else row.zero

    def constant(self, e: Expr, bodies: tuple[PlacedBody, ...]) -> int | None:
        value = fold_constant(self.rewrite(e, bodies))
        return None if value is None or not 0 <= value <= _MOST_RUN else int(value)

    def rewrite(self, e: Expr, bodies: tuple[PlacedBody, ...], index: int | None = None) -> Expr:
        """The expression in the words of the top body."""

        def place(part: Expr) -> Expr:
            match part:
                case Member(up=up, name=name):
                    body = bodies[up]
                    if name in body.given:
                        return body.given[name]
                    return self._member(body, name, _plain(part.type))
                case Select(value=value):
                    type_ = _plain(part.type)
                    return replace(part, type=type_, value=self._inside(value, place))
                case Item(value=value, index=at):
                    return replace(part, value=self._inside(value, place), index=fix(at))
                case _:
                    return part

        def fix(part: Expr) -> Expr:
            here = _here(part, bodies[0].version, index, self.ambiguous)
            return map_places(here, place)

        return fix(e)

    def _inside(self, value: Expr, place: object) -> Expr:
        return map_places(value, place)  # type: ignore[arg-type]


def is_ambiguous(one: Schema, other: Schema) -> frozenset[str]:
    """What a constant or an arm is called that has another value on the other side."""
    first, second = dict(_named(one)), dict(_named(other))
    return frozenset(name for name, value in first.items() if second.get(name, value) != value)


def _named(schema: Schema) -> Iterator[tuple[str, int | bool]]:
    for const in schema.consts.values():
        yield const.name, const.value
    for enum in schema.enums.values():
        yield from ((f"{enum.name}.{arm.name}", arm.value) for arm in enum.arms)


def _plain(type_: ValueType) -> ValueType:
    """Of one place there is one expression, whichever body speaks of it."""
    return _SUBSECTION if isinstance(type_, SubsectionValue) else type_


def _here(e: Expr, version: int, index: int | None, plain: frozenset[str]) -> Expr:
    """`version` and `index` are numbers where an expression stands; so are names in `plain`."""
    match e:
        case Version():
            return make_literal(version)
        case Literal(value=value, name=name) if name is None or name in plain:
            return make_literal(value)
        case ElementIndex():
            return e if index is None else make_literal(index)
        case Let(value=value):
            return _here(value, version, index, plain)
        case _:
            return with_children(e, lambda child: _here(child, version, index, plain))
