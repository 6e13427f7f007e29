"""Rules for changes of `where` and `validate`, as rows of a table; and the edits of constraints."""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import (
    ChangedConstraint,
    ConstraintChange,
    find_constraint_changes,
    join_conditions,
)
from vmsdl.diff.edits.counters import find_counted
from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.fields import restore_bound
from vmsdl.diff.simulate.reasons import EffectReason
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class ConstraintRule:
    """A rule for one kind of change of a constraint.

    `message` can use `{before}` and `{after}`, the conditions; and of an upper bound `{name}`, the
    field, `{bound}`, its change in words, and `{counted}`, an array that the field counts.
    `is_count`: whether the rule is for upper bounds of fields that count an array.
    """

    slug: str
    mirror: str
    kind: ConstraintChange
    message: str
    help: str
    is_count: bool = False

    def find(self, pair: Pair) -> Iterator[Edit]:
        for change in find_constraint_changes(pair):
            counted = (
                find_counted(pair.new.description, change.name) if change.bound is not None else []
            )
            if change.kind is self.kind and bool(counted) is self.is_count:
                yield self._make_edit(pair, change, counted)

    def _make_edit(self, pair: Pair, change: ChangedConstraint, counted: list[str]) -> Edit:
        is_of_field = change.old is not None and change.new is not None
        old, new = (change.old, change.new) if is_of_field else pair.bodies
        message = self.message.format(
            before=join_conditions(change.before),
            after=join_conditions(change.after),
            name=change.name,
            bound=change.bound,
            counted=counted[0] if counted else "",
        )
        is_lowered = change.kind is ConstraintChange.LOWERED and change.bound is not None
        return make_edit(
            pair,
            old,
            new,
            message,
            reasons={EffectReason.CHECK_FAILED},
            help=self.help,
            fixes=restore_bound(change.bound) if is_lowered and change.bound is not None else (),
            old_span=change.before[0].span if change.before and not is_of_field else None,
            new_span=change.after[0].span if change.after and not is_of_field else None,
        )
