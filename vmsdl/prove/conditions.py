"""Questions about flattened conditions: is there a state of the sender that satisfies one?

The first place to go for a comparison of two schemas. Every answer is remembered. What shares no
place with the rest of a condition is asked by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import lru_cache
from math import isqrt
from typing import Protocol

from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    FieldPath,
    and_,
    collect_operands,
    count_nodes,
    depends_on_extern,
    find_path,
    is_false,
    is_true,
    make_comparison,
    make_literal,
    map_places,
    not_,
    or_,
)
from vmsdl.expr.nodes import (
    BOOL,
    Binary,
    BoolValue,
    Call,
    ElementIndex,
    Expr,
    ExternPresence,
    Function,
    IntValue,
    Item,
    Literal,
    Member,
    Operator,
    Quantifier,
    Quantity,
    ReceiverValue,
    Select,
    Unary,
    Variable,
    Version,
    children,
    with_children,
)
from vmsdl.expr.text import unparse
from vmsdl.prove.budget import Budget, Work
from vmsdl.prove.elements import name_elements
from vmsdl.prove.encode_flat import FlatEncoder
from vmsdl.prove.formula import Domain
from vmsdl.prove.solve import FULL, Effort, satisfiable
from vmsdl.prove.undecided import Undecided, UndecidedReason, make_undecided
from vmsdl.prove.witness import Witness
from vmsdl.records import dataclass
from vmsdl.schema.description import EnumDefinition


@dataclass(frozen=True, slots=True)
class ConditionAnswer:
    """`holds`: whether some state satisfies the condition; None: `undecided`, and why."""

    holds: bool | None
    undecided: Undecided | None = None
    witness: Witness = field(default_factory=dict)
    is_smallest: bool = True


class ConditionSolver(Protocol):
    def satisfiable(self, condition: Expr) -> ConditionAnswer:
        """Is there a state of the sender in which it holds, and which is the smallest?"""
        ...

    def possible(self, condition: Expr) -> bool | None:
        """Is there one, whichever it is?"""
        ...

    def holds_after_reset(self, condition: Expr, *, is_last: bool = False) -> bool:
        """Does the state after reset satisfy it, for certain? The cheapest question.

        `is_last`: a verdict hangs on it, so it is asked with a spent budget too.
        """
        ...


# Nodes of a condition whose value after reset is computed: always, and for a verdict.
_SHORT, _LONGEST = 400, 8_000
_ANY = Effort(is_any_state_enough=True)


class ConditionProver:
    """Answers questions about states in which `known` holds.

    `defaults` are the values of places after reset; `receiver_defaults` those of `ReceiverValue`.
    `counts`: how many elements arrays have, by the expressions that read them.
    """

    def __init__(
        self,
        enums: Mapping[str, EnumDefinition],
        defaults: Mapping[FieldPath, int | bool],
        known: Expr,
        receiver_defaults: Mapping[FieldPath, int | bool] | None = None,
        budget: Budget | None = None,
        counts: Mapping[Expr, Expr] | None = None,
    ) -> None:
        self._enums = enums
        self._counts = counts or {}
        self._defaults = defaults
        self._receiver_defaults = receiver_defaults or {}
        self.budget = Budget() if budget is None else budget
        # What holds in every state that can be saved, by the places that it reads.
        self._known: dict[str, list[Expr]] = {}
        for each in collect_operands(known, Operator.AND):
            for name in collect_paths(each):
                self._known.setdefault(name, []).append(each)
        # What the state after reset does not satisfy: it cannot be saved as it is.
        self._broken = tuple(
            each
            for each in collect_operands(known, Operator.AND)
            if count_nodes(each, _SHORT) <= _SHORT and self._is_false_after_reset(each)
        )
        self._answers: dict[frozenset[Expr], ConditionAnswer] = {}
        self._possible: dict[frozenset[Expr], ConditionAnswer] = {}  # whose witness is any state

    def possible(self, condition: Expr) -> bool | None:
        return self._answer(condition, _ANY).holds

    def satisfiable(self, condition: Expr) -> ConditionAnswer:
        longest = self._find_longest()
        size = count_nodes(condition, longest)
        if size <= _SHORT and not self._broken and self.holds_after_reset(condition):
            return ConditionAnswer(True)
        # What depends on an `extern` is not decided in any state: the smallest is not needed.
        is_long = size > longest
        effort = _ANY if is_long or depends_on_extern(condition) else FULL
        answer = self._answer(condition, effort)
        return self._mend(condition, answer, effort) if answer.holds and self._broken else answer

    def _mend(self, condition: Expr, answer: ConditionAnswer, effort: Effort) -> ConditionAnswer:
        """The answer with a state that can be saved, where the rest of it as after reset cannot."""
        mended = self._answer(and_(condition, *self._broken), effort)
        return mended if mended.holds else answer

    def _find_longest(self) -> int:
        """The nodes of the longest condition that can still be asked about."""
        return isqrt(self.budget.find_most(Work.SIZES))

    def holds_after_reset(self, condition: Expr, *, is_last: bool = False) -> bool:
        longest = _LONGEST if is_last else min(_LONGEST, self.budget.find_most(Work.PLACES))
        size = count_nodes(condition, longest)
        if size > longest:
            return False
        self.budget.spend(Work.PLACES, size)
        names = sorted(collect_paths(condition))
        known = [each for name in names for each in self._known.get(name, ())]
        return all(map(self._is_true_after_reset, dict.fromkeys((condition, *known))))

    def _is_false_after_reset(self, condition: Expr) -> bool:
        return self._is_true_after_reset(not_(condition))

    def _is_true_after_reset(self, condition: Expr) -> bool:
        def place(part: Expr) -> Expr:
            path = find_path(part)
            value = None if path is None else self._defaults.get(path)
            return part if value is None else make_literal(value)

        try:
            return _is_true(map_places(condition, place))
        except RecursionError:
            return False

    def _answer(self, condition: Expr, effort: Effort) -> ConditionAnswer:
        if is_false(condition):
            return ConditionAnswer(False)
        if is_true(condition):
            return ConditionAnswer(True)
        parts = collect_operands(condition, Operator.AND)
        if len(parts) > self.budget.find_most(Work.PARTS):
            return ConditionAnswer(None, make_undecided(UndecidedReason.BUDGET_SPENT))
        self.budget.spend(Work.PARTS, len(parts))
        undecided: Undecided | None = None
        witness: dict[Expr, int | bool] = {}
        is_smallest = True
        for group in self._split([*parts, *self._relate_counts(condition)]):
            answer = self._answer_group(group, effort)
            if answer.holds is False:
                return answer
            undecided = undecided or answer.undecided
            witness |= answer.witness
            is_smallest = is_smallest and answer.is_smallest
        named: Witness = witness
        if undecided is None and effort is FULL:
            named = name_elements(witness, condition, self._find_state)
        return ConditionAnswer(None if undecided else True, undecided, named, is_smallest)

    def _relate_counts(self, condition: Expr) -> Iterator[Expr]:
        """Where there is an element of some kind, there is one."""
        if not self._counts:
            return
        for each in _collect_quantifiers(condition):
            count = self._counts.get(each.over)
            if count is not None:
                # As it is written: the opposite quantifier is another question.
                has_none: Expr = each
                if each.quantity is Quantity.ANY:
                    has_none = Unary(type=BOOL, operator=Operator.NOT, operand=each)
                yield or_(has_none, make_comparison(Operator.NOT_EQUAL, count, make_literal(0)))

    def _answer_group(self, group: tuple[Expr, ...], effort: Effort) -> ConditionAnswer:
        known = frozenset(group)
        if known in self._answers:
            return self._answers[known]
        answers = self._answers if effort is FULL else self._possible
        if known not in answers:
            answers[known] = self._ask(and_(*group), effort)
        return answers[known]

    def _split(self, parts: list[Expr]) -> list[tuple[Expr, ...]]:
        """Groups of conditions that share no place, each with what is known of its places.

        They are in the order of the condition: the same question always has the same witness.
        """
        groups: list[tuple[set[str], list[Expr]]] = []
        waiting = list(reversed(parts))
        seen = set(waiting)
        while waiting:
            part = waiting.pop()
            names, joined = set(collect_paths(part)), [part]
            for name in sorted(names):
                for each in self._known.get(name, ()):
                    if each not in seen:
                        seen.add(each)
                        waiting.append(each)
            separate = []
            for known, members in groups:
                if known & names:
                    names |= known
                    joined = [*members, *joined]
                else:
                    separate.append((known, members))
            groups = [*separate, (names, joined)]
        return [tuple(members) for _, members in groups]

    def _ask(self, condition: Expr, effort: Effort) -> ConditionAnswer:
        if is_false(condition):
            return ConditionAnswer(False)
        # Squared: a long question takes more work than two of half its length. One that takes more
        # than is left is not asked, so that there is something left for the short ones.
        longest = self._find_longest()
        size = count_nodes(condition, longest)
        if size > longest:
            return ConditionAnswer(None, make_undecided(UndecidedReason.BUDGET_SPENT))
        self.budget.spend(Work.QUESTIONS)
        self.budget.spend(Work.SIZES, size**2)
        encoder = FlatEncoder(self._enums, self._defaults, self._receiver_defaults, self.budget)
        try:
            formula = encoder.encode(condition)
        except RecursionError:
            return ConditionAnswer(None, make_undecided(UndecidedReason.TOO_DEEP))
        domain = Domain(variables=encoder.variables, facts=encoder.find_facts())
        found = satisfiable(formula, domain, effort, self.budget)
        if found.is_no:
            return ConditionAnswer(False)
        if found.is_open:
            return ConditionAnswer(None, found.undecided)
        witness = {encoder.places[name]: value for name, value in (found.witness or {}).items()}
        return ConditionAnswer(True, witness=witness, is_smallest=found.is_smallest)

    def _find_state(self, condition: Expr) -> Witness | None:
        answer = self._ask(condition, FULL)
        return answer.witness if answer.holds else None


def _is_true(e: Expr) -> bool:
    """Whether a condition without places is true; False: it is not, or that is not known."""
    match e:
        case Binary(operator=Operator.AND):
            return all(map(_is_true, collect_operands(e, Operator.AND)))
        case Binary(operator=Operator.OR):
            return any(map(_is_true, collect_operands(e, Operator.OR)))
        case Quantifier(quantity=Quantity.ALL, variable=variable, body=body):
            # Numbers and bools in arrays are 0 after reset, however many there are.
            return _is_true(_set_to_zero(body, variable))
        case _:
            return bool(fold_constant(e))


def _set_to_zero(body: Expr, variable: str) -> Expr:
    match body:
        case Variable(name=name, type=IntValue() | BoolValue() as type_) if name == variable:
            return make_literal(False if isinstance(type_, BoolValue) else 0)
        case _:
            return with_children(body, lambda child: _set_to_zero(child, variable))


@lru_cache(maxsize=1 << 12)
def _collect_quantifiers(e: Expr) -> tuple[Quantifier, ...]:
    found: dict[Quantifier, None] = {}
    stack, seen = [e], {e}
    while stack:
        part = stack.pop()
        if isinstance(part, Quantifier):
            found[part] = None
            continue
        for child in children(part):
            if child not in seen:
                seen.add(child)
                stack.append(child)
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def collect_paths(e: Expr) -> frozenset[str]:
    """The places that an expression reads, as they are written."""
    found: set[str] = set()
    stack = [e]
    while stack:
        match stack.pop():
            case Member() | Variable() | ExternPresence() | ReceiverValue() as place:
                found.add(unparse(place))
            case Select() | Item() as place:
                found.add(unparse(place))
                stack += _indexes(place)
            case Version() | ElementIndex():
                found.add("version")
            case Quantifier(over=over, body=body):
                found.add(unparse(over))
                stack += [over, body]
            case Call(function=Function.LEN) as call:
                found.add(unparse(call))
            case part:
                stack += children(part)
    return frozenset(found)


def _indexes(place: Expr) -> list[Expr]:
    found: list[Expr] = []
    while True:
        match place:
            case Select(value=value):
                place = value
            case Item(value=value, index=index):
                if not isinstance(index, Literal):
                    found.append(index)
                place = value
            case _:
                return found
