"""A subsection whose name begins with that of an earlier sibling, whose loader takes it."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import CheckedBody, find_bodies
from vmsdl.analysis.intervals import NATURAL
from vmsdl.analysis.ranges import RangeContext, Ranges
from vmsdl.analysis.subsection_lookahead import LookaheadConflict, LookaheadFinder
from vmsdl.diagnostics.codes import SIBLING_PREFIX
from vmsdl.diagnostics.diagnostic import Diagnostic, Label, Severity
from vmsdl.expr.nodes import Extern
from vmsdl.schema.description import Field, Role, Schema
from vmsdl.schema.recorded import is_translated


def sibling_prefix(schema: Schema) -> Iterator[Diagnostic]:
    finder = LookaheadFinder(schema)
    for body in find_bodies(schema):
        for conflict in finder.find_conflicts(body.description):
            if conflict.earlier.description.role is not Role.SUBSECTION:
                continue
            if are_mutually_exclusive(schema, body, conflict):
                continue
            earlier, later = conflict.earlier.description, conflict.subsection
            words = f"begins with the name of an earlier subsection, `{earlier.wire_name}`"
            if conflict.is_adjacent:
                is_given = body.is_recorded or is_translated(later)
                severity = Severity.WARNING if is_given else None
                label = (
                    f"the loader of `{earlier.name}` treats it as its own subsection and refuses it"
                )
                help = (
                    f"move `{later.name}` before `{earlier.name}`, or give it a name that "
                    f"does not begin with `{earlier.wire_name}`"
                )
            else:
                severity = Severity.NOTE
                label = "safe only while bytes that are always sent stay between them"
                help = None
            yield body.make_diagnostic(
                SIBLING_PREFIX,
                later.name_span,
                f"name of subsection `{later.wire_name}` {words}",
                label,
                also=(Label(earlier.name_span, "the shorter name"),),
                help=help,
                severity=severity,
            )


def are_mutually_exclusive(schema: Schema, body: CheckedBody, conflict: LookaheadConflict) -> bool:
    """Whether one is provably sent only in states where the other is not."""
    holder, later = conflict.earlier.holder, conflict.subsection
    condition = holder.condition if isinstance(holder, Field) else holder.needed
    if condition is None or isinstance(condition, Extern):
        return False
    if later.needed is None or isinstance(later.needed, Extern):
        return False
    # Facts about a member are of its level and name. At the level of the subsections themselves
    # one name means two members, so only facts about outer levels are kept.
    level = body.level + (0 if isinstance(holder, Field) else 1)
    before = Ranges(RangeContext(level, NATURAL, schema.enums)).assume(condition)
    shared = {key: known for key, known in before.assumed.items() if _is_outside(key[0], body)}
    after = Ranges(RangeContext(body.level + 1, NATURAL, schema.enums), shared)
    return before.is_possible and after.decide(later.needed) is False


def _is_outside(level: int | str, body: CheckedBody) -> bool:
    return isinstance(level, int) and level <= body.level
