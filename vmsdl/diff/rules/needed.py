"""Changes of the condition under which a subsection is sent (`needed`)."""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair, once_per_pair
from vmsdl.diff.report import ProposedFix
from vmsdl.diff.rules.conditions import (
    RELATION_WORDS,
    Condition,
    describe_condition,
    describe_machine_values,
    find_relation,
    find_settable_reads,
)
from vmsdl.expr.logic import collect_operands
from vmsdl.expr.nodes import Expr, Extern, Literal, Operator
from vmsdl.prove.conditions import collect_paths
from vmsdl.prove.implication import Relation
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Local, Property


class NeededChange(Enum):
    """A kind of change of a `needed`."""

    WIDENED = "the subsection is sent in more cases"
    NARROWED = "the subsection is sent in fewer cases"
    INCOMPARABLE = "the subsection is sent in some other cases, and not in some old ones"
    DROPPED = "the subsection is always sent"
    GUARDED = "the subsection is sent in the old cases, if properties hold as well"
    READS_UNSAVED = "the new condition reads something that no stream has"
    CHANGED = "the same cases, or the prover could not decide"


_BY_RELATION = {
    Relation.LOOSER: NeededChange.WIDENED,
    Relation.TIGHTER: NeededChange.NARROWED,
    Relation.OTHER: NeededChange.INCOMPARABLE,
}


@dataclass(frozen=True, slots=True)
class ChangedNeeded:
    """A subsection on both sides, and the kind of change of its `needed`.

    `relation`: how the new condition compares with the old one, where that decides the kind.
    `unsaved`: names, for READS_UNSAVED. `guards`: paths of the added properties, for GUARDED.
    """

    kind: NeededChange
    old: Description
    new: Description
    relation: Relation = Relation.OPEN
    unsaved: tuple[str, ...] = ()
    guards: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NeededRule:
    """A rule for one kind of change of a `needed`.

    `message` and `help` can use `{name}`, of the subsection; `{old}` and `{new}`, the conditions in
    words; `{relation}`, of the two, in words; `{unsaved}`, the names of what no stream has; and
    `{guards}`, the values of the added properties on each machine type.
    """

    slug: str
    mirror: str
    kind: NeededChange
    message: str
    help: str | None = None
    fix: Callable[[Description, Description], Iterable[ProposedFix]] | None = None

    def find(self, pair: Pair) -> Iterator[Edit]:
        for change in find_needed_changes(pair):
            if change.kind is self.kind:
                words = {
                    "name": change.new.name,
                    "old": describe_condition(change.old.needed),
                    "new": describe_condition(change.new.needed),
                    "relation": RELATION_WORDS[change.relation],
                    "unsaved": " and ".join(change.unsaved),
                    "guards": describe_machine_values(pair.new.schema, list(change.guards)),
                }
                yield make_edit(
                    pair,
                    change.old,
                    change.new,
                    self.message.format(**words),
                    help=None if self.help is None else self.help.format(**words),
                    fixes=() if self.fix is None else self.fix(change.old, change.new),
                )


@once_per_pair
def find_needed_changes(pair: Pair) -> Iterator[ChangedNeeded]:
    for old, new in pair.kept_subsections:
        if old.needed != new.needed:
            yield _classify(pair, old, new)


def _classify(pair: Pair, old: Description, new: Description) -> ChangedNeeded:
    scope = ((old, new), *pair.scope)
    olds, news = tuple(one for one, _ in scope), tuple(other for _, other in scope)
    unsaved = _find_unsaved_reads(old.needed, olds, new.needed, news)
    if unsaved:
        return ChangedNeeded(NeededChange.READS_UNSAVED, old, new, unsaved=tuple(unsaved))
    if _find_unsaved_reads(new.needed, news, old.needed, olds):
        relation = find_relation(pair, scope, old.needed, new.needed)
        return ChangedNeeded(NeededChange.CHANGED, old, new, relation)
    guards = _find_guards(old, new, news)
    if guards:
        return ChangedNeeded(NeededChange.GUARDED, old, new, guards=tuple(guards))
    if is_always_sent(new):
        return ChangedNeeded(NeededChange.DROPPED, old, new)
    relation = find_relation(pair, scope, old.needed, new.needed)
    return ChangedNeeded(_BY_RELATION.get(relation, NeededChange.CHANGED), old, new, relation)


def is_always_sent(sub: Description) -> bool:
    return isinstance(sub.needed, Literal) and sub.needed.value is True


def _find_unsaved_reads(
    before: Condition,
    old_bodies: tuple[Description, ...],
    after: Condition,
    new_bodies: tuple[Description, ...],
) -> list[str]:
    """What only the condition `after` reads and no stream has: locals, or the host."""
    if isinstance(after, Extern):
        return [] if isinstance(before, Extern) else ["code outside the schema"]
    known = find_settable_reads(before, old_bodies)
    return [
        f"`{path[1]}`"
        for path, member in find_settable_reads(after, new_bodies).items()
        if isinstance(member, Local) and path not in known
    ]


def _find_guards(
    old: Description, new: Description, new_bodies: tuple[Description, ...]
) -> list[tuple[str, str]]:
    """The properties that have to hold in addition; none, if anything else changed as well."""
    before, after = old.needed, new.needed
    if before is None or after is None or isinstance(before, Extern) or isinstance(after, Extern):
        return []
    old_parts = [] if is_always_sent(old) else collect_operands(before, Operator.AND)
    new_parts = collect_operands(after, Operator.AND)
    added = [part for part in new_parts if part not in old_parts]
    if not added or not all(part in new_parts for part in old_parts):
        return []
    found = [_find_only_properties(part, new_bodies) for part in added]
    return [path for paths in found for path in paths] if all(found) else []


def _find_only_properties(part: Expr, bodies: tuple[Description, ...]) -> list[tuple[str, str]]:
    """The properties that a condition reads; none, if it reads anything else."""
    known = find_settable_reads(part, bodies)
    is_complete = len(known) == len(collect_paths(part))
    has_only_properties = all(isinstance(member, Property) for member in known.values())
    return list(known) if is_complete and has_only_properties else []
