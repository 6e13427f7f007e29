"""The C structs that hold the state: of a device, and of each struct that it embeds.

A member is declared where a field, local or property has it. `as "bus[0].ifs"` adds a member `ifs`
to the struct of `bus`; a path into nothing that is declared makes a struct without a name.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import field

from vmsdl.emit_c.bodies import INLINE, CBody, MemberDefinition, find_storage
from vmsdl.emit_c.c_annotations import read_c, read_word
from vmsdl.emit_c.c_expressions import CWriter
from vmsdl.emit_c.c_layout import write_comment
from vmsdl.emit_c.c_names import find_header, find_member_path
from vmsdl.emit_c.c_types import find_c_scalar, find_row
from vmsdl.emit_c.not_in_c import NotInC
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Schema
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.traverse import find_embedded_structs
from vmsdl.schema.types import (
    Array,
    Bitmap,
    Blob,
    Bytes,
    EnumType,
    ListType,
    MapType,
    Opaque,
    Scalar,
    StructType,
    Type,
)
from vmsdl.source import Span

_PART = re.compile(r"(\w+)(?:\[(\w+)\])?")


@dataclass(frozen=True, slots=True)
class Declarator:
    """A member's type: `uint8_t`, stars, and lengths (text, number)."""

    base: str
    stars: str = ""
    lengths: tuple[tuple[str, int], ...] = ()

    def write(self, name: str) -> str:
        lengths = "".join(f"[{text}]" for text, _ in self.lengths)
        if self.base.endswith(")"):  # QTAILQ_HEAD(, T)
            return f"{self.base} {name};"
        return f"{self.base} {self.stars}{name}{lengths};"

    def merge(self, other: "Declarator", span: Span) -> "Declarator":
        """One member for two fields: of two arrays the longer."""
        if self == other:
            return self
        if (self.base, self.stars) == (other.base, other.stars):
            first, second = self.lengths, other.lengths
            if len(first) == len(second) == 1:
                return self if first[0][1] >= second[0][1] else other
        raise NotInC(span, "two fields give one member of the C struct two types")


@dataclass(slots=True)
class StructNode:
    """The members of a C struct while they are collected, in order."""

    name: str  # of the type; empty: a struct without a name
    declared: dict[str, Declarator] = field(default_factory=dict)
    inner: dict[str, "StructNode"] = field(default_factory=dict)
    inner_lengths: dict[str, int] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def declare(self, name: str, declarator: Declarator, comment: str, span: Span) -> None:
        known = self.declared.get(name)
        if known is None:
            self.order.append(name)
            self.comments[name] = comment
        self.declared[name] = declarator if known is None else known.merge(declarator, span)

    def enter(self, name: str, index: str) -> "StructNode":
        """The struct without a name of a path."""
        if name not in self.inner:
            self.order.append(name)
            self.inner[name] = StructNode("")
        number = _parse_index(index)
        if number is not None:
            self.inner_lengths[name] = max(self.inner_lengths.get(name, 0), number + 1)
        return self.inner[name]

    def format(self, indent: str = "    ") -> Iterator[str]:
        for name in self.order:
            comment = self.comments.get(name)
            if comment:
                yield from write_comment(comment, indent)
            if name in self.inner:
                yield f"{indent}struct {{"
                yield from self.inner[name].format(f"{indent}    ")
                length = self.inner_lengths.get(name)
                yield f"{indent}}} {name}{f'[{length}]' if length else ''};"
            else:
                yield f"{indent}{self.declared[name].write(name)}"


@dataclass(slots=True)
class StructWriter:
    """The C structs of some types of a schema, and of all that they embed."""

    schema: Schema
    nodes: dict[str, StructNode] = field(default_factory=dict)
    owners: dict[str, list[Description]] = field(default_factory=dict)

    def collect(self, chosen: Iterable[Description]) -> None:
        waiting, reached = list(chosen), dict[str, Description]()
        while waiting:
            one = waiting.pop()
            if one.name not in reached and find_header(one) is None:
                reached[one.name] = one
                waiting += (self.schema.descriptions[name] for name in find_embedded_structs(one))
        bodies = [
            CBody(self.schema, (one,))
            for one in self.schema.descriptions.values()
            if one.name in reached
        ]
        for body in bodies:
            self.nodes.setdefault(body.c_type, StructNode(body.c_type))
            self.owners.setdefault(body.c_type, []).append(body.description)
        # What a path leads through is declared before the path is followed.
        found = [(body, *each) for body in bodies for each in _find_members(body)]
        for body, path, member, at in found:
            if _is_plain(path):
                self._declare(self.nodes[body.c_type], path, member, at)
        for body, path, member, at in found:
            if not _is_plain(path):
                self._follow(body, path, member, at)

    def _follow(self, body: CBody, path: str, member: MemberDefinition, at: CBody) -> None:
        node = self.nodes[body.c_type]
        *parts, last = _PART.findall(path)
        for name, index in parts:
            base = node.declared[name].base if name in node.declared else None
            if base is None:
                node = node.enter(name, index)
            elif base in self.nodes:
                node = self.nodes[base]
            else:
                return  # a struct that is declared elsewhere
        self._declare(node, last[0] + (f"[{last[1]}]" if last[1] else ""), member, at)

    def _declare(self, node: StructNode, path: str, member: MemberDefinition, at: CBody) -> None:
        declarator = self._find_declarator(member, at)
        [(name, index)] = _PART.findall(path)
        if index:
            number = _parse_index(index)
            if number is None:
                message = f"C needs the length of `{name}`, and `{index}` is no number"
                raise NotInC(member.span, message)
            element = declarator
            declarator = Declarator(
                element.base, element.stars, ((str(number + 1), number + 1), *element.lengths)
            )
        node.declare(name, declarator, member.doc, member.span)
        if isinstance(member.type, ListType):
            self._link(member)

    def _link(self, member: MemberDefinition) -> None:
        """The element of a list has a member that links it."""
        assert isinstance(member.type, ListType)
        element = CBody(self.schema, (self.schema.descriptions[member.type.element.name],)).c_type
        if element in self.nodes:
            kind = read_word(member, "list", ("QTAILQ", "QLIST"))
            name = str(read_c(member).get("next", "next"))
            entry = Declarator(f"{kind}_ENTRY({element})")
            self.nodes[element].declare(name, entry, "", member.span)

    def _find_declarator(self, member: MemberDefinition, at: CBody) -> Declarator:
        storage = find_storage(member)
        given = read_c(member).get("type")
        if given is not None:
            return Declarator(str(given), "" if storage == INLINE else "*")
        return self._find(member.type, member, at, "" if storage == INLINE else "*")

    def _find(self, type_: Type, member: MemberDefinition, at: CBody, stars: str) -> Declarator:
        match type_:
            case Scalar() | EnumType():
                row = find_row(type_, self.schema, member.span)
                return Declarator(find_c_scalar(row), stars)
            case Bytes(length=length):
                return Declarator("uint8_t", stars, self._measure(length, member, at, stars))
            case Bitmap(bits=bits):
                lengths = self._measure(bits, member, at, stars)
                longs = tuple((f"BITS_TO_LONGS({text})", n) for text, n in lengths)
                return Declarator("unsigned long", stars, longs)
            case Blob():
                return Declarator("GByteArray", "*")
            case Opaque(length=length):
                if length is None or fold_constant(length) is None:
                    help = 'give the C type: `@c("type", "…")`'
                    raise NotInC(member.span, "only its codec knows how C holds it", help)
                return Declarator("uint8_t", stars, self._measure(length, member, at, stars))
            case StructType():
                return Declarator(at.find_struct(type_).c_type, stars)
            case ListType(element=element):
                kind = read_word(member, "list", ("QTAILQ", "QLIST"))
                return Declarator(f"{kind}_HEAD(, {at.find_struct(element).c_type})")
            case MapType():
                return Declarator("GTree", "*")
            case Array(element=element, count=count, nullable=nullable):
                inner = self._find(element, member, at, "*" if nullable else "")
                lengths = self._measure(count, member, at, stars)
                return Declarator(inner.base, inner.stars + stars, (*lengths, *inner.lengths))

    def _measure(
        self, length: Expr, member: MemberDefinition, at: CBody, stars: str
    ) -> tuple[tuple[str, int], ...]:
        if stars:
            return ()
        number = fold_constant(length)
        if number is None:
            message = "the C struct needs a constant length for what it holds itself"
            raise NotInC(member.span, message)
        return ((CWriter(at, "", "").write(length), int(number)),)

    def sort(self, names: Iterable[str]) -> list[str]:
        """The types, each behind those that it holds by value."""
        wanted = list(names)
        done: list[str] = []

        def visit(name: str) -> None:
            if name not in done:
                for base in _find_bases(self.nodes[name]):
                    if base in self.nodes and base != name:
                        visit(base)
                done.append(name)

        for name in wanted:
            visit(name)
        return [name for name in done if name in wanted]


def _find_bases(node: StructNode) -> Iterator[str]:
    for declarator in node.declared.values():
        if not declarator.stars:
            yield declarator.base
    for inner in node.inner.values():
        yield from _find_bases(inner)


def _find_members(body: CBody) -> Iterator[tuple[str, MemberDefinition, CBody]]:
    description = body.description
    for known in find_settable_members(description):
        path = find_member_path(known)
        if "->" not in path:  # else it is reached, and not held
            yield path, known, body
    for step in description.fields:
        yield find_member_path(step), step, body
    for subsection in description.subsections:
        yield from _find_members(body.enter(subsection))


def _parse_index(text: str) -> int | None:
    """A number of C; None for a name or for no index."""
    return int(text, 0) if re.fullmatch(r"0|[1-9]\d*|0[xX][0-9a-fA-F]+", text) else None


def _is_plain(path: str) -> bool:
    return "." not in path
