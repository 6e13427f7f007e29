"""Questions about conditions on a sender's state, asked of `vmsdl.prove`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, assert_never

from vmsdl.diff.terms import Key, both, is_external, is_false, is_true, key_of, operands
from vmsdl.diff.wording import words
from vmsdl.prove import terms as t
from vmsdl.prove.question import FULL, Effort, satisfiable
from vmsdl.schema.description import EnumDefinition
from vmsdl.schema.expression import (
    Binary,
    BoolValue,
    Call,
    Conditional,
    ElementIndex,
    EnumValue,
    Expr,
    Function,
    IntValue,
    Item,
    Let,
    Literal,
    Member,
    Operator,
    Quantifier,
    Quantity,
    Select,
    Unary,
    Variable,
    Version,
    children,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`holds`: whether there is such a state; None: not decided, and `why`."""

    holds: bool | None
    why: str = ""
    witness: Mapping[str, int | bool] = field(default_factory=dict)  # by the words of its places
    is_smallest: bool = True


class Questions(Protocol):
    def satisfiable(self, condition: Expr) -> Answer:
        """Is there a state of the sender in which it holds, and which is the smallest?"""
        ...

    def possible(self, condition: Expr) -> bool | None:
        """Is there one, whichever it is?"""
        ...


_HUGE = 1 << 64
_ANY = Effort(is_any_state_enough=True)


class Prover:
    """Asks `vmsdl.prove`; every answer is remembered."""

    def __init__(
        self,
        enums: Mapping[str, EnumDefinition],
        defaults: Mapping[Key, int | bool],
        known: Expr,
    ) -> None:
        self._enums = enums
        self._defaults = defaults
        # What holds in every state that can be saved, by what it speaks of.
        self._known: dict[str, list[Expr]] = {}
        for each in operands(known, Operator.AND):
            for name in reads(each):
                self._known.setdefault(name, []).append(each)
        self._answers: dict[frozenset[Expr], Answer] = {}
        self._possible: dict[frozenset[Expr], Answer] = {}  # with any state for a witness

    def possible(self, condition: Expr) -> bool | None:
        return self._all(condition, _ANY).holds

    def satisfiable(self, condition: Expr) -> Answer:
        # What hangs on an `extern` is open whichever state there is: the smallest is not needed.
        return self._all(condition, _ANY if is_external(condition) else FULL)

    def _all(self, condition: Expr, effort: Effort) -> Answer:
        if is_false(condition):
            return Answer(False)
        if is_true(condition):
            return Answer(True)
        why = ""
        witness: dict[str, int | bool] = {}
        is_smallest = True
        for group in self._groups(operands(condition, Operator.AND)):
            answer = self._one(group, effort)
            if answer.holds is False:
                return answer
            why = why or (answer.why if answer.holds is None else "")
            witness |= answer.witness
            is_smallest = is_smallest and answer.is_smallest
        return Answer(None if why else True, why, witness, is_smallest)

    def _one(self, group: tuple[Expr, ...], effort: Effort) -> Answer:
        known = frozenset(group)
        if known in self._answers:
            return self._answers[known]
        answers = self._answers if effort is FULL else self._possible
        if known not in answers:
            answers[known] = self._ask(both(*group), effort)
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
            names, joined = set(reads(part)), [part]
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

    def _ask(self, condition: Expr, effort: Effort) -> Answer:
        if is_false(condition):
            return Answer(False)
        terms = _Terms(self._enums, self._defaults)
        try:
            term = terms.of(condition)
        except RecursionError:
            return Answer(None, "the condition is too deep")
        found = satisfiable(term, t.Domain(variables=terms.variables), effort)
        if found.is_no:
            return Answer(False)
        if found.is_open:
            return Answer(None, found.why or "not decided")
        witness = {}
        for name, value in (found.witness or {}).items():
            witness[terms.variables[name].label or name] = value
        return Answer(True, witness=witness, is_smallest=found.is_smallest)


@lru_cache(maxsize=1 << 14)
def reads(e: Expr) -> frozenset[str]:
    """The places that an expression reads, as they are written."""
    found: set[str] = set()
    stack = [e]
    while stack:
        match stack.pop():
            case Member() | Variable() as place:
                found.add(words(place))
            case Select() | Item() as place:
                found.add(words(place))
                stack += _indexes(place)
            case Version() | ElementIndex():
                found.add("version")
            case Quantifier(over=over, body=body):
                found.add(words(over))
                stack += [over, body]
            case Call(function=Function.LEN) as call:
                found.add(words(call))
            case part:
                stack += children(part)
    return frozenset(found)


def asked(e: Quantifier) -> str:
    """What a witness calls it: whether there is an element of which something holds."""
    if e.quantity is Quantity.ANY:
        return words(e)
    return f"any({e.variable} in {words(e.over)}: not ({words(e.body)}))"


def _is_bound(e: Expr) -> bool:
    """Of an element that a quantifier speaks of."""
    while isinstance(e, Select | Item):
        e = e.value
    return isinstance(e, Variable) and e.name.startswith("$")


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


class _Terms:
    """Expressions as formulas. What cannot be said there is a variable of its own."""

    def __init__(
        self, enums: Mapping[str, EnumDefinition], defaults: Mapping[Key, int | bool]
    ) -> None:
        self.enums = enums
        self.defaults = defaults
        self.variables: dict[str, t.Values] = {}
        self.bound: set[str] = set()  # what is said of any one element: it can be chosen

    def of(self, e: Expr) -> t.Term:
        match e:
            case Literal(value=value):
                return t.Constant(value)
            case Let(value=value):
                return self.of(value)
            case Member() | Select() | Item():
                return self.place(e)
            case Variable(name=name):
                why = None if name.startswith("$") else f"`{name}` is known only where it runs"
                if why is None:
                    self.bound.add(words(e))
                return self.variable(e, words(e), invented=why)
            case Version() | ElementIndex():
                return self.variable(e, words(e), invented="it depends on where it stands")
            case Unary(operator=Operator.NOT, operand=operand):
                return t.negation(self.of(operand))
            case Unary(operator=operator, operand=operand):
                return t.Unary(operator, self.of(operand))
            case Binary(operator=Operator.AND, left=left, right=right):
                return t.both(self.of(left), self.of(right))
            case Binary(operator=Operator.OR, left=left, right=right):
                return t.either(self.of(left), self.of(right))
            case Binary(operator=operator, left=left, right=right):
                return t.Binary(operator, self.of(left), self.of(right))
            case Conditional(condition=condition, yes=yes, no=no):
                return t.Choice(self.of(condition), self.of(yes), self.of(no))
            case Call(function=Function.LEN):
                return self.variable(e, words(e), low=0, high=(1 << 32) - 1)
            case Call(function=function, arguments=arguments):
                return t.Extreme(
                    function is Function.MAX, tuple(self.of(argument) for argument in arguments)
                )
            case Quantifier():
                return self.quantifier(e)
            case _:
                assert_never(e)

    def place(self, e: Member | Select | Item) -> t.Term:
        key = key_of(e)
        if _is_bound(e):
            self.bound.add(words(e))
            return self.variable(e, words(e))
        if key is None:
            return self.variable(e, words(e), invented="which element it is depends on the state")
        return self.variable(e, words(e), default=self.defaults.get(key))

    def quantifier(self, e: Quantifier) -> t.Term:
        """Some element or none: that its elements can be chosen is for the reader to believe
        only where the body alone can hold for one and fail for another."""
        flip = e.quantity is Quantity.ALL
        body = t.negation(self.of(e.body)) if flip else self.of(e.body)
        if isinstance(body, t.Constant) and not body.value:
            return t.Constant(flip)
        read = set(t.variables(body))
        inner = satisfiable(body, t.Domain(variables={n: self.variables[n] for n in read}))
        if inner.is_no:
            return t.Constant(flip)
        why = None
        if inner.is_open or read - self.bound:
            why = inner.why or "what a list holds was not looked into"
        name = asked(e)
        if _is_bound(e.over):
            self.bound.add(name)
        self.variables[name] = t.Values(
            low=0, high=1, is_bool=True, default=False, label=name, invented=why
        )
        return t.negation(t.Variable(name)) if flip else t.Variable(name)

    def variable(
        self,
        e: Expr,
        name: str,
        *,
        default: int | bool | None = None,
        low: int = -_HUGE,
        high: int = _HUGE,
        invented: str | None = None,
    ) -> t.Term:
        if name in self.variables:
            return t.Variable(name)
        arms: tuple[int, ...] | None = None
        bits: int | None = None
        names: tuple[tuple[int, str], ...] = ()
        is_bool = False
        match e.type:
            case BoolValue():
                is_bool, low, high = True, 0, 1
            case EnumValue(name=enum):
                definition = self.enums[enum]
                values = [arm.value for arm in definition.arms]
                low, high = min(0, *values), max(0, *values)
                names = tuple((arm.value, f"{enum}.{arm.name}") for arm in definition.arms)
                if definition.is_flags:
                    bits = 0
                    for value in values:
                        bits |= value
                    high = bits
                else:
                    arms = tuple(values)
                if default is None:
                    default = definition.zero
            case IntValue(low=lowest, high=highest):
                low = low if lowest is None else lowest
                high = high if highest is None else highest
            case _:
                invented = invented or f"`{name}` is no number"
        if default is None:
            default = False if is_bool else 0
        self.variables[name] = t.Values(
            low=low,
            high=high,
            is_bool=is_bool,
            default=default,
            arms=arms,
            bits=bits,
            names=names,
            label=name,
            invented=invented,
        )
        return t.Variable(name)
