"""From expressions of the language to formulas that can be proved, and their variables."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import assert_never

from vmsdl.expr.logic import FieldPath, find_path
from vmsdl.expr.nodes import (
    Binary,
    BoolValue,
    Call,
    Conditional,
    ElementIndex,
    EnumValue,
    Expr,
    ExternPresence,
    Function,
    IntValue,
    Item,
    Let,
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
)
from vmsdl.expr.text import unparse
from vmsdl.prove import formula as t
from vmsdl.prove.solve import satisfiable
from vmsdl.prove.witness import format_question
from vmsdl.records import dataclass
from vmsdl.schema.description import EnumDefinition

_HUGE = 1 << 64
_MANY = 6


@dataclass(frozen=True, slots=True)
class _Asked:
    """A quantifier: its variable, and what it asks of an element."""

    name: str
    body: t.Formula
    domain: t.Domain


class FlatEncoder:
    """Expressions as formulas. What cannot be said there is a variable of its own."""

    def __init__(
        self,
        enums: Mapping[str, EnumDefinition],
        defaults: Mapping[FieldPath, int | bool],
        receiver_defaults: Mapping[FieldPath, int | bool],
    ) -> None:
        self.enums = enums
        self.defaults = defaults
        self.receiver_defaults = receiver_defaults  # of what only the receiver has
        self.variables: dict[str, t.Values] = {}
        self.places: dict[str, Expr] = {}  # what each variable stands for
        self._elements: dict[str, str] = {}  # by name, of elements that a quantifier speaks of
        self._chosen: set[str] = set()  # what is said of any one element: it can be chosen
        self._asked: dict[str, list[_Asked]] = {}  # by what they are over

    def of(self, e: Expr) -> t.Formula:
        match e:
            case Literal(value=value):
                return t.Constant(value)
            case Let(value=value):
                return self.of(value)
            case Member() | Select() | Item():
                return self.place(e)
            case Variable() if self._is_element(e):
                return self.element(e)
            case Variable() | ExternPresence():
                name = unparse(e)
                return self.variable(e, name, invented=f"`{name}` is known only where it runs")
            case ReceiverValue(path=path):
                return self.variable(e, unparse(e), default=self.receiver_defaults.get(path))
            case Version() | ElementIndex():
                return self.variable(e, unparse(e), invented="it depends on where it stands")
            case Unary(operator=Operator.NOT, operand=operand):
                return t.not_(self.of(operand))
            case Unary(operator=operator, operand=operand):
                return t.UnaryFormula(operator, self.of(operand))
            case Binary(operator=Operator.AND, left=left, right=right):
                return t.and_(self.of(left), self.of(right))
            case Binary(operator=Operator.OR, left=left, right=right):
                return t.or_(self.of(left), self.of(right))
            case Binary(operator=operator, left=left, right=right):
                return t.BinaryFormula(operator, self.of(left), self.of(right))
            case Conditional(condition=condition, yes=yes, no=no):
                return t.Choice(self.of(condition), self.of(yes), self.of(no))
            case Call(function=Function.LEN):
                return self.variable(e, unparse(e), low=0, high=(1 << 32) - 1)
            case Call(function=function, arguments=arguments):
                return t.Extreme(
                    function is Function.MAX, tuple(self.of(argument) for argument in arguments)
                )
            case Quantifier():
                return self.quantifier(e)
            case _:
                assert_never(e)

    def place(self, e: Member | Select | Item) -> t.Formula:
        key = find_path(e)
        if self._is_element(e):
            return self.element(e)
        if key is None:
            return self.variable(e, unparse(e), invented="which element it is depends on the state")
        return self.variable(e, unparse(e), default=self.defaults.get(key))

    def element(self, e: Expr) -> t.Formula:
        """A place in the element that a quantifier speaks of."""
        root = _root(e)
        assert isinstance(root, Variable)
        name = f"{unparse(e)} in {self._elements[root.name]}"  # no place is called so
        self._chosen.add(name)
        return self.variable(e, name)

    def _is_element(self, e: Expr) -> bool:
        root = _root(e)
        return isinstance(root, Variable) and root.name in self._elements

    def quantifier(self, e: Quantifier) -> t.Formula:
        """Whether there is an element of which the body holds, as a variable of its own.

        That both can be is sure only where the body speaks of the element alone, and some element
        satisfies it and some does not.
        """
        flip = e.quantity is Quantity.ALL
        over = unparse(e.over)
        outer = self._elements.get(e.variable)
        self._elements[e.variable] = over
        body = t.not_(self.of(e.body)) if flip else self.of(e.body)
        del self._elements[e.variable]
        if outer is not None:
            self._elements[e.variable] = outer
        if isinstance(body, t.Constant) and not body.value:
            return t.Constant(flip)
        read = set(t.collect_variables(body))
        domain = t.Domain(variables={name: self.variables[name] for name in read})
        some, none = satisfiable(body, domain), satisfiable(t.not_(body), domain)
        if some.is_no:
            return t.Constant(flip)
        why = some.why or none.why
        if read - self._chosen:
            why = why or "what a list holds was not looked into"
        if none.is_no:
            why = why or "it depends on how many elements there are"
        name = format_question(e)
        if self._is_element(e.over):
            self._chosen.add(name)
        elif name not in self.variables:
            self._asked.setdefault(over, []).append(_Asked(name, body, domain))
        self.places[name] = e
        self.variables[name] = t.Values(
            low=0, high=1, is_bool=True, default=False, label=name, invented=why or None
        )
        return t.not_(t.FormulaVariable(name)) if flip else t.FormulaVariable(name)

    def known(self) -> tuple[t.Formula, ...]:
        """What holds among the variables: of lists that several things are asked of.

        Where each element of one kind is of one of some others, there is one of those too.
        """
        found: list[t.Formula] = []
        for over, kinds in self._asked.items():
            length = f"len({over})"
            for one in kinds:
                has_none = t.not_(t.FormulaVariable(one.name))
                if length in self.variables:
                    is_empty = t.make_equal(t.FormulaVariable(length), t.Constant(0))
                    found.append(t.or_(has_none, t.not_(is_empty)))
                for others in _several([kind for kind in kinds if kind is not one]):
                    domain, rest = one.domain, [t.not_(other.body) for other in others]
                    for other in others:
                        domain = domain.joined(other.domain)
                    if satisfiable(t.and_(one.body, *rest), domain).is_no:
                        found.append(t.or_(has_none, *(t.FormulaVariable(o.name) for o in others)))
        return tuple(found)

    def variable(
        self,
        e: Expr,
        name: str,
        *,
        default: int | bool | None = None,
        low: int = -_HUGE,
        high: int = _HUGE,
        invented: str | None = None,
    ) -> t.Formula:
        if name in self.variables:
            return t.FormulaVariable(name)
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
        self.places[name] = e
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
        return t.FormulaVariable(name)


def _several(kinds: list[_Asked]) -> Iterator[tuple[_Asked, ...]]:
    """Sets of them: pairs at most, and of many none but single ones."""
    for number in (1, 2) if len(kinds) < _MANY else (1,):
        yield from combinations(kinds, number)


def _root(e: Expr) -> Expr:
    while isinstance(e, Select | Item):
        e = e.value
    return e
