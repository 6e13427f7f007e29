"""From a history to what only several moves in a row show: chains that lose or refuse.

All that is claimed is shown by a state; what an `unknown` hides is not claimed. One way through the
releases at a time, from old to new or from new to old.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

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
    describe_condition,
    find_effect_kind,
    prepare_device,
    translate_condition,
)


def find_chain_findings(history: History, machine: str | None) -> Iterator[HistoryFinding]:
    """Every device, both ways through the versions."""
    for name in history.devices:
        row = _Row(history, name, machine)
        yield from _refusing(row)
        yield from _losing(row)


class _Row:
    """One device in all versions, each edition of it settled once."""

    def __init__(self, history: History, name: str, machine: str | None) -> None:
        self.name = name
        self.history = history
        self.machine = machine
        self.editions = [
            history.edition(place, name, machine) for place in range(len(history.versions))
        ]
        self._settled: dict[int, PreparedDevice | None] = {}
        self._moves: dict[tuple[int, int], MigrationResult | None] = {}

    @property
    def places(self) -> list[int]:
        """The first version of each stretch of versions that have one edition."""
        found = [i for i, each in enumerate(self.editions) if each is not None]
        return [
            i for n, i in enumerate(found) if n == 0 or self.editions[i] != self.editions[i - 1]
        ]

    def version(self, place: int) -> str:
        return self.history.versions[place].name

    def path(self, place: int) -> str:
        return self.history.versions[place].devices[self.name].description.name

    def settled(self, place: int) -> PreparedDevice | None:
        edition = self.editions[place]
        assert edition is not None
        if edition not in self._settled:
            side = self.history.versions[place].devices[self.name]
            self._settled[edition] = prepare_device(side, self.machine)
        return self._settled[edition]

    def move(self, sender: int, receiver: int) -> MigrationResult | None:
        """All that becomes of the sender's states, its own losses too."""
        one, other = self.settled(sender), self.settled(receiver)
        if one is None or other is None:
            return None
        key = (self.editions[sender] or 0, self.editions[receiver] or 0)
        if key not in self._moves:
            self._moves[key] = analyze_move(one, other, sender_is_old=True, counts_own=True)
        return self._moves[key]


# Refused ------------------------------------------------------------------------------------


def _refusing(row: _Row) -> Iterator[HistoryFinding]:
    """Pairs that refuse although every pair of neighbours between them accepts all states."""
    places = [i for i, edition in enumerate(row.editions) if edition is not None]
    for is_forward in (True, False):
        found: list[tuple[int, int]] = []
        for length in range(2, len(places)):
            for start in range(len(places) - length):
                span = places[start : start + length + 1]
                # What a shorter stretch shows already is no news.
                if any(span[0] <= one and other <= span[-1] for one, other in found):
                    continue
                way = span if is_forward else span[::-1]
                refusal = _refusal(row, way[0], way[-1])
                hops = pairwise(way)
                if refusal is not None and all(_accepts(row, *hop) for hop in hops):
                    found.append((span[0], span[-1]))
                    yield _chain_refused(row, way, refusal)


def _refusal(row: _Row, sender: int, receiver: int) -> DirectionResult | None:
    outcomes = [
        each for each in _outcomes(row, sender, receiver) if each.verdict is Verdict.REFUSED
    ]
    return outcomes[0] if outcomes else None


def _accepts(row: _Row, sender: int, receiver: int) -> bool:
    return all(
        each.verdict in (Verdict.OK, Verdict.LOSSY) for each in _outcomes(row, sender, receiver)
    )


def _outcomes(row: _Row, sender: int, receiver: int) -> list[DirectionResult]:
    old, new = sorted((sender, receiver))
    _, findings = row.history.compared(old, new, row.name, row.machine)
    return [f.old_to_new if sender < receiver else f.new_to_old for f in findings]


# Lost ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Loss:
    """Fields that a chain loses, and the states that show it."""

    keys: tuple[FieldPath, ...]
    when: Expr
    answer: ConditionAnswer
    is_taken: bool  # by the version between; else it has no place for it


def _losing(row: _Row) -> Iterator[HistoryFinding]:
    """One finding for what is lost in one version; the other ways through it are beside."""
    for is_forward in (True, False):
        seen: set[tuple[object, ...]] = set()
        found: dict[object, tuple[tuple[int, int, int], _Loss, list[tuple[str, ...]]]] = {}
        for chosen in combinations(row.places, 3):
            first, middle, last = chosen if is_forward else chosen[::-1]
            way = (first, middle, last)
            editions = tuple(row.editions[place] for place in way)
            if editions[0] == editions[1] or editions in seen:
                continue
            seen.add(editions)
            for loss in _losses(row, *way):
                cause = (middle, loss.keys, loss.is_taken)
                if cause in found:
                    found[cause][2].append(tuple(row.version(place) for place in way))
                else:
                    found[cause] = (way, loss, [])
        for chosen, loss, also in found.values():
            yield _chain_loses(row, chosen, loss, tuple(also))


def _losses(row: _Row, first: int, middle: int, last: int) -> list[_Loss]:
    """What the first has, the last gets directly, and does not get by way of the middle."""
    there, on, direct = row.move(first, middle), row.move(middle, last), row.move(first, last)
    one, two = row.settled(first), row.settled(middle)
    if there is None or on is None or direct is None or one is None or two is None:
        return []
    fine = and_(not_(describe_condition(there, *_WRONG)), not_(describe_condition(direct, *_WRONG)))
    hop = _Hop(one, two, _lost(there, one))
    lost_on, lost_at_once = _lost(on, two), _lost(direct, one)
    wrong_on = describe_condition(on, *_WRONG)
    forth = Pairing(one.side, two.side)
    found: list[_Loss] = []
    for key in one.places:
        kept = and_(fine, not_(lost_at_once.get(key, FALSE)))
        other = forth.counterpart(key)
        ways: list[tuple[Expr, bool]] = []
        if key in hop.lost:
            ways.append((and_(hop.lost[key], hop.never(wrong_on, absent=key)), False))
        if other is not None and other in lost_on:
            ways.append((and_(hop.surely(lost_on[other]), hop.never(wrong_on)), True))
        for condition, is_taken in ways:
            whole = and_(kept, condition)
            answer = one.prover.satisfiable(whole)
            if answer.holds:
                found.append(_Loss((key,), shorten(whole, one.prover), answer, is_taken))
                break
    return _merged(found)


@dataclass(frozen=True, slots=True)
class _Hop:
    """What the first version can say of the state that the middle one then has."""

    one: PreparedDevice
    two: PreparedDevice
    lost: dict[FieldPath, Expr]  # by a place of the first, when the middle does not get it

    def surely(self, e: Expr) -> Expr:
        """States for which a condition on the middle's state holds; not all where that is open."""
        try:
            found = translate_condition(e, self.two, self.one)
        except Untranslatable:
            return FALSE
        return and_(found.condition, *(not_(self._lost(key)) for key in found.sources))

    def never(self, e: Expr, *, absent: FieldPath | None = None) -> Expr:
        """States for which it does not hold; not all where that is open."""
        try:
            found = translate_condition(e, self.two, self.one, absent=absent)
        except Untranslatable:
            return FALSE
        return not_(or_(found.condition, *(self._lost(key) for key in found.sources)))

    def _lost(self, key: FieldPath) -> Expr:
        return self.lost.get(key, FALSE)


_WRONG = (EffectKind.REFUSED, EffectKind.CORRUPT, EffectKind.OPEN)


def _lost(found: MigrationResult, sender: PreparedDevice) -> dict[FieldPath, Expr]:
    """When each place of the sender does not arrive whole."""
    lost: dict[FieldPath, Expr] = {}
    for shown in found.shown:
        node = shown.effect.sent
        if find_effect_kind(shown) is EffectKind.LOSSY and node is not None:
            place = sender.place(node.key)
            key = node.key if place is None else place.key
            lost[key] = or_(lost.get(key, FALSE), shown.condition)
    return lost


def _merged(losses: list[_Loss]) -> list[_Loss]:
    """One for what the middle version takes and does not send on, one for what it has not."""
    found: list[_Loss] = []
    for is_taken in (False, True):
        group = [loss for loss in losses if loss.is_taken is is_taken]
        if group:
            simplest = min(group, key=lambda loss: len(loss.answer.witness))
            keys = tuple(key for loss in group for key in loss.keys)
            found.append(replace(simplest, keys=keys, when=or_(*(loss.when for loss in group))))
    return found


# Said ---------------------------------------------------------------------------------------


def _chain_refused(row: _Row, way: Sequence[int], refusal: DirectionResult) -> HistoryFinding:
    first, *between, last = (row.version(place) for place in way)
    return HistoryFinding(
        rule=CHAIN_REFUSED,
        device=row.name,
        path=row.path(way[0]),
        versions=(first, *between, last),
        message=f"{last} refuses what {first} saves, although each of the moves between them works",
        outcome=refusal,
        help=f"go from {first} to {last} by way of {', '.join(between)}",
    )


def _chain_loses(
    row: _Row, way: Sequence[int], loss: _Loss, also: tuple[tuple[str, ...], ...]
) -> HistoryFinding:
    first, middle, last = (row.version(place) for place in way)
    names = [f"`{format_path(key)}`" for key in loss.keys]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    fate = "takes it and does not send all of it on" if loss.is_taken else "does not take it"
    return HistoryFinding(
        rule=CHAIN_LOSES,
        device=row.name,
        path=row.path(way[0]),
        versions=(first, middle, last),
        also=also,
        message=f"{', '.join(names[:3])}{more}: {last} gets this from {first} directly, and not "
        f"by way of {middle}, which {fate}",
        outcome=DirectionResult(
            Verdict.LOSSY,
            when=unparse(loss.when),
            witness=format_witness(loss.answer.witness),
            state=loss.answer.witness,
            condition=loss.when,
        ),
        help=f"go from {first} to {last} in one move",
    )
