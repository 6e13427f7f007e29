"""Questions about conditions on a sender's state, asked of `vmsdl.prove`."""

from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from typing import Protocol

from vmsdl.expr.logic import (
    FieldPath,
    and_,
    collect_operands,
    count_nodes,
    depends_on_extern,
    is_false,
    is_true,
)
from vmsdl.expr.nodes import (
    Call,
    ElementIndex,
    Expr,
    ExternPresence,
    Function,
    Item,
    Literal,
    Member,
    Operator,
    Quantifier,
    ReceiverValue,
    Select,
    Variable,
    Version,
    children,
)
from vmsdl.expr.text import unparse
from vmsdl.prove import formula as t
from vmsdl.prove.encode_flat import FlatEncoder
from vmsdl.prove.solve import FULL, Effort, satisfiable
from vmsdl.prove.witness import Witness
from vmsdl.records import dataclass
from vmsdl.schema.description import EnumDefinition


@dataclass(frozen=True, slots=True)
class ConditionAnswer:
    """`holds`: whether there is such a state; None: not decided, and `why`."""

    holds: bool | None
    why: str = ""
    witness: Witness = field(default_factory=dict)
    is_smallest: bool = True


class ConditionSolver(Protocol):
    def satisfiable(self, condition: Expr) -> ConditionAnswer:
        """Is there a state of the sender in which it holds, and which is the smallest?"""
        ...

    def possible(self, condition: Expr) -> bool | None:
        """Is there one, whichever it is?"""
        ...


# Schemas come from strangers: of one direction no more is asked than this.
_PATIENCE = 600_000
_ANY = Effort(is_any_state_enough=True)


class ConditionProver:
    """Asks `vmsdl.prove`; every answer is remembered."""

    def __init__(
        self,
        enums: Mapping[str, EnumDefinition],
        defaults: Mapping[FieldPath, int | bool],
        known: Expr,
        receiver_defaults: Mapping[FieldPath, int | bool] | None = None,
    ) -> None:
        self._enums = enums
        self._defaults = defaults
        self._receiver_defaults = receiver_defaults or {}
        self._patience = _PATIENCE
        # What holds in every state that can be saved, by what it speaks of.
        self._known: dict[str, list[Expr]] = {}
        for each in collect_operands(known, Operator.AND):
            for name in collect_paths(each):
                self._known.setdefault(name, []).append(each)
        self._answers: dict[frozenset[Expr], ConditionAnswer] = {}
        self._possible: dict[frozenset[Expr], ConditionAnswer] = {}  # with any state for a witness

    def possible(self, condition: Expr) -> bool | None:
        return self._all(condition, _ANY).holds

    def satisfiable(self, condition: Expr) -> ConditionAnswer:
        # What hangs on an `extern` is open whichever state there is: the smallest is not needed.
        return self._all(condition, _ANY if depends_on_extern(condition) else FULL)

    def _all(self, condition: Expr, effort: Effort) -> ConditionAnswer:
        if is_false(condition):
            return ConditionAnswer(False)
        if is_true(condition):
            return ConditionAnswer(True)
        why = ""
        witness: dict[Expr, int | bool] = {}
        is_smallest = True
        for group in self._groups(collect_operands(condition, Operator.AND)):
            answer = self._one(group, effort)
            if answer.holds is False:
                return answer
            why = why or (answer.why if answer.holds is None else "")
            witness |= answer.witness
            is_smallest = is_smallest and answer.is_smallest
        return ConditionAnswer(None if why else True, why, witness, is_smallest)

    def _one(self, group: tuple[Expr, ...], effort: Effort) -> ConditionAnswer:
        known = frozenset(group)
        if known in self._answers:
            return self._answers[known]
        answers = self._answers if effort is FULL else self._possible
        if known not in answers:
            answers[known] = self._ask(and_(*group), effort)
        return answers[known]

    def _groups(self, parts: list[Expr]) -> list[tuple[Expr, ...]]:
        """What shares no place with the rest can be asked by itself, and need be asked but once.

        In the order of the condition: the same question has the same witness on every day.
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
            apart = []
            for known, members in groups:
                if known & names:
                    names |= known
                    joined = [*members, *joined]
                else:
                    apart.append((known, members))
            groups = [*apart, (names, joined)]
        return [tuple(members) for _, members in groups]

    def _ask(self, condition: Expr, effort: Effort) -> ConditionAnswer:
        if is_false(condition):
            return ConditionAnswer(False)
        # The squares: a long question takes more than two of half its length.
        self._patience -= count_nodes(condition) ** 2
        if self._patience < 0:
            return ConditionAnswer(None, "it takes too many questions")
        terms = FlatEncoder(self._enums, self._defaults, self._receiver_defaults)
        try:
            term = terms.of(condition)
        except RecursionError:
            return ConditionAnswer(None, "the condition is too deep")
        domain = t.Domain(variables=terms.variables, facts=terms.known())
        found = satisfiable(term, domain, effort)
        if found.is_no:
            return ConditionAnswer(False)
        if found.is_open:
            return ConditionAnswer(None, found.why or "not decided")
        witness = {terms.places[name]: value for name, value in (found.witness or {}).items()}
        return ConditionAnswer(True, witness=witness, is_smallest=found.is_smallest)


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
