"""What became of when a subsection is sent: each change by one rule."""

from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.conditions import find_known_reads, find_relation, make_scope
from vmsdl.expr.logic import collect_operands
from vmsdl.expr.nodes import Expr, Extern, Literal, Operator
from vmsdl.prove.conditions import collect_paths
from vmsdl.prove.implication import Relation
from vmsdl.schema.description import Description, Local, Property

_RULES = {
    Relation.LOOSER: "needed-widened",
    Relation.TIGHTER: "needed-narrowed",
    Relation.OTHER: "needed-incomparable",
}


def find_needed_changes(pair: Pair, old: Description, new: Description) -> str | None:
    """The rule that tells what became of a `needed`; None: it is as it was."""
    if old.needed == new.needed:
        return None
    if find_unsaved_reads(pair, old, new):
        return "needed-reads-unsaved-state"
    if find_unsaved_reads(pair, old, new, is_back=True):
        return "needed-changed"
    if find_guards(pair, old, new):
        return "needed-guarded-by-property"
    if is_always(new):
        return "needed-dropped"
    return _RULES.get(sent_now(pair, old, new), "needed-changed")


def sent_now(pair: Pair, old: Description, new: Description) -> Relation:
    """When it is sent now, beside when it was."""
    before, after = old.needed, new.needed
    if before is None or after is None or isinstance(before, Extern) or isinstance(after, Extern):
        return Relation.OPEN
    return find_relation(pair, ((old, new), *make_scope(pair)), before, after)


def is_always(sub: Description) -> bool:
    return isinstance(sub.needed, Literal) and sub.needed.value is True


def find_unsaved_reads(
    pair: Pair, old: Description, new: Description, *, is_back: bool = False
) -> list[str]:
    """What the new condition hangs on that no stream holds and the old one did not hang on."""
    olds, news = _bodies(pair, old, new)
    before, after = (old.needed, olds), (new.needed, news)
    if is_back:
        before, after = after, before
    if isinstance(after[0], Extern):
        return [] if isinstance(before[0], Extern) else ["something outside of the schema"]
    known = find_known_reads(*before)
    met = find_known_reads(*after)
    return [
        f"`{path[1]}`"
        for path, member in met.items()
        if isinstance(member, Local) and path not in known
    ]


def find_guards(pair: Pair, old: Description, new: Description) -> list[tuple[str, str]]:
    """The properties that have to hold in addition now; none, where that is not what changed."""
    if not isinstance(old.needed, Extern | None) and not isinstance(new.needed, Extern | None):
        _, news = _bodies(pair, old, new)
        before = [] if is_always(old) else collect_operands(old.needed, Operator.AND)
        after = collect_operands(new.needed, Operator.AND)
        more = [part for part in after if part not in before]
        if more and all(part in after for part in before):
            found = [_only_properties(part, news) for part in more]
            if all(found):
                return [path for paths in found for path in paths]
    return []


def _only_properties(part: Expr, bodies: tuple[Description, ...]) -> list[tuple[str, str]]:
    known = find_known_reads(part, bodies)
    is_all = len(known) == len(collect_paths(part))
    return list(known) if is_all and all(isinstance(m, Property) for m in known.values()) else []


def _bodies(
    pair: Pair, old: Description, new: Description
) -> tuple[tuple[Description, ...], tuple[Description, ...]]:
    scope = ((old, new), *make_scope(pair))
    return tuple(one for one, _ in scope), tuple(other for _, other in scope)
