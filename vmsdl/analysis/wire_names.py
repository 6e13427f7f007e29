"""From bodies to faults of the names that go on the wire."""

from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.symbols import DeclaredBody, Symbols
from vmsdl.diagnostics.codes import (
    DUPLICATE_SUBSECTION_NAME,
    NAME_OVER_255_BYTES,
    SUBSECTION_NAME_PREFIX,
)
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.source import Span
from vmsdl.syntax import tree

MAX_BYTES = 255  # a length byte stands before every name


def check_wire_names(symbols: Symbols, faults: Reporter) -> None:
    for body in symbols.bodies.values():
        _check_body(body, faults)


def _check_body(body: DeclaredBody, faults: Reporter) -> None:
    within = faults.within(body.context, recorded=body.recorded)
    span = _name_span(body.decl)
    size = len(body.wire_name.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        within = faults.within(
            f'in {body.decl.keyword} "{_short(body.decl.name.text)}"', recorded=body.recorded
        )
        within.add(
            NAME_OVER_255_BYTES,
            span,
            f"the wire name of `{_short(body.decl.name.text)}` has {size} bytes, over {MAX_BYTES}",
            help='give it a shorter one with `as "…"`',
        )
    if body.owner is not None:
        _check_prefix(body, body.owner, span, within)
    seen: dict[str, tree.DescriptionDecl] = {}
    for inner in body.subsections.values():
        first = seen.setdefault(inner.wire_name, inner.decl)
        if first is not inner.decl and first.name.text != inner.decl.name.text:
            within.add(
                DUPLICATE_SUBSECTION_NAME,
                _name_span(inner.decl),
                f'two subsections are called "{_short(inner.wire_name)}" on the wire',
                also=(Label(_name_span(first), "the other one"),),
                help="QEMU loads the first of them for both",
                lenient=True,
            )
        _check_body(inner, faults)


def _check_prefix(body: DeclaredBody, owner: DeclaredBody, span: Span, faults: Reporter) -> None:
    if body.wire_name.startswith(owner.wire_name) and body.wire_name != owner.wire_name:
        return
    faults.add(
        SUBSECTION_NAME_PREFIX,
        span,
        f'the wire name of a subsection must begin with its owner\'s, "{_short(owner.wire_name)}",'
        " and go on",
        also=(Label(_name_span(owner.decl), "the owner"),),
        help=f'leave out `as`, and it is "{_short(owner.wire_name)}/{body.decl.name.text}"',
        lenient=True,
    )


def _name_span(decl: tree.DescriptionDecl) -> Span:
    return decl.wire_name.span if decl.wire_name else decl.name.span


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:59]}…"
