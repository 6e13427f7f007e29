"""Flattened expressions as formulas, and what the places that they read can be.

A flattened expression is in terms of the top body (`diff/layout/flatten.py`). A place is a variable
by its path. What cannot be written as a formula is a variable of its own that says so
(`Values.overapproximation`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
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
    Quantifier,
    Quantity,
    ReceiverValue,
    Select,
    Unary,
    Variable,
    Version,
)
from vmsdl.expr.text import unparse
from vmsdl.prove.budget import Budget
from vmsdl.prove.encode_operators import encode_operator
from vmsdl.prove.formula import (
    Constant,
    Domain,
    Formula,
    FormulaVariable,
    Values,
    and_,
    collect_variables,
    make_equal,
    not_,
    or_,
)
from vmsdl.prove.places import values_of_enum
from vmsdl.prove.solve import satisfiable
from vmsdl.prove.undecided import Undecided, UndecidedReason, make_undecided
from vmsdl.prove.witness import format_question
from vmsdl.records import dataclass
from vmsdl.schema.description import EnumDefinition

_HUGE = 1 << 64
_LONGEST = (1 << 32) - 1
_MOST_COMBINED = 6  # questions about one list; of more, only single ones are compared


@dataclass(frozen=True, slots=True)
class _Question:
    """A quantifier: the variable for its truth, and what it asks of an element."""

    name: str
    body: Formula
    domain: Domain


class FlatEncoder:
    """Encodes flattened expressions. Variables of one name are one variable in all of them."""

    def __init__(
        self,
        enums: Mapping[str, EnumDefinition],
        defaults: Mapping[FieldPath, int | bool],
        receiver_defaults: Mapping[FieldPath, int | bool],
        budget: Budget,
    ) -> None:
        self.enums = enums
        self.defaults = defaults
        self.receiver_defaults = receiver_defaults  # of what only the receiver has
        self._budget = budget  # pays for questions about elements
        self.variables: dict[str, Values] = {}
        self.places: dict[str, Expr] = {}  # what each variable stands for
        self._elements: dict[str, str] = {}  # variables of the quantifiers around: what is over
        # Variables for places in an element: some element has any value of them.
        self._free: set[str] = set()
        self._questions: dict[str, list[_Question]] = {}  # by the list that they are about

    def encode(self, e: Expr) -> Formula:
        """An expression as a formula; what it reads is in `variables` from here on."""
        match e:
            case Literal(value=value):
                return Constant(value)
            case Let(value=value):
                return self.encode(value)
            case Member() | Select() | Item():
                return self._encode_place(e)
            case Variable() if self._is_in_element(e):
                return self._encode_element(e)
            case Variable() | ExternPresence():
                name = unparse(e)
                unknown = make_undecided(UndecidedReason.KNOWN_AT_RUN_TIME, name)
                return self._make_variable(e, name, unknown=unknown)
            case ReceiverValue(path=path):
                return self._make_variable(e, unparse(e), default=self.receiver_defaults.get(path))
            case Version() | ElementIndex():
                unknown = make_undecided(UndecidedReason.DEPENDS_ON_PLACE)
                return self._make_variable(e, unparse(e), unknown=unknown)
            case Call(function=Function.LEN):
                return self._make_variable(e, unparse(e), low=0, high=_LONGEST)
            case Quantifier():
                return self._encode_quantifier(e)
            case Unary() | Binary() | Conditional() | Call():
                return encode_operator(e, self.encode)
            case _:
                assert_never(e)

    # Places -------------------------------------------------------------------------------------

    def _encode_place(self, e: Member | Select | Item) -> Formula:
        if self._is_in_element(e):
            return self._encode_element(e)
        path = find_path(e)
        if path is None:
            unknown = make_undecided(UndecidedReason.ELEMENT_DEPENDS_ON_STATE)
            return self._make_variable(e, unparse(e), unknown=unknown)
        return self._make_variable(e, unparse(e), default=self.defaults.get(path))

    def _encode_element(self, e: Expr) -> Formula:
        """A place in the element that a quantifier is about."""
        root = _find_root(e)
        assert isinstance(root, Variable)
        name = f"{unparse(e)} in {self._elements[root.name]}"  # no place has such a name
        self._free.add(name)
        return self._make_variable(e, name)

    def _is_in_element(self, e: Expr) -> bool:
        root = _find_root(e)
        return isinstance(root, Variable) and root.name in self._elements

    def _make_variable(
        self,
        e: Expr,
        name: str,
        *,
        default: int | bool | None = None,
        low: int = -_HUGE,
        high: int = _HUGE,
        unknown: Undecided | None = None,
    ) -> Formula:
        if name in self.variables:
            return FormulaVariable(name)
        self.places[name] = e
        match e.type:
            case BoolValue():
                values = Values(low=0, high=1, is_bool=True, default=False)
            case EnumValue(name=enum):
                values = values_of_enum(self.enums[enum])
            case IntValue(low=lowest, high=highest):
                values = Values(
                    low=low if lowest is None else lowest,
                    high=high if highest is None else highest,
                )
            case _:
                values = Values(low=low, high=high)
                unknown = unknown or make_undecided(UndecidedReason.NOT_A_NUMBER, name)
        self.variables[name] = replace(
            values,
            default=values.default if default is None else default,
            label=name,
            overapproximation=unknown,
        )
        return FormulaVariable(name)

    # Quantifiers --------------------------------------------------------------------------------

    def _encode_quantifier(self, e: Quantifier) -> Formula:
        """Whether there is an element of which the body holds, as a variable of its own.

        That it can be true and can be false is sure only where the body reads nothing but the
        element, and some element satisfies it and some does not.
        """
        is_all = e.quantity is Quantity.ALL
        over = unparse(e.over)
        outer = self._elements.get(e.variable)
        self._elements[e.variable] = over
        body = not_(self.encode(e.body)) if is_all else self.encode(e.body)
        del self._elements[e.variable]
        if outer is not None:
            self._elements[e.variable] = outer
        if isinstance(body, Constant) and not body.value:
            return Constant(is_all)
        read = dict.fromkeys(collect_variables(body))
        domain = Domain(variables={name: self.variables[name] for name in read})
        some, none = (satisfiable(each, domain, budget=self._budget) for each in (body, not_(body)))
        if some.is_no:
            return Constant(is_all)
        unknown = some.undecided or none.undecided
        if read.keys() - self._free:
            unknown = unknown or make_undecided(UndecidedReason.ELEMENTS_NOT_FOLLOWED)
        if none.is_no:
            unknown = unknown or make_undecided(UndecidedReason.ELEMENT_COUNT)
        name = format_question(e)
        if self._is_in_element(e.over):
            self._free.add(name)
        elif name not in self.variables:
            self._questions.setdefault(over, []).append(_Question(name, body, domain))
        self.places[name] = e
        self.variables[name] = Values(
            low=0, high=1, is_bool=True, default=False, label=name, overapproximation=unknown
        )
        variable = FormulaVariable(name)
        return not_(variable) if is_all else variable

    def find_facts(self) -> tuple[Formula, ...]:
        """What holds among questions about one list.

        An empty list has no element of any kind. Where each element of one kind is of one of some
        other kinds, and there is one of that kind, there is one of those too.
        """
        facts: list[Formula] = []
        for over, questions in self._questions.items():
            length = f"len({over})"
            for one in questions:
                has_none = not_(FormulaVariable(one.name))
                if length in self.variables:
                    is_empty = make_equal(FormulaVariable(length), Constant(0))
                    facts.append(or_(has_none, not_(is_empty)))
                for others in _combine([each for each in questions if each is not one]):
                    domain, rest = one.domain, [not_(other.body) for other in others]
                    for other in others:
                        domain = domain.joined(other.domain)
                    if satisfiable(and_(one.body, *rest), domain, budget=self._budget).is_no:
                        has_other = [FormulaVariable(other.name) for other in others]
                        facts.append(or_(has_none, *has_other))
        return tuple(facts)


def _combine(questions: list[_Question]) -> Iterator[tuple[_Question, ...]]:
    """Single questions and pairs; where there are many, single ones."""
    for number in (1, 2) if len(questions) < _MOST_COMBINED else (1,):
        yield from combinations(questions, number)


def _find_root(e: Expr) -> Expr:
    """The member or variable that a place is in."""
    while isinstance(e, Select | Item):
        e = e.value
    return e
