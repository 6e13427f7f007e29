"""A subsection that an inner struct, ending right before it, takes for its own and refuses."""

from collections.abc import Iterator

from vmsdl.analysis.checks.sibling_prefix import are_mutually_exclusive
from vmsdl.analysis.expression_uses import CheckedBody, find_bodies
from vmsdl.analysis.subsection_lookahead import LookaheadConflict, Tails
from vmsdl.diagnostics.codes import SWALLOWED_SUBSECTION
from vmsdl.diagnostics.diagnostic import Diagnostic, Label, Severity
from vmsdl.schema.description import Role, Schema


def swallowed_subsection(schema: Schema) -> Iterator[Diagnostic]:
    tails = Tails(schema)
    for body in find_bodies(schema):
        for meeting in tails.meetings(body.description):
            taker = meeting.earlier.description
            if taker.role is Role.SUBSECTION or not meeting.is_adjacent:
                continue
            if not are_mutually_exclusive(schema, body, meeting):
                yield _fault(body, meeting)


def _fault(body: CheckedBody, meeting: LookaheadConflict) -> Diagnostic:
    taker, holder = meeting.earlier.description, meeting.earlier.holder
    names = [each.wire_name for each in taker.subsections]
    name = meeting.subsection.wire_name
    ending = f"`{holder.name}` ends with it" if holder.name != taker.name else "ends here"
    can = "takes" if meeting.earlier.certain else "can take"
    outcome = (
        ("reads" if name in names else "refuses")
        if meeting.earlier.certain
        else ("read" if name in names else "refuse")
    )
    # A real program that has this fault loads all states that do not meet it.
    is_error = meeting.earlier.certain and not body.is_recorded
    return body.fault(
        SWALLOWED_SUBSECTION,
        meeting.subsection.name_span,
        f"the loader of `{taker.name}` {can} the subsection `{name}` for its own and {outcome} it",
        f"its name begins with `{taker.wire_name}`",
        also=(
            Label(holder.name_span, ending),
            *([Label(taker.name_span, f'on the wire "{taker.wire_name}"')]),
        ),
        help="let a field that is always there stand between, or give the struct a name that does "
        "not begin the subsection's",
        severity=None if is_error else Severity.WARNING,
    )
