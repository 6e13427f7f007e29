"""From a history to findings that only several moves in a row show: chains that lose or refuse.

A chain is a path of one device's state through several versions, from old to new or from new to
old. Only what a state shows is reported; behind an `unknown` verdict nothing is claimed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from vmsdl.diff.direction import Direction
from vmsdl.diff.matching.fields import Pairing
from vmsdl.diff.report import DirectionResult
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.reasons import Untranslatable
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import FALSE, FieldPath, and_, not_, or_
from vmsdl.expr.nodes import Expr
from vmsdl.expr.text import format_path, unparse
from vmsdl.prove.conditions import ConditionAnswer
from vmsdl.prove.shorten import shorten
from vmsdl.prove.witness import format_witness
from vmsdl.releases.findings import CHAIN_LOSES, CHAIN_REFUSED, HistoryFinding
from vmsdl.releases.history import History
from vmsdl.releases.prepared import (
    PreparedDevice,
    analyze_move,
    find_affected_states,
    find_effect_kind,
    prepare_device,
    translate_condition,
)


def find_chain_findings(history: History, machine: str | None) -> Iterator[HistoryFinding]:
    """Of every device, on paths in both directions."""
    for name in history.devices:
        device = _DeviceHistory(history, name, machine)
        yield from _find_refusals(device)
        yield from _find_losses(device)


class _DeviceHistory:
    """One device in all versions. Versions are numbered from 0, oldest first."""

    def __init__(self, history: History, name: str, machine: str | None) -> None:
        self.name = name
        self.history = history
        self.machine = machine
        self.revisions = [
            history.revision(version, name, machine) for version in range(len(history.versions))
        ]
        self._prepared: dict[int, PreparedDevice | None] = {}
        self._moves: dict[tuple[int, int], MigrationResult | None] = {}

    @property
    def changed_at(self) -> list[int]:
        """The first version of each sequence of versions that have one revision."""
        found = [i for i, revision in enumerate(self.revisions) if revision is not None]
        return [
            i for n, i in enumerate(found) if n == 0 or self.revisions[i] != self.revisions[i - 1]
        ]

    def version_name(self, version: int) -> str:
        return self.history.versions[version].name

    def path(self, version: int) -> str:
        return self.history.versions[version].devices[self.name].description.name

    def prepare(self, version: int) -> PreparedDevice | None:
        revision = self.revisions[version]
        assert revision is not None
        if revision not in self._prepared:
            side = self.history.versions[version].devices[self.name]
            self._prepared[revision] = prepare_device(side, self.machine)
        return self._prepared[revision]

    def move(self, sender: int, receiver: int) -> MigrationResult | None:
        """The migration between two versions, with losses that are the sender's own."""
        one, other = self.prepare(sender), self.prepare(receiver)
        if one is None or other is None:
            return None
        key = (self.revisions[sender] or 0, self.revisions[receiver] or 0)
        if key not in self._moves:
            self._moves[key] = analyze_move(one, other, sender_is_old=True, counts_own=True)
        return self._moves[key]


# Chains that refuse -------------------------------------------------------------------------------


def _find_refusals(device: _DeviceHistory) -> Iterator[HistoryFinding]:
    """Pairs that refuse, although all neighbours between them accept every state."""
    versions = [i for i, revision in enumerate(device.revisions) if revision is not None]
    for is_forward in (True, False):
        found: list[tuple[int, int]] = []
        for length in range(2, len(versions)):
            for start in range(len(versions) - length):
                span = versions[start : start + length + 1]
                # A shorter chain within this one shows it already.
                if any(span[0] <= one and other <= span[-1] for one, other in found):
                    continue
                path = span if is_forward else span[::-1]
                refusal = _find_refusal(device, path[0], path[-1])
                moves = pairwise(path)
                if refusal is not None and all(_accepts_all(device, *move) for move in moves):
                    found.append((span[0], span[-1]))
                    yield _report_refusal(device, path, refusal)


def _find_refusal(device: _DeviceHistory, sender: int, receiver: int) -> DirectionResult | None:
    results = _find_results(device, sender, receiver)
    return next((each for each in results if each.verdict is Verdict.REFUSED), None)


def _accepts_all(device: _DeviceHistory, sender: int, receiver: int) -> bool:
    results = _find_results(device, sender, receiver)
    return all(each.verdict in (Verdict.OK, Verdict.LOSSY) for each in results)


def _find_results(device: _DeviceHistory, sender: int, receiver: int) -> list[DirectionResult]:
    old, new = sorted((sender, receiver))
    direction = Direction.OLD_TO_NEW if sender < receiver else Direction.NEW_TO_OLD
    _, findings = device.history.compare(old, new, device.name, device.machine)
    return [finding.result(direction) for finding in findings]


# Chains that lose ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Loss:
    """Fields that a chain loses, and the states that show it.

    `is_taken`: the middle version reads the fields; else it does not have them.
    """

    keys: tuple[FieldPath, ...]
    when: Expr
    answer: ConditionAnswer
    is_taken: bool


def _find_losses(device: _DeviceHistory) -> Iterator[HistoryFinding]:
    """One finding for all that is lost by way of one version; further paths are listed in it."""
    for is_forward in (True, False):
        seen: set[tuple[object, ...]] = set()
        found: dict[object, tuple[tuple[int, int, int], _Loss, list[tuple[str, ...]]]] = {}
        for versions in combinations(device.changed_at, 3):
            first, middle, last = versions if is_forward else versions[::-1]
            path = (first, middle, last)
            revisions = tuple(device.revisions[version] for version in path)
            if revisions[0] == revisions[1] or revisions in seen:
                continue
            seen.add(revisions)
            for loss in _find_losses_on(device, *path):
                cause = (middle, loss.keys, loss.is_taken)
                if cause in found:
                    found[cause][2].append(tuple(map(device.version_name, path)))
                else:
                    found[cause] = (path, loss, [])
        for path, loss, also in found.values():
            yield _report_loss(device, path, loss, tuple(also))


def _find_losses_on(device: _DeviceHistory, first: int, middle: int, last: int) -> list[_Loss]:
    """Fields of the first that the last gets directly, but not by way of the middle version."""
    to_middle, to_last = device.move(first, middle), device.move(middle, last)
    direct = device.move(first, last)
    sender, between = device.prepare(first), device.prepare(middle)
    if to_middle is None or to_last is None or direct is None or sender is None or between is None:
        return []
    # States that neither the first move nor the direct one refuses or corrupts.
    unharmed = and_(
        not_(find_affected_states(to_middle, *_HARM)), not_(find_affected_states(direct, *_HARM))
    )
    first_move = _FirstMove(sender, between, _collect_lost(to_middle, sender))
    lost_later, lost_directly = _collect_lost(to_last, between), _collect_lost(direct, sender)
    harmed_later = find_affected_states(to_last, *_HARM)
    receiver = device.prepare(last)
    if receiver is None:
        return []
    pairing, whole_way = (Pairing(sender.side, each.side) for each in (between, receiver))
    found: list[_Loss] = []
    for key in sender.places:
        if whole_way.counterpart(key) is None:
            continue  # the last version has no such field, whichever way the state takes
        arrives_directly = and_(unharmed, not_(lost_directly.get(key, FALSE)))
        counterpart = pairing.counterpart(key)
        conditions: list[tuple[Expr, bool]] = []
        if key in first_move.lost:
            goes_on = first_move.find_where_false(harmed_later, absent=key)
            conditions.append((and_(first_move.lost[key], goes_on), False))
        if counterpart is not None and counterpart in lost_later:
            is_lost = first_move.find_where_true(lost_later[counterpart])
            conditions.append((and_(is_lost, first_move.find_where_false(harmed_later)), True))
        for condition, is_taken in conditions:
            whole = and_(arrives_directly, condition)
            answer = sender.prover.satisfiable(whole)
            if answer.holds:
                shortened = shorten(whole, sender.prover)
                found.append(_Loss((key,), shortened, answer, is_taken))
                break
    return _merge_losses(found)


@dataclass(frozen=True, slots=True)
class _FirstMove:
    """From the first version to the middle one: questions about the state after it, answered as
    conditions on the state before it.

    `lost`: by field of the first version, the states in which the middle one does not get it.
    """

    before: PreparedDevice
    after: PreparedDevice
    lost: dict[FieldPath, Expr]

    def find_where_true(self, e: Expr) -> Expr:
        """States after which a condition holds for certain."""
        try:
            found = translate_condition(e, self.after, self.before)
        except Untranslatable:
            return FALSE
        return and_(found.condition, *(not_(self._find_lost(key)) for key in found.sources))

    def find_where_false(self, e: Expr, *, absent: FieldPath | None = None) -> Expr:
        """States after which a condition does not hold for certain. `absent`: see
        `translate_condition`."""
        try:
            found = translate_condition(e, self.after, self.before, absent=absent)
        except Untranslatable:
            return FALSE
        return not_(or_(found.condition, *(self._find_lost(key) for key in found.sources)))

    def _find_lost(self, key: FieldPath) -> Expr:
        return self.lost.get(key, FALSE)


_HARM = (EffectKind.REFUSED, EffectKind.CORRUPT, EffectKind.OPEN)


def _collect_lost(found: MigrationResult, sender: PreparedDevice) -> dict[FieldPath, Expr]:
    """By field of the sender, the states in which it does not arrive whole."""
    lost: dict[FieldPath, Expr] = {}
    for shown in found.shown:
        node = shown.effect.sent
        if find_effect_kind(shown) is EffectKind.LOSSY and node is not None:
            place = sender.place(node.key)
            key = node.key if place is None else place.key
            lost[key] = or_(lost.get(key, FALSE), shown.condition)
    return lost


def _merge_losses(losses: list[_Loss]) -> list[_Loss]:
    """One for what the middle version reads but does not send on, one for what it does not have."""
    found: list[_Loss] = []
    for is_taken in (False, True):
        group = [loss for loss in losses if loss.is_taken is is_taken]
        if group:
            simplest = min(group, key=lambda loss: len(loss.answer.witness))
            keys = tuple(key for loss in group for key in loss.keys)
            found.append(replace(simplest, keys=keys, when=or_(*(loss.when for loss in group))))
    return found


# Findings -----------------------------------------------------------------------------------------


def _report_refusal(
    device: _DeviceHistory, path: Sequence[int], refusal: DirectionResult
) -> HistoryFinding:
    first, *between, last = map(device.version_name, path)
    return HistoryFinding(
        rule=CHAIN_REFUSED,
        device=device.name,
        path=device.path(path[0]),
        versions=(first, *between, last),
        message=f"{last} refuses the state of {first}, although each migration step between them "
        "works",
        result=refusal,
        help=f"migrate from {first} to {last} through {', '.join(between)}",
    )


def _report_loss(
    device: _DeviceHistory, path: Sequence[int], loss: _Loss, also: tuple[tuple[str, ...], ...]
) -> HistoryFinding:
    first, middle, last = map(device.version_name, path)
    names = [f"`{format_path(key)}`" for key in loss.keys]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    middle_effect = "loads it but does not send all of it" if loss.is_taken else "does not load it"
    return HistoryFinding(
        rule=CHAIN_LOSES,
        device=device.name,
        path=device.path(path[0]),
        versions=(first, middle, last),
        also=also,
        message=(
            f"{', '.join(names[:3])}{more}: {last} receives this from {first} directly, "
            f"but not through {middle}, which {middle_effect}"
        ),
        result=DirectionResult(
            Verdict.LOSSY,
            condition=unparse(loss.when),
            witness=format_witness(loss.answer.witness),
            state=loss.answer.witness,
            expression=loss.when,
        ),
        help=f"migrate from {first} to {last} directly",
    )
