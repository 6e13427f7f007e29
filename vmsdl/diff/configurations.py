"""On which machine types two versions are compared, and a migration on one of them.

A property is no state of a guest: the machine type gives it its value, and both ends of a migration
have one machine type. So nothing is said of a sender on one machine type and a receiver on another.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from vmsdl.diff.layout.settings import (
    MachinePair,
    Settings,
    collect_settings,
    find_properties,
    find_property,
    find_shared_machines,
    find_shared_settings,
    has_properties,
)
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.migration import analyze_migration
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import FALSE, TRUE, find_path, is_false, is_true, map_places, or_
from vmsdl.expr.nodes import Expr, Item, Member, ReceiverValue, Select
from vmsdl.prove.budget import Budget
from vmsdl.prove.conditions import ConditionProver
from vmsdl.schema.recorded import is_recorded
from vmsdl.schema.traverse import find_reachable

OTHERS = "every other machine type"  # those that nobody declared: they set nothing

# Machine types on which nothing differs; empty: the machine type makes no difference.
MachineGroup = tuple[str, ...]


def group_machines(old: Side, new: Side, machine: str | None) -> list[MachineGroup]:
    """The machine types that both versions declare, together where both have the same settings.

    `machine`: the only one to compare on.
    """
    if machine is not None:
        return [(machine,)]
    shared = find_shared_machines(new.schema, old.schema)
    if not shared or not (has_properties(old) or has_properties(new)):
        return [()]
    groups: dict[object, list[str]] = {}
    for name in shared:
        settings = tuple(frozenset(_find_own(side, name).items()) for side in (old, new))
        groups.setdefault(settings, []).append(name)
    found = [tuple(names) for names in groups.values()]
    return [*found, (OTHERS,)] if _has_other_machines(old, new, shared) else found


def _has_other_machines(old: Side, new: Side, shared: list[str]) -> bool:
    """Both versions have a property with a default that no declared machine type has on both sides:
    there are machine types that nobody declared, for they set nothing."""
    before, after = find_properties(old), find_properties(new)
    return any(
        all(
            path in collect_settings(old.schema, name) or path in collect_settings(new.schema, name)
            for name in shared
        )
        for path in before.keys() & after.keys()
        if before[path] == after[path]
    )


def _find_own(side: Side, machine: str) -> Mapping[tuple[str, ...], Expr]:
    """What a machine type sets in a device and all that it embeds."""
    bodies = {body.name for body in find_reachable(side.schema, side.description)}
    found = collect_settings(side.schema, machine)
    return {path: value for path, value in found.items() if path[0] in bodies}


def analyze_on(
    sender: Side,
    receiver: Side,
    group: MachineGroup,
    *,
    sender_is_old: bool,
    budget: Budget | None = None,
) -> MigrationResult:
    """The migration on the machine types of a group, or on those that nobody declared.

    It is followed for every value of the properties that whoever starts a machine can set, and for
    their defaults. What the old version does to its own state is no effect of a change, and is left
    out where it is the sender.
    """
    budget = Budget() if budget is None else budget
    machine = group[0] if group else None
    free, usual = MachinePair(machine), MachinePair(machine, takes_defaults=True)
    found = analyze_migration(
        sender, receiver, free, sender_is_old=sender_is_old, budget=budget.share(2)
    )
    if found.verdict is Verdict.OK:
        return found
    excused = find_own_failures(sender, group, budget.share(2)) if sender_is_old else FALSE
    if is_true(excused):
        return MigrationResult(Verdict.OK)
    if not is_false(excused):
        found = analyze_migration(
            sender,
            receiver,
            free,
            sender_is_old=sender_is_old,
            excused=excused,
            budget=budget.share(2),
        )
    values = find_shared_settings(sender, receiver, usual)
    if found.verdict is Verdict.OK or values == find_shared_settings(sender, receiver, free):
        return found
    at_defaults = analyze_migration(
        sender,
        receiver,
        usual,
        sender_is_old=sender_is_old,
        excused=excused,
        budget=budget.share(1),
    )
    if machine is None:
        return _limit_to_defaults(found, at_defaults, _Ends(sender, receiver, *values))
    return max((found, at_defaults), key=lambda each: each.verdict.badness)


def find_own_failures(side: Side, group: MachineGroup, budget: Budget) -> Expr:
    """The states that a version saves, and refuses or loads with wrong values itself."""
    found = analyze_own(side, group, budget)
    return or_(*(each.condition for each in found.shown if is_failure(each)))


def analyze_own(side: Side, group: MachineGroup, budget: Budget) -> MigrationResult:
    """What a version does with its own state. Who asks first pays."""
    if is_recorded(side.description):
        return MigrationResult(Verdict.OK)  # a program loads its own stream
    return _analyze_known(_KnownSide(side, budget), group)


class _KnownSide:
    """A side by its identity: one comparison asks about the same side many times."""

    def __init__(self, side: Side, budget: Budget) -> None:
        self.side = side
        self.budget = budget

    def __hash__(self) -> int:
        return hash((id(self.side.schema), id(self.side.description)))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _KnownSide)
            and self.side.schema is other.side.schema
            and self.side.description is other.side.description
        )


@lru_cache(maxsize=16)
def _analyze_known(known: _KnownSide, group: MachineGroup) -> MigrationResult:
    machines = MachinePair(group[0] if group else None)
    side = known.side
    return analyze_migration(
        side, side, machines, sender_is_old=True, is_thorough=True, budget=known.budget
    )


def is_failure(shown: ReportedEffect) -> bool:
    """Some state is certain to be refused, or to load with wrong values."""
    return shown.is_certain and shown.effect.kind in (EffectKind.REFUSED, EffectKind.CORRUPT)


def _limit_to_defaults(
    found: MigrationResult, at_defaults: MigrationResult, ends: "_Ends"
) -> MigrationResult:
    """What happens where each side has its own defaults, with conditions that name them."""
    if at_defaults.verdict is Verdict.OK:
        return at_defaults
    shown = tuple(each for each in found.shown if ends.can_be(each.condition))
    if _find_kinds(shown) != _find_kinds(at_defaults.shown):
        return at_defaults
    return replace(found, verdict=at_defaults.verdict, shown=shown)


def _find_kinds(shown: tuple[ReportedEffect, ...]) -> set[object]:
    return {(each.effect.kind, each.is_certain) for each in shown}


class _Ends:
    """A sender and a receiver, and the values of their properties."""

    def __init__(
        self, sender: Side, receiver: Side, sender_values: Settings, receiver_values: Settings
    ) -> None:
        self._sender = sender, sender_values
        self._receiver = receiver, receiver_values
        self._prover = ConditionProver({**receiver.schema.enums, **sender.schema.enums}, {}, TRUE)

    def can_be(self, condition: Expr) -> bool:
        """Whether a condition can hold with these values."""
        return self._prover.possible(map_places(condition, self._insert_value)) is not False

    def _insert_value(self, part: Expr) -> Expr:
        match part:
            case ReceiverValue(path=key):
                side, values = self._receiver
            case Member() | Select() | Item():
                (side, values), key = self._sender, find_path(part) or ()
            case _:
                return part
        path = find_property(side, key)
        return part if path is None else values.get(path, part)
