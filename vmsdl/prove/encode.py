"""From expressions of a schema to terms, and to what the members they read can be.

Elements of arrays that are no longer than `_MOST_ELEMENTS` are all followed. Of longer ones, of
lists, and of what has its length at run time, the first three are, and the rest is taken to be as
after reset: that may show a state, and never that there is none (`Values.cut`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import assert_never

from vmsdl.analysis.intervals import Interval
from vmsdl.expr import nodes as e
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.prove.evaluate import compile_formula
from vmsdl.prove.formula import (
    FALSE,
    TRUE,
    BinaryFormula,
    Choice,
    Constant,
    Domain,
    Extreme,
    Formula,
    FormulaVariable,
    UnaryFormula,
    Values,
    and_,
    collect_variables,
    make_equal,
    not_,
    or_,
)
from vmsdl.prove.places import ElementScope, ReadPlace, find_element, find_place, values_of
from vmsdl.schema.description import Description, Schema
from vmsdl.schema.types import Array, Bitmap, Blob, Bytes, ListType, MapType, Opaque

_MOST_ELEMENTS = 16
_FOLLOWED = 3
_LONGEST = (1 << 32) - 1

_BITWISE = frozenset({Operator.AND_BITS, Operator.OR_BITS, Operator.XOR_BITS, Operator.SHIFT_RIGHT})
# The places that one expression can mean, each with the condition under which it does.
Alternatives = tuple[tuple[Formula, ReadPlace], ...]


def no_bounds(expression: Expr) -> Interval | None:
    return None


class Encoder:
    """Expressions of one body, read one after another; variables of one name are one variable.

    `bodies`: the body of the expressions and its owners, innermost first. `prefix` stands before
    every name, to keep two programs apart. `version` is None where it is not fixed. `given` are
    the values that the embedding body gives to locals and properties of the outermost body.
    `bounds` tells what else is known of a place at this point.
    """

    def __init__(
        self,
        schema: Schema,
        bodies: tuple[Description, ...],
        version: int | None = None,
        *,
        prefix: str = "",
        given: Mapping[str, Formula] | None = None,
        bounds: Callable[[Expr], Interval | None] = no_bounds,
    ) -> None:
        self.schema = schema
        self.bodies = bodies
        self.version = version
        self.prefix = prefix
        self.given = {} if given is None else given
        self.bounds = bounds
        self.variables: dict[str, Values] = {}
        self.facts: list[Formula] = []

    @property
    def domain(self) -> Domain:
        return Domain(variables=dict(self.variables), facts=tuple(self.facts))

    def term(self, expression: Expr, up: int = 0) -> Formula:
        """An expression as a term; what it reads is in `variables` from here on.

        `up`: of how many owners out the expression is.
        """
        scopes = self.scopes()[up:]
        return _Reader(self, scopes).term(expression, scopes)

    def scopes(self) -> tuple[ElementScope, ...]:
        scopes: tuple[ElementScope, ...] = ()
        for description in reversed(self.bodies):
            if not scopes:
                scopes = (ElementScope(description, self.prefix, (), self._version()),)
            else:
                scopes = (scopes[0].inner(description, self._version()), *scopes)
        return scopes

    def _version(self) -> Formula:
        if self.version is not None:
            return Constant(self.version)
        innermost = self.bodies[0]
        self.variables.setdefault(
            f"{self.prefix}version",
            Values(
                low=innermost.minimum_version_id,
                high=innermost.version_id,
                default=innermost.version_id,
                label="version",
            ),
        )
        return FormulaVariable(f"{self.prefix}version")

    def learn(self, known: Iterable[tuple[int, Expr]]) -> None:
        """Take to hold, of these, what speaks of variables that were read, or of such that do."""
        waiting: list[tuple[Formula, Encoder]] = []
        for up, expression in known:
            apart = Encoder(
                self.schema, self.bodies, self.version, prefix=self.prefix, given=self.given
            )
            waiting.append((apart.term(expression, up), apart))
        is_new = True
        while is_new:
            is_new = False
            for pair in list(waiting):
                term, apart = pair
                if self.variables.keys().isdisjoint(collect_variables(term)):
                    continue
                for name, values in apart.variables.items():
                    self.register(name, values)
                self.facts.append(term)
                waiting.remove(pair)
                is_new = True

    def field(self, name: str) -> tuple[Formula, Values]:
        """A field of the innermost body, as a variable."""
        scope = self.scopes()[0]
        place = find_place(scope, name)
        values = values_of(place, self.schema)
        self.register(place.name, values)
        return FormulaVariable(place.name), self.variables[place.name]

    def register(self, name: str, values: Values) -> None:
        known = self.variables.get(name)
        if known is None:
            self.variables[name] = values
            return
        self.variables[name] = replace(
            known,
            low=max(known.low, values.low),
            high=min(known.high, values.high),
            invented=known.invented or values.invented,
            cut=known.cut or values.cut,
            digits=max(known.digits, values.digits),
        )


class _Reader:
    """One expression being read."""

    def __init__(self, reading: Encoder, scopes: tuple[ElementScope, ...]) -> None:
        self.reading = reading
        self.scopes = scopes
        self.bound: dict[str, Alternatives] = {}  # of the quantifiers around
        self._known: dict[int, Formula] = {}

    def term(self, expression: Expr, scopes: tuple[ElementScope, ...]) -> Formula:
        if self.bound or scopes is not self.scopes:
            return self._term(expression, scopes)
        # Lets can share parts. All of them live as long as this reader does.
        if id(expression) not in self._known:
            self._known[id(expression)] = self._term(expression, scopes)
        return self._known[id(expression)]

    def _term(self, expression: Expr, scopes: tuple[ElementScope, ...]) -> Formula:
        match expression:
            case e.Literal(value=value):
                return Constant(value)
            case e.Let(value=inner):
                return self.term(inner, scopes)
            case e.Version():
                return scopes[0].version
            case e.ElementIndex():
                self.reading.register("index", Values(low=0, high=_LONGEST, label="index"))
                return FormulaVariable("index")
            case e.Member() | e.Select() | e.Item() | e.Variable():
                return self._read(expression, scopes)
            case e.ExternPresence() | e.ReceiverValue():
                raise AssertionError("only comparisons make this node")
            case e.Unary(operator=Operator.NOT, operand=operand):
                return not_(self.term(operand, scopes))
            case e.Unary(operator=operator, operand=operand):
                return _folded(UnaryFormula(operator, self.term(operand, scopes)))
            case e.Binary(operator=Operator.AND, left=left, right=right):
                return and_(self.term(left, scopes), self.term(right, scopes))
            case e.Binary(operator=Operator.OR, left=left, right=right):
                return or_(self.term(left, scopes), self.term(right, scopes))
            case e.Binary(operator=operator, left=left, right=right):
                if isinstance(left.type, e.FloatValue) or isinstance(right.type, e.FloatValue):
                    return self._invented(expression, "floating point is not followed")
                sides = self.term(left, scopes), self.term(right, scopes)
                if operator in _BITWISE:
                    self._write_in_hexadecimal(sides)
                return _folded(BinaryFormula(operator, *sides))
            case e.Call(function=e.Function.LEN, arguments=(over,)):
                return _chosen(
                    [(when, self._length(place)) for when, place in self._places(over, scopes)]
                )
            case e.Call(function=function, arguments=arguments):
                terms = tuple(self.term(each, scopes) for each in arguments)
                return _folded(Extreme(function is e.Function.MAX, terms))
            case e.Quantifier(over=over):
                return _chosen(
                    [
                        (when, self._quantified(expression, place, scopes))
                        for when, place in self._places(over, scopes)
                    ]
                )
            case e.Conditional(condition=condition, yes=yes, no=no):
                when = self.term(condition, scopes)
                return _chosen(
                    [(when, self.term(yes, scopes)), (TRUE, self.term(no, scopes))],
                )
            case _:
                assert_never(expression)

    def _read(self, expression: Expr, scopes: tuple[ElementScope, ...]) -> Formula:
        if isinstance(expression, e.Member) and expression.up == len(scopes) - 1:
            given = self.reading.given.get(expression.name)
            if given is not None and not scopes[-1].path:
                return given
        found: list[tuple[Formula, Formula]] = []
        for when, place in self._places(expression, scopes):
            values = values_of(place, self.reading.schema)
            if place.is_at_reset:
                found.append((when, Constant(values.default)))
                continue
            bounds = self.reading.bounds(expression) if not self.bound else None
            if bounds is not None:
                low = values.low if bounds.low is None else max(values.low, bounds.low)
                high = values.high if bounds.high is None else min(values.high, bounds.high)
                values = replace(values, low=low, high=high)
            self.reading.register(place.name, values)
            found.append((when, FormulaVariable(place.name)))
        return _chosen(found)

    def _places(self, expression: Expr, scopes: tuple[ElementScope, ...]) -> Alternatives:
        match expression:
            case e.Let(value=value):
                return self._places(value, scopes)
            case e.Variable(name=name):
                return self.bound[name]
            case e.Member(up=up, name=name):
                return ((TRUE, find_place(scopes[up], name, scopes[up + 1 :])),)
            case e.Select(value=value, name=name):
                schema = self.reading.schema
                return tuple(
                    (when, place.member(name, schema))
                    for when, place in self._places(value, scopes)
                )
            case e.Item(value=value, index=index):
                at = self.term(index, scopes)
                return tuple(
                    (and_(when, chosen), inner)
                    for when, place in self._places(value, scopes)
                    for chosen, inner in self._elements_at(place, at)
                )
            case _:
                raise AssertionError(f"no place: {expression}")

    def _elements_at(self, place: ReadPlace, at: Formula) -> Alternatives:
        if isinstance(at, Constant):
            return ((TRUE, find_element(place, int(at.value))),)
        count = self._length(place)
        if isinstance(count, Constant) and count.value <= _MOST_ELEMENTS:
            each = [
                (make_equal(at, Constant(i)), find_element(place, i))
                for i in range(int(count.value))
            ]
            if each:
                return (*each[:-1], (TRUE, each[-1][1]))
        some = find_element(place, 0)
        why = f"which element of `{place.label}` is read is not followed"
        return ((TRUE, replace(some, name=f"{place.name}[…]", path=(), invented=why)),)

    def _length(self, place: ReadPlace) -> Formula:
        match place.type:
            case Bytes(length=length) | Bitmap(bits=length) | Array(count=length):
                return self.term(length, place.scopes)
            case Opaque(length=length) if length is not None:
                return self.term(length, place.scopes)
            case Opaque() | Blob() | ListType() | MapType():
                if place.is_at_reset:
                    return Constant(0)
                name = f"len({place.name})"
                self.reading.register(
                    name, Values(low=0, high=_LONGEST, label=f"len({place.label})")
                )
                return FormulaVariable(name)
            case _:
                raise AssertionError(f"no length: {place.type}")

    def _quantified(
        self, expression: e.Quantifier, place: ReadPlace, scopes: tuple[ElementScope, ...]
    ) -> Formula:
        count = self._length(place)
        is_any = expression.quantity is e.Quantity.ANY
        holds: list[Formula] = []

        def add(inner: ReadPlace, is_there: Formula) -> None:
            self.bound[expression.variable] = ((TRUE, inner),)
            body = self.term(expression.body, scopes)
            del self.bound[expression.variable]
            holds.append(and_(is_there, body) if is_any else or_(not_(is_there), body))

        if isinstance(count, Constant) and count.value <= _MOST_ELEMENTS:
            for i in range(int(count.value)):
                add(find_element(place, i), TRUE)
        else:
            why = f"only {_FOLLOWED} elements of `{place.label}` are followed"
            for i in range(_FOLLOWED):
                there = _folded(BinaryFormula(Operator.GREATER, count, Constant(i)))
                add(replace(find_element(place, i), cut=why), there)
            more = _folded(BinaryFormula(Operator.GREATER, count, Constant(_FOLLOWED)))
            add(replace(find_element(place, _FOLLOWED), is_at_reset=True), more)
        return or_(*holds) if is_any else and_(*holds)

    def _invented(self, expression: Expr, why: str) -> Formula:
        name = f"({expression!r})"
        text = " ".join(expression.span.text.split())
        values = Values(low=0, high=1, is_bool=True, default=False, label=text, invented=why)
        self.reading.register(name, values)
        return FormulaVariable(name)

    def _write_in_hexadecimal(self, sides: tuple[Formula, Formula]) -> None:
        for side in sides:
            if isinstance(side, FormulaVariable):
                known = self.reading.variables[side.name]
                digits = -(-(known.high.bit_length()) // 4) if known.low >= 0 else 0
                self.reading.variables[side.name] = replace(known, digits=digits)


def _chosen(alternatives: list[tuple[Formula, Formula]]) -> Formula:
    """The value of the first whose condition holds; of the last where none does."""
    result = alternatives[-1][1]
    for when, value in reversed(alternatives[:-1]):
        if when == TRUE:
            result = value
        elif when != FALSE:
            result = Choice(when, value, result)
    return result


def _folded(term: UnaryFormula | BinaryFormula | Extreme) -> Formula:
    """A term of constants as a constant."""
    match term:
        case UnaryFormula(operand=Constant()) | BinaryFormula(left=Constant(), right=Constant()):
            return Constant(compile_formula(term, ())())
        case Extreme(terms=terms) if all(isinstance(each, Constant) for each in terms):
            return Constant(compile_formula(term, ())())
        case _:
            return term
