"""The same condition in as few words as can be found without asking a prover.

Comparisons of one place become ranges, bytes become the word that they are of, what is said twice
is said once. Places keep what their types hold: a `u8` is never above 255. The work grows with the
length of the condition, and is limited: a longer one is left as it is.
"""

from collections.abc import Iterable
from dataclasses import replace

from vmsdl.expr.bit_runs import find_whole
from vmsdl.expr.comparisons import compare_branches, simplify_comparison
from vmsdl.expr.junction import JunctionParts, Settled
from vmsdl.expr.known_values import Bound, KnownValues, Term, read_bound
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    and_,
    collect_operands,
    count_nodes,
    fold_expression,
    if_then_else,
    is_bool,
    make_comparison,
    make_literal,
    map_places,
    not_,
    or_,
)
from vmsdl.expr.nodes import (
    INTEGER,
    OPPOSITE,
    Binary,
    Call,
    Conditional,
    Expr,
    IntValue,
    Item,
    Let,
    Literal,
    Operator,
    Quantifier,
    Select,
    Unary,
    children,
    with_children,
)
from vmsdl.expr.write_bounds import BoundWriter

_STEPS_FOR_NODE = 8
_LEAST_STEPS = 500
_MOST_ITEMS = 16  # of a part that is held against others
_MOST_COMPARED = 64  # parts of one junction


class _TooMuch(Exception):
    """More work than the condition is worth."""


def make_concise(e: Expr) -> Expr:
    """A condition that is true in the same states, and is not longer."""
    size = count_nodes(e)
    try:
        found = _Rewriting(size * _STEPS_FOR_NODE + _LEAST_STEPS).of(e, KnownValues())
    except _TooMuch:
        return e
    return found if count_nodes(found) <= size else e


def _normalize(e: Expr) -> Expr:
    """Numbers without the ranges that the checker gives them: equal numbers are equal then."""
    match e:
        case Literal(type=IntValue() as type_) if type_ != INTEGER:
            return replace(e, type=INTEGER)
        case Unary(operator=Operator.NEGATE, operand=Literal(value=value, name=None)):
            return make_literal(-value)
        case Let(value=value):
            return _normalize(value)
        case _:
            before = children(e)
            after = [_normalize(each) for each in before]
            if all(one is other for one, other in zip(before, after, strict=True)):
                return e
            new = iter(after)
            return with_children(e, lambda _: next(new))


class _Rewriting:
    """One condition being rewritten."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._writer = BoundWriter()
        self._relations: set[Expr] = set()  # as they were written first
        self._normal: dict[Expr, Expr] = {}
        self._whole: set[Expr] = set()  # comparisons that are longer when taken apart

    def of(self, e: Expr, facts: KnownValues) -> Expr:
        """The condition, in states for which the facts hold."""
        self._spend()
        match e:
            case Binary(operator=Operator.AND | Operator.OR as operator):
                return self._join(collect_operands(e, operator), operator is Operator.AND, facts)
            case Literal():
                return e
            case Let(value=value):
                return self.of(value, facts)
            case Conditional(condition=condition, yes=yes, no=no):
                test = self.of(condition, facts)
                return if_then_else(test, self.of(yes, facts), self.of(no, facts))
            case _:
                found = self._simplify(e, facts)
                return self.of(found, facts) if _is_junction(found) else self._decide(found, facts)

    def _spend(self, steps: int = 1) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise _TooMuch

    # One comparison, or another condition that is not made of others ------------------------------

    def _simplify(self, e: Expr, facts: KnownValues) -> Expr:
        e = self._normal.get(e) or self._normal.setdefault(e, _normalize(e))
        if facts.has_pins:
            e = map_places(e, lambda place: _read_pin(place, facts))
        match e:
            case Binary(operator=operator, left=left, right=right) if operator in OPPOSITE:
                first, second = self._value(left, facts), self._value(right, facts)
                changed = e
                if first is not left or second is not right:
                    folded = make_comparison(operator, first, second)
                    if not (isinstance(folded, Binary) and folded.operator in OPPOSITE):
                        return folded
                    changed = folded
                found = self._take_apart(simplify_comparison(changed), facts)
                bound = read_bound(found)
                if bound is not None and isinstance(found, Binary):
                    self._writer.learn(bound.term, found)
                    return found
                return self._orient(found)
            case Unary(operator=Operator.NOT, operand=operand):
                inner = self._simplify(operand, facts)
                return e if inner is operand else not_(inner)
            case Quantifier(over=over, body=body):
                return replace(e, over=over, body=self.of(body, KnownValues()))
            case _:
                return e

    def _take_apart(self, e: Expr, facts: KnownValues) -> Expr:
        """A comparison of a choice as one of either branch, where that is not longer."""
        if isinstance(e, Binary) and isinstance(e.left, Conditional):
            apart = compare_branches(e)
            if apart is not None and e not in self._whole:
                short = self.of(apart, facts)
                if count_nodes(short) <= count_nodes(e):
                    return short
                self._whole.add(e)
        return e

    def _decide(self, e: Expr, facts: KnownValues) -> Expr:
        """What the facts leave of one condition."""
        if isinstance(e, Literal):
            return e
        junction = JunctionParts(is_all=True)
        junction.add(e, is_compound=False)
        settled = junction.settle(facts, self._writer, self._simplify)
        return FALSE if settled is None else and_(*settled.parts)

    def _value(self, e: Expr, facts: KnownValues) -> Expr:
        """An operand of a comparison without choices that the facts decide."""
        match e:
            case Literal() | Item() | Select():
                return e
            case Conditional(condition=condition, yes=yes, no=no):
                test = self.of(condition, facts)
                if isinstance(test, Literal):
                    return self._value(yes if test.value else no, facts)
                first, second = self._value(yes, facts), self._value(no, facts)
                if test is condition and first is yes and second is no:
                    return e
                # The form of a conversion is kept: what it converts is recognized by it.
                same = replace(e, yes=first, no=second)
                return same if find_whole(same) else if_then_else(condition, first, second)
            case Binary(left=left, right=right):
                one, other = self._value(left, facts), self._value(right, facts)
                if one is left and other is right:
                    return e
                return fold_expression(replace(e, left=one, right=other))
            case Unary() | Call():
                return with_children(e, lambda child: self._value(child, facts))
            case _:
                return e

    def _orient(self, e: Expr) -> Expr:
        """`b != a` as `a != b`, where that was written before."""
        match e:
            case Binary(operator=operator, left=left, right=right) if operator in (
                Operator.EQUAL,
                Operator.NOT_EQUAL,
            ):
                mirrored = replace(e, left=right, right=left)
                if mirrored in self._relations or not_(mirrored) in self._relations:
                    return mirrored
                self._relations.add(e)
                return e
            case _:
                return e

    # Conditions joined by `and` or `or` -----------------------------------------------------------

    def _join(self, parts: Iterable[Expr], is_all: bool, facts: KnownValues) -> Expr:
        """All of the parts, or one of them."""
        junction = JunctionParts(is_all)
        waiting = list(reversed(list(parts)))
        own = Operator.AND if is_all else Operator.OR
        while waiting:
            self._spend()
            part = waiting.pop()
            if not _is_junction(part):
                part = self._simplify(part, facts)
            operands = collect_operands(part, own)
            if len(operands) > 1:
                waiting += reversed(operands)
            elif not isinstance(part, Literal):
                junction.add(part, is_compound=_is_junction(part) or _has_choice(part))
            elif bool(part.value) is not is_all:
                return part
        settled = junction.settle(facts, self._writer, self._simplify)
        if settled is None:
            return FALSE if is_all else TRUE
        if settled.is_new:
            return self._join(settled.parts, is_all, facts)
        return self._join_compounds(settled, is_all, facts)

    def _join_compounds(self, settled: Settled, is_all: bool, facts: KnownValues) -> Expr:
        """The parts that are junctions themselves, in states where the others do not decide."""
        found: list[Expr] = []
        has_leaves = False
        for part in settled.parts:
            inner = self.of(part, settled.facts) if part in settled.compounds else part
            has_leaves = has_leaves or (inner != part and _is_simple(inner, is_all))
            found.append(inner)
        if has_leaves:
            # What is simple now says more of the other parts.
            return self._join(found, is_all, facts)
        merged = self._merge_similar(found, is_all)
        if any(part not in found and _is_simple(part, is_all) for part in merged):
            return self._join(merged, is_all, facts)
        return self._factor(merged, is_all, facts, settled.facts)

    def _merge_similar(self, parts: list[Expr], is_all: bool) -> list[Expr]:
        """Parts that differ in the values of one place, as one: `n == 1 and a or n == 2 and a`."""
        inner = Operator.OR if is_all else Operator.AND
        items = {part: frozenset(collect_operands(part, inner)) for part in parts}
        compared = [part for part in items if 1 < len(items[part]) <= _MOST_ITEMS]
        if len(compared) > _MOST_COMPARED:
            return parts
        seen: dict[tuple[Term, frozenset[Expr]], tuple[Expr, Expr, Bound]] = {}
        for part in compared:
            for item in collect_operands(part, inner):
                self._spend()
                bound = read_bound(item)
                if bound is None:
                    continue
                key = bound.term, items[part] - {item}
                if key not in seen:
                    seen[key] = part, item, bound
                    continue
                other, other_item, other_bound = seen[key]
                joined = (
                    bound.values.meet(other_bound.values)
                    if is_all
                    else bound.values.join(other_bound.values)
                )
                written = self._writer.write(Bound(bound.term, joined))
                join = or_ if is_all else and_
                whole = join(
                    *(written if x == other_item else x for x in collect_operands(other, inner))
                )
                left = [whole if x == other else x for x in parts if x != part]
                return self._merge_similar(list(dict.fromkeys(left)), is_all)
        return self._absorb(parts, items, is_all)

    def _absorb(
        self, parts: list[Expr], items: dict[Expr, frozenset[Expr]], is_all: bool
    ) -> list[Expr]:
        """`a or a and b` is `a`, and `a and (a or b)` too."""
        several = [own for own in items.values() if len(own) > 1]
        if len(several) > _MOST_COMPARED:
            return parts
        self._spend(len(several))
        return [part for part in parts if not any(other < items[part] for other in several)]

    def _factor(
        self, parts: list[Expr], is_all: bool, facts: KnownValues, inner_facts: KnownValues
    ) -> Expr:
        """`a and b or a and c` is `a and (b or c)`.

        `inner_facts`: what is known where the parts that are no junctions do not decide.
        """
        inner = Operator.OR if is_all else Operator.AND
        outer, join_inner = (and_, or_) if is_all else (or_, and_)
        lists = {i: collect_operands(part, inner) for i, part in enumerate(parts)}
        lists = {i: items for i, items in lists.items() if len(items) > 1}
        counts: dict[Expr, int] = {}
        for items in lists.values():
            self._spend()
            for item in items:
                counts[item] = counts.get(item, 0) + 1
        shared = max(counts, key=lambda item: counts[item], default=None)
        if shared is None or counts[shared] < 2:
            return outer(*parts)
        having = [i for i, items in lists.items() if shared in items]
        rests = [join_inner(*(x for x in lists[i] if x != shared)) for i in having]
        rest = outer(*rests)
        # What may not have a value where the other part does not hold stays behind it.
        is_last = lists[having[0]][-1] == shared
        whole = join_inner(rest, shared) if is_last else join_inner(shared, rest)
        whole = self.of(whole, inner_facts)
        left = [
            whole if i == having[0] else part
            for i, part in enumerate(parts)
            if i == having[0] or i not in having
        ]
        if len(left) == 1:
            return whole
        if _is_simple(whole, is_all):
            return self._join(left, is_all, facts)
        return self._factor(left, is_all, facts, inner_facts)


def _read_pin(place: Expr, facts: KnownValues) -> Expr:
    value = facts.find_pin(place)
    if value is None or is_bool(place):
        return place
    return make_literal(value)


def _is_junction(e: Expr) -> bool:
    return isinstance(e, Binary) and e.operator in (Operator.AND, Operator.OR)


def _has_choice(e: Expr) -> bool:
    """Whether what other conditions say may decide a part of it."""
    match e:
        case Binary(left=left, right=right):
            return _has_choice(left) or _has_choice(right)
        case Unary(operand=operand):
            return _has_choice(operand)
        case _:
            return isinstance(e, Conditional)


def _is_simple(e: Expr, is_all: bool) -> bool:
    """Whether it is no junction, or one of the same kind as that around it."""
    own = Operator.AND if is_all else Operator.OR
    return not _is_junction(e) or (isinstance(e, Binary) and e.operator is own)
