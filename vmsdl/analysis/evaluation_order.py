"""Reports the fields that an expression reads before they are decoded."""

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

    `is_after_step`: after the bytes of that step (a `where`), not before them.
    """

    body: DeclaredBody
    position: Position
    is_after_step: bool = False

    def has_passed(self, position: Position) -> bool:
        return position < self.position or (self.is_after_step and position == self.position)


@dataclass(frozen=True, slots=True)
class _FieldRead:
    span: Span
    field: tree.FieldDecl
    position: Position


def report_later_fields(expression: e.Expr, moment: Moment, reporter: Reporter) -> None:
    for read in _find_field_reads(expression, moment.body):
        if moment.has_passed(read.position):
            continue
        name = read.field.name.text
        is_itself = read.position == moment.position
        reporter.report(
            READS_LATER_FIELD,
            read.span,
            f"`{name}` is used before it is decoded",
            "used here",
            also=(Label(read.field.name.span, "this field" if is_itself else "decoded later"),),
            help=None if is_itself else _suggest_order(name, read.position, moment.position),
        )


def _suggest_order(name: str, read: Position, now: Position) -> str:
    if not now:
        return "use no field here: locals and properties are set before any field is decoded"
    if len(read) == len(now) and read[:-1] == now[:-1]:
        return f"move `{name}` before this member"
    if read[: len(now) - 1] == now[:-1]:
        return "use no field of a subsection here: it is decoded after all fields of its owner"
    return "use only fields of earlier subsections here"


def _find_field_reads(expression: e.Expr, body: DeclaredBody) -> Iterator[_FieldRead]:
    """Every read of a field of the same device or struct, with its span."""
    stack: list[tuple[e.Expr, Span | None]] = [(expression, None)]
    while stack:
        node, in_let = stack.pop()
        span = in_let or node.span
        owner = None
        match node:
            case e.Member():
                owner = _find_owner(body, node.up)
            case e.Select() if isinstance(node.value.type, e.SubsectionValue):
                owner = _find_own_subsection(node.value, body)
            case e.Let():
                in_let = span
            case _:
                pass
        if owner is not None and isinstance(node, e.Member | e.Select):
            decl = owner.members[node.name]
            if isinstance(decl, tree.FieldDecl):
                yield _FieldRead(span, decl, owner.find_position(decl))
        else:
            stack += [(child, in_let) for child in e.children(node)]


def _find_own_subsection(value: e.Expr, body: DeclaredBody) -> DeclaredBody | None:
    """The subsection that a value is, if it belongs to this body or its owners."""
    match value:
        case e.Member():
            return _find_owner(body, value.up).find_subsection(value.name)
        case e.Select() if isinstance(value.value.type, e.SubsectionValue):
            owner = _find_own_subsection(value.value, body)
            return owner.find_subsection(value.name) if owner else None
        case _:
            return None


def _find_owner(body: DeclaredBody, up: int) -> DeclaredBody:
    return next(islice(body.iterate_outwards(), up, None))
