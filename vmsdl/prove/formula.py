"""What is asked about: formulas over integers and truth values, and what their variables can be.

Integers are mathematical, as in the language. What the language leaves without a value (a division
by zero, a shift by more than 63) counts as 0 here, so that every formula has one value in every
state; the checker has made sure that no such value matters.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import TypeAlias

from vmsdl.expr.nodes import OPPOSITE, Operator
from vmsdl.prove.undecided import Undecided
from vmsdl.records import dataclass

Value: TypeAlias = int | bool
Assignment: TypeAlias = Mapping[str, Value]
VariablePath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    value: Value


@dataclass(frozen=True, slots=True)
class FormulaVariable:
    """What the domain says of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class UnaryFormula:
    operator: Operator
    operand: "Formula"


@dataclass(frozen=True, slots=True)
class BinaryFormula:
    """Any operator of two operands but `and` and `or`."""

    operator: Operator
    left: "Formula"
    right: "Formula"


@dataclass(frozen=True, slots=True)
class Junction:
    """All of them hold, or any of them."""

    is_all: bool
    terms: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Extreme:
    """The largest of them, or the smallest."""

    is_largest: bool
    terms: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    condition: "Formula"
    yes: "Formula"
    no: "Formula"


Formula: TypeAlias = (
    Constant | FormulaVariable | UnaryFormula | BinaryFormula | Junction | Extreme | Choice
)

TRUE, FALSE = Constant(True), Constant(False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What one variable can be, and what it is in an object fresh from reset.

    `allowed`: these values alone (an enum); `bits`: any union of these bits (flags). `path` is
    where a state keeps it, as keys and indices; none for what no state keeps. `label` is how the
    schema writes it.
    `overapproximation` says why the variable stands for more than a state can bring about: a state
    that was found need not exist then. `underapproximation` says why it stands for less: that none
    was found does not mean then that there is none.
    """

    low: int
    high: int
    is_bool: bool = False
    default: Value = 0
    allowed: tuple[int, ...] | None = None
    bits: int | None = None
    names: tuple[tuple[int, str], ...] = ()  # "EndTransfer.stop" of a value
    path: VariablePath = ()
    label: str = ""
    is_whole: bool = False  # a struct, array or buffer: true where it differs from its reset value
    digits: int = 0  # of its hexadecimal form, where its bits are looked at
    overapproximation: Undecided | None = None
    underapproximation: Undecided | None = None

    def __contains__(self, value: int) -> bool:
        if self.allowed is not None and value not in self.allowed:
            return False
        if self.bits is not None and value & ~self.bits:
            return False
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """What the variables can be, in the order of their importance to a reader, and what is known
    to hold among them."""

    variables: Mapping[str, Values] = field(default_factory=dict)
    facts: tuple[Formula, ...] = ()

    def joined(self, other: "Domain") -> "Domain":
        """Both at once: variables of one name are one variable."""
        facts = dict.fromkeys((*self.facts, *other.facts))
        return Domain(variables={**self.variables, **other.variables}, facts=tuple(facts))

    def knowing(self, *facts: Formula) -> "Domain":
        return Domain(variables=self.variables, facts=(*self.facts, *facts))


def and_(*terms: Formula) -> Formula:
    """All of them hold."""
    return _junction(True, terms)


def or_(*terms: Formula) -> Formula:
    """Any of them holds."""
    return _junction(False, terms)


COMPARISONS = frozenset(OPPOSITE)


def not_(term: Formula) -> Formula:
    """It does not hold. The negation is moved inwards: a conjunction stays visible as one."""
    match term:
        case Constant(value=value):
            return Constant(not value)
        case UnaryFormula(operator=Operator.NOT, operand=operand):
            return operand
        case BinaryFormula(operator=operator, left=left, right=right) if operator in OPPOSITE:
            return BinaryFormula(OPPOSITE[operator], left, right)
        case Junction(is_all=is_all, terms=terms):
            return _junction(not is_all, [not_(each) for each in terms])
        case _:
            return UnaryFormula(Operator.NOT, term)


def make_equal(left: Formula, right: Formula) -> Formula:
    return BinaryFormula(Operator.EQUAL, left, right)


def make_different(left: Formula, right: Formula) -> Formula:
    return BinaryFormula(Operator.NOT_EQUAL, left, right)


def _junction(is_all: bool, terms: Iterable[Formula]) -> Formula:
    kept: list[Formula] = []
    for term in terms:
        if isinstance(term, Junction) and term.is_all == is_all:
            kept += term.terms
        elif not isinstance(term, Constant):
            kept.append(term)
        elif bool(term.value) != is_all:
            return Constant(not is_all)
    if len(kept) == 1:
        return kept[0]
    return Junction(is_all, tuple(kept)) if kept else Constant(is_all)


def operands(term: Formula) -> tuple[Formula, ...]:
    match term:
        case Constant() | FormulaVariable():
            return ()
        case UnaryFormula(operand=operand):
            return (operand,)
        case BinaryFormula(left=left, right=right):
            return (left, right)
        case Junction(terms=terms) | Extreme(terms=terms):
            return terms
        case Choice(condition=condition, yes=yes, no=no):
            return (condition, yes, no)


def in_order(term: Formula) -> list[Formula]:
    """Every part of a term once, operands first; parts are told apart by identity."""
    found: list[Formula] = []
    seen: set[int] = set()
    stack: list[tuple[Formula, bool]] = [(term, False)]
    while stack:
        part, is_ready = stack.pop()
        if is_ready:
            found.append(part)
        elif id(part) not in seen:
            seen.add(id(part))
            stack.append((part, True))
            stack += ((each, False) for each in reversed(operands(part)))
    return found


def collect_variables(*terms: Formula) -> Iterator[str]:
    """The names that terms read, each once."""
    seen: set[str] = set()
    for term in terms:
        for part in in_order(term):
            if isinstance(part, FormulaVariable) and part.name not in seen:
                seen.add(part.name)
                yield part.name


def sort_operands(value: Value) -> tuple[bool, int]:
    """Smaller means simpler: 0, 1, 2 and so on; then -1, -2 and so on."""
    return (value < 0, abs(value))
