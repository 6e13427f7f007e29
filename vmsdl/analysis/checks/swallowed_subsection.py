"""A subsection that the loader of a struct right before it takes for its own."""

from collections.abc import Iterator

from vmsdl.analysis.checks.sibling_prefix import are_mutually_exclusive
from vmsdl.analysis.expression_uses import CheckedBody, find_bodies
from vmsdl.analysis.subsection_lookahead import LookaheadConflict, LookaheadFinder
from vmsdl.diagnostics.codes import SWALLOWED_SUBSECTION
from vmsdl.diagnostics.diagnostic import Diagnostic, Label, Severity
from vmsdl.schema.description import Role, Schema


def swallowed_subsection(schema: Schema) -> Iterator[Diagnostic]:
    finder = LookaheadFinder(schema)
    for body in find_bodies(schema):
        for conflict in finder.find_conflicts(body.description):
            loader = conflict.earlier.description
            if loader.role is Role.SUBSECTION or not conflict.is_adjacent:
                continue
            if not are_mutually_exclusive(schema, body, conflict):
                yield _make_diagnostic(body, conflict)


def _make_diagnostic(body: CheckedBody, conflict: LookaheadConflict) -> Diagnostic:
    loader, holder = conflict.earlier.description, conflict.earlier.holder
    names = [each.wire_name for each in loader.subsections]
    name = conflict.subsection.wire_name
    ending = f"`{holder.name}` ends with this struct" if holder.name != loader.name else "ends here"
    can = "treats" if conflict.earlier.is_certain else "can treat"
    outcome = (
        ("reads" if name in names else "refuses")
        if conflict.earlier.is_certain
        else ("read" if name in names else "refuse")
    )
    # A real program with this error still loads the states that do not trigger it.
    is_error = conflict.earlier.is_certain and not body.is_recorded
    return body.make_diagnostic(
        SWALLOWED_SUBSECTION,
        conflict.subsection.name_span,
        f"the loader of `{loader.name}` {can} subsection `{name}` as its own and {outcome} it",
        f"its name begins with `{loader.wire_name}`",
        also=(
            Label(holder.name_span, ending),
            *([Label(loader.name_span, f'wire name "{loader.wire_name}"')]),
        ),
        help="put a field that is always sent between them, or give the struct a name that is not "
        "the beginning of the subsection's name",
        severity=None if is_error else Severity.WARNING,
    )
