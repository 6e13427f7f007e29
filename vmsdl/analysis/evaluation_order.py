"""From an expression and where it stands to the fields it reads before they are there."""

from collections.abc import Iterator
from itertools import islice

from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.symbols import DeclaredBody, Position
from vmsdl.diagnostics.codes import READS_LATER_FIELD
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.expr import nodes as e
from vmsdl.records import dataclass
from vmsdl.source import Span
from vmsdl.syntax import tree


@dataclass(frozen=True, slots=True)
class Moment:
    """When an expression is evaluated: at the step at `position` of `body`.

    `sees_itself`: behind the bytes of that step (a `where`), not in front of them.
    """

    body: DeclaredBody
    position: Position
    sees_itself: bool = False

    def has_come(self, position: Position) -> bool:
        return position < self.position or (self.sees_itself and position == self.position)


@dataclass(frozen=True, slots=True)
class _Reading:
    span: Span
    field: tree.FieldDecl
    position: Position


def report_later_fields(expression: e.Expr, moment: Moment, faults: Reporter) -> None:
    for reading in _readings(expression, moment.body):
        if moment.has_come(reading.position):
            continue
        name = reading.field.name.text
        is_itself = reading.position == moment.position
        faults.add(
            READS_LATER_FIELD,
            reading.span,
            f"`{name}` is read here before it is there",
            "read here",
            also=(
                Label(reading.field.name.span, "its own field" if is_itself else "stands later"),
            ),
            help=None if is_itself else _help(name, reading.position, moment.position),
        )


def _help(name: str, read: Position, now: Position) -> str:
    if not now:
        return "locals and properties are known before any field is"
    if len(read) == len(now) and read[:-1] == now[:-1]:
        return f"move `{name}` up"
    if read[: len(now) - 1] == now[:-1]:
        return "a subsection's fields stand behind all of its owner's"
    return "a subsection's fields stand behind those of earlier ones"


def _readings(expression: e.Expr, body: DeclaredBody) -> Iterator[_Reading]:
    """Every field of the same device or struct that an expression reads, where it does so."""
    stack: list[tuple[e.Expr, Span | None]] = [(expression, None)]
    while stack:
        node, in_let = stack.pop()
        span = in_let or node.span
        owner = None
        match node:
            case e.Member():
                owner = _nth(body, node.up)
            case e.Select() if isinstance(node.value.type, e.SubsectionValue):
                owner = _own_subsection(node.value, body)
            case e.Let():
                in_let = span
            case _:
                pass
        if owner is not None and isinstance(node, e.Member | e.Select):
            decl = owner.members[node.name]
            if isinstance(decl, tree.FieldDecl):
                yield _Reading(span, decl, owner.position_of(decl))
        else:
            stack += [(child, in_let) for child in e.children(node)]


def _own_subsection(value: e.Expr, body: DeclaredBody) -> DeclaredBody | None:
    """The subsection a value is, where it is one of this body or its owners."""
    match value:
        case e.Member():
            return _nth(body, value.up).subsection(value.name)
        case e.Select() if isinstance(value.value.type, e.SubsectionValue):
            owner = _own_subsection(value.value, body)
            return owner.subsection(value.name) if owner else None
        case _:
            return None


def _nth(body: DeclaredBody, up: int) -> DeclaredBody:
    return next(islice(body.outwards(), up, None))
