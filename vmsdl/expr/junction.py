"""The parts of an `and` or `or` that are no junctions themselves: what they say together.

One of several conditions holds where not all of their opposites do. So an `or` is settled as an
`and` of opposites: only its words differ.
"""

from collections.abc import Callable, Iterable
from dataclasses import field

from vmsdl.expr.bit_runs import find_width, make_mask
from vmsdl.expr.integer_sets import IntegerSet
from vmsdl.expr.known_values import Bound, KnownValues, Term, find_universe, make_bound, read_bound
from vmsdl.expr.logic import count_nodes, is_false, is_true, not_
from vmsdl.expr.nodes import OPPOSITE, Binary, Expr, Literal
from vmsdl.expr.write_bounds import BoundWriter
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class Settled:
    """What is left of the parts, in their order, and what holds where none of them decides.

    `is_new`: a part became another one, which may say more together with the rest.
    """

    parts: list[Expr]
    compounds: set[Expr]
    facts: KnownValues
    is_new: bool


@dataclass(slots=True)
class JunctionParts:
    """The parts, as they are found."""

    is_all: bool
    _bounds: dict[Term, list[Expr]] = field(default_factory=dict)
    _others: dict[Expr, None] = field(default_factory=dict)
    _compounds: set[Expr] = field(default_factory=set)
    _order: dict[Term | Expr, None] = field(default_factory=dict)

    def add(self, part: Expr, *, is_compound: bool) -> None:
        """One more part. A compound has parts that the others may decide."""
        bound = None if is_compound else read_bound(part)
        if bound is not None:
            self._bounds.setdefault(bound.term, []).append(part)
            self._order.setdefault(bound.term)
            return
        if is_compound:
            self._compounds.add(part)
        else:
            self._others.setdefault(part)
        self._order.setdefault(part)

    def settle(
        self, facts: KnownValues, writer: BoundWriter, simplify: Callable[[Expr, KnownValues], Expr]
    ) -> Settled | None:
        """None: the parts decide whatever the compounds say."""
        inner = KnownValues(outer=facts)
        bounds = self._merge_bits(self._meet_bounds())
        if bounds is None:
            return None
        written: dict[Term | Expr, Expr | None] = {}
        for bound in bounds:
            known = facts.find_values(bound.term)
            is_implied = known.meet(bound.values.complement).is_empty
            inner.add_bound(bound)
            written[bound.term] = None if is_implied else self._write(bound, known, writer)
            self._order.setdefault(bound.term)
        if inner.is_impossible:
            return None
        is_new = False
        for part in self._others:
            truth = part if self.is_all else not_(part)
            changed = simplify(truth, inner) if inner.has_pins else truth
            if is_true(changed) or inner.is_true(truth):
                written[part] = None
                continue
            if is_false(changed) or inner.is_true(not_(truth)):
                return None
            if changed != truth:
                is_new = True
                written[part] = changed if self.is_all else not_(changed)
                continue
            inner.truths.add(truth)
            written[part] = part
        if inner.pins and not _add_relations(inner, simplify):
            return None
        parts: list[Expr] = []
        for key in self._order:
            kept = written[key] if key in written else _keep(key, self._compounds)
            if kept is not None:
                parts.append(kept)
        return Settled(parts, self._compounds, inner, is_new)

    def _meet_bounds(self) -> list[Bound]:
        """For each term what all of the parts, or of their opposites, say of it."""
        found = []
        for term, parts in self._bounds.items():
            values = find_universe(term)
            for part in parts:
                bound = read_bound(part)
                assert bound is not None
                own = bound.values if self.is_all else bound.values.complement
                values = values.meet(own)
            found.append(Bound(term, values))
        return found

    def _merge_bits(self, bounds: list[Bound]) -> list[Bound] | None:
        """Bits of one place as one mask. None: they contradict each other."""
        if any(bound.values.meet(find_universe(bound.term)).is_empty for bound in bounds):
            return None
        masked: dict[Expr, int] = {}
        for bound in bounds:
            source, mask = bound.term
            masked[source] = masked.get(source, 0) + (mask is not None) + 1
        left: list[Bound] = []
        bits: dict[Expr, list[_Bits]] = {}
        for bound in bounds:
            own = _read_bits(bound) if masked[bound.term[0]] > 2 else None
            if own is None:
                left.append(bound)
            else:
                bits.setdefault(bound.term[0], []).append(own)
        for source, known in bits.items():
            for group in _group(known):
                mask = value = 0
                for each in group:
                    if (value ^ each.value) & mask & each.mask:
                        return None
                    mask |= each.mask
                    value |= each.value
                if len(group) == 1:
                    left.append(group[0].bound)
                    continue
                merged = make_bound(source, mask, IntegerSet(((value, value),)))
                left.append(merged)
                self._move(merged.term, [each.bound.term for each in group])
        return left

    def _move(self, term: Term, merged: Iterable[Term]) -> None:
        """What is merged stands where its first part stood."""
        gone = set(merged)
        first = next(key for key in self._order if key in gone)
        self._bounds = {key: own for key, own in self._bounds.items() if key not in gone}
        order = [term if key == first else key for key in self._order]
        self._order = dict.fromkeys(key for key in order if key == term or key not in gone)

    def _write(self, bound: Bound, known: IntegerSet, writer: BoundWriter) -> Expr:
        parts = self._bounds.get(bound.term, [])
        same = [part for part in parts if self._says(part, bound)]
        shortest = min(same, key=count_nodes, default=None)
        if shortest is not None:
            return shortest
        choices = [bound.values]
        if known != find_universe(bound.term):
            choices += [bound.values.join(known.complement), bound.values.meet(known)]
        found = [
            writer.write(Bound(bound.term, each if self.is_all else each.complement))
            for each in choices
        ]
        return min(
            (each for each in found if not isinstance(each, Literal)),
            key=count_nodes,
            default=found[0],
        )

    def _says(self, part: Expr, bound: Bound) -> bool:
        """Whether the part alone, as it was written, says the bound."""
        own = read_bound(part)
        assert own is not None
        universe = find_universe(bound.term)
        values = own.values if self.is_all else own.values.complement
        return values.meet(universe) == bound.values.meet(universe)


def _keep(key: Term | Expr, compounds: set[Expr]) -> Expr | None:
    return key if not isinstance(key, tuple) and key in compounds else None


def _add_relations(inner: KnownValues, simplify: Callable[[Expr, KnownValues], Expr]) -> bool:
    """What holds around, in terms of the places whose value is known now. Whether it can hold."""
    at = inner.outer
    while at is not None:
        for truth in at.truths:
            if not (isinstance(truth, Binary) and truth.operator in OPPOSITE):
                continue
            changed = simplify(truth, inner)
            if is_false(changed):
                return False
            bound = read_bound(changed)
            if bound is not None:
                inner.add_bound(bound)
        at = at.outer
    return not inner.is_impossible


@dataclass(frozen=True, slots=True)
class _Bits:
    """A bound that says: these bits are those of the value."""

    bound: Bound
    mask: int
    value: int

    @property
    def is_one_bit(self) -> bool:
        return not self.mask & (self.mask - 1)


def _read_bits(bound: Bound) -> _Bits | None:
    source, mask = bound.term
    values = bound.values.meet(find_universe(bound.term))
    if mask is not None:
        if not mask & (mask - 1):  # 0 or the mask
            is_zero, is_one = (not values.meet(IntegerSet(((x, x),))).is_empty for x in (0, mask))
            return None if is_zero and is_one else _Bits(bound, mask, 0 if is_zero else mask)
        return None if values.point is None else _Bits(bound, mask, values.point)
    width = find_width(source)
    if width is None or len(values.ranges) != 1:
        return None
    low, high = values.ranges[0]
    if low is None or high is None:
        return None
    count = high - low + 1
    if count & (count - 1) or low % count:
        return None
    return _Bits(bound, make_mask(width) & ~(count - 1), low)


def _group(known: list[_Bits]) -> list[list[_Bits]]:
    """What is read as one mask: flags that are all set or all not, and bytes of a word."""
    several = [each for each in known if not each.is_one_bit]
    unset = [each for each in known if each.is_one_bit and not each.value]
    has_value = any(each.value for each in several)
    groups = [several, unset] if has_value else [[*several, *unset]]
    groups.append([each for each in known if each.is_one_bit and each.value])
    return [group for group in groups if group]
