"""Expressions of a schema as formulas, and what the members that they read can be.

All elements of arrays that are no longer than `_MOST_ELEMENTS` are followed. Of longer arrays, of
lists, and of arrays whose length depends on the state, the first three are. The others are taken to
be as after reset: that can show a state, and never that there is none
(`Values.underapproximation`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import assert_never

from vmsdl.analysis.intervals import Interval
from vmsdl.expr import nodes as e
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.prove.encode_operators import choose, encode_operator, fold_formula
from vmsdl.prove.formula import (
    TRUE,
    BinaryFormula,
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
from vmsdl.prove.places import ElementScope, ReadPlace, find_element, find_place, values_of
from vmsdl.prove.undecided import Undecided, UndecidedReason, make_undecided
from vmsdl.schema.description import Description, Schema
from vmsdl.schema.types import Array, Bitmap, Blob, Bytes, ListType, MapType, Opaque

_MOST_ELEMENTS = 16
_FOLLOWED = 3
# Nodes that one quantifier is encoded as, with those in it: each level multiplies them.
_MOST_IN_ELEMENTS = 20_000
_LONGEST = (1 << 32) - 1

_BITWISE = frozenset({Operator.AND_BITS, Operator.OR_BITS, Operator.XOR_BITS, Operator.SHIFT_RIGHT})
# The places that one expression can read, each with the condition under which it does.
Alternatives = tuple[tuple[Formula, ReadPlace], ...]


def has_no_bounds(expression: Expr) -> Interval | None:
    return None


class Encoder:
    """Encodes expressions of one body. Variables of one name are one variable in all of them.

    `bodies`: the body of the expressions and its owners, innermost first. `prefix` comes before
    every name, to keep two programs apart. `version` is None where it is not fixed. `given` are
    the values that the embedding body gives to locals and properties of the outermost body.
    `bounds` returns what else is known of a place at this point.
    """

    def __init__(
        self,
        schema: Schema,
        bodies: tuple[Description, ...],
        version: int | None = None,
        *,
        prefix: str = "",
        given: Mapping[str, Formula] | None = None,
        bounds: Callable[[Expr], Interval | None] = has_no_bounds,
    ) -> None:
        self.schema = schema
        self.bodies = bodies
        self.version = version
        self.prefix = prefix
        self.given = {} if given is None else given
        self.bounds = bounds
        self.variables: dict[str, Values] = {}
        self.facts: list[Formula] = []
        self.in_elements = 0  # nodes of the outermost quantifier so far

    @property
    def domain(self) -> Domain:
        return Domain(variables=dict(self.variables), facts=tuple(self.facts))

    def encode(self, expression: Expr, up: int = 0) -> Formula:
        """An expression as a formula; what it reads is in `variables` from here on.

        `up`: how many owners out the body of the expression is.
        """
        return _ExpressionEncoder(self, self.scopes()[up:]).encode(expression)

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

    def assume(self, known: Iterable[tuple[int, Expr]]) -> None:
        """Take conditions as facts that read the same variables, directly or through others."""
        waiting: list[tuple[Formula, Encoder]] = []
        for up, expression in known:
            separate = Encoder(
                self.schema, self.bodies, self.version, prefix=self.prefix, given=self.given
            )
            waiting.append((separate.encode(expression, up), separate))
        is_new = True
        while is_new:
            is_new = False
            for pair in list(waiting):
                formula, separate = pair
                if self.variables.keys().isdisjoint(collect_variables(formula)):
                    continue
                for name, values in separate.variables.items():
                    self.register(name, values)
                self.facts.append(formula)
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
            overapproximation=known.overapproximation or values.overapproximation,
            underapproximation=known.underapproximation or values.underapproximation,
            digits=max(known.digits, values.digits),
        )


class _TooManyElements(Exception):
    """A quantifier and those in it are too many nodes."""


class _ExpressionEncoder:
    """Encodes one expression. `scopes`: the objects that its members are of, innermost first."""

    def __init__(self, encoder: Encoder, scopes: tuple[ElementScope, ...]) -> None:
        self.encoder = encoder
        self.scopes = scopes
        self.bound: dict[str, Alternatives] = {}  # variables of the quantifiers around
        self._known: dict[int, Formula] = {}

    def encode(self, expression: Expr) -> Formula:
        if self.bound:
            self.encoder.in_elements += 1
            if self.encoder.in_elements > _MOST_IN_ELEMENTS:
                raise _TooManyElements
            return self._encode(expression)
        # Lets can share parts. All of them live as long as this object does.
        if id(expression) not in self._known:
            self._known[id(expression)] = self._encode(expression)
        return self._known[id(expression)]

    def _encode(self, expression: Expr) -> Formula:
        match expression:
            case e.Literal(value=value):
                return Constant(value)
            case e.Let(value=inner):
                return self.encode(inner)
            case e.Version():
                return self.scopes[0].version
            case e.ElementIndex():
                self.encoder.register("index", Values(low=0, high=_LONGEST, label="index"))
                return FormulaVariable("index")
            case e.Member() | e.Select() | e.Item() | e.Variable():
                return self._encode_place(expression)
            case e.ExternPresence() | e.ReceiverValue():
                raise AssertionError("only comparisons make this node")
            case e.Call(function=e.Function.LEN, arguments=(over,)):
                return choose(
                    [(when, self._find_length(place)) for when, place in self._find_places(over)]
                )
            case e.Quantifier() if self.bound:
                return self._encode_elements(expression)
            case e.Quantifier():
                self.encoder.in_elements = 0
                known = dict(self.encoder.variables)
                try:
                    return self._encode_elements(expression)
                except _TooManyElements:
                    self.bound.clear()
                    self.encoder.variables = known
                    unknown = make_undecided(UndecidedReason.TOO_MANY_ELEMENTS)
                    return self._make_unknown(expression, unknown)
            case e.Binary(left=left, right=right) if _is_float(left) or _is_float(right):
                unknown = make_undecided(UndecidedReason.FLOATING_POINT)
                return self._make_unknown(expression, unknown)
            case e.Binary(operator=operator, left=left, right=right) if operator in _BITWISE:
                sides = self.encode(left), self.encode(right)
                self._write_in_hexadecimal(sides)
                return fold_formula(BinaryFormula(operator, *sides))
            case e.Unary() | e.Binary() | e.Conditional() | e.Call():
                return encode_operator(expression, self.encode)
            case _:
                assert_never(expression)

    # Places -------------------------------------------------------------------------------------

    def _encode_place(self, expression: Expr) -> Formula:
        scopes = self.scopes
        if isinstance(expression, e.Member) and expression.up == len(scopes) - 1:
            given = self.encoder.given.get(expression.name)
            if given is not None and not scopes[-1].path:
                return given
        found: list[tuple[Formula, Formula]] = []
        for when, place in self._find_places(expression):
            values = values_of(place, self.encoder.schema)
            if place.is_at_reset:
                found.append((when, Constant(values.default)))
                continue
            bounds = self.encoder.bounds(expression) if not self.bound else None
            if bounds is not None:
                low = values.low if bounds.low is None else max(values.low, bounds.low)
                high = values.high if bounds.high is None else min(values.high, bounds.high)
                values = replace(values, low=low, high=high)
            self.encoder.register(place.name, values)
            found.append((when, FormulaVariable(place.name)))
        return choose(found)

    def _find_places(self, expression: Expr) -> Alternatives:
        match expression:
            case e.Let(value=value):
                return self._find_places(value)
            case e.Variable(name=name):
                return self.bound[name]
            case e.Member(up=up, name=name):
                return ((TRUE, find_place(self.scopes[up], name, self.scopes[up + 1 :])),)
            case e.Select(value=value, name=name):
                schema = self.encoder.schema
                return tuple(
                    (when, place.member(name, schema)) for when, place in self._find_places(value)
                )
            case e.Item(value=value, index=index):
                at = self.encode(index)
                return tuple(
                    (and_(when, chosen), inner)
                    for when, place in self._find_places(value)
                    for chosen, inner in self._find_elements(place, at)
                )
            case _:
                raise AssertionError(f"no place: {expression}")

    def _find_elements(self, place: ReadPlace, at: Formula) -> Alternatives:
        if isinstance(at, Constant):
            return ((TRUE, find_element(place, int(at.value))),)
        count = self._find_length(place)
        if isinstance(count, Constant) and count.value <= _MOST_ELEMENTS:
            each = [
                (make_equal(at, Constant(i)), find_element(place, i))
                for i in range(int(count.value))
            ]
            if each:
                return (*each[:-1], (TRUE, each[-1][1]))
        some = find_element(place, 0)
        why = make_undecided(UndecidedReason.SOME_ELEMENT, place.label)
        return ((TRUE, replace(some, name=f"{place.name}[…]", path=(), overapproximation=why)),)

    def _find_length(self, place: ReadPlace) -> Formula:
        match place.type:
            case Bytes(length=length) | Bitmap(bits=length) | Array(count=length):
                return self._encode_in(length, place.scopes)
            case Opaque(length=length) if length is not None:
                return self._encode_in(length, place.scopes)
            case Opaque() | Blob() | ListType() | MapType():
                if place.is_at_reset:
                    return Constant(0)
                name = f"len({place.name})"
                self.encoder.register(
                    name, Values(low=0, high=_LONGEST, label=f"len({place.label})")
                )
                return FormulaVariable(name)
            case _:
                raise AssertionError(f"no length: {place.type}")

    def _encode_in(self, expression: Expr, scopes: tuple[ElementScope, ...]) -> Formula:
        """An expression of another body, such as the length of an array in it."""
        if scopes is self.scopes:
            return self.encode(expression)
        other = _ExpressionEncoder(self.encoder, scopes)
        other.bound = self.bound
        return other.encode(expression)

    # Quantifiers --------------------------------------------------------------------------------

    def _encode_elements(self, expression: e.Quantifier) -> Formula:
        return choose(
            [
                (when, self._encode_quantifier(expression, place))
                for when, place in self._find_places(expression.over)
            ]
        )

    def _encode_quantifier(self, expression: e.Quantifier, place: ReadPlace) -> Formula:
        count = self._find_length(place)
        is_any = expression.quantity is e.Quantity.ANY
        conditions: list[Formula] = []

        def add(element: ReadPlace, is_there: Formula) -> None:
            self.bound[expression.variable] = ((TRUE, element),)
            body = self.encode(expression.body)
            del self.bound[expression.variable]
            conditions.append(and_(is_there, body) if is_any else or_(not_(is_there), body))

        if isinstance(count, Constant) and count.value <= _MOST_ELEMENTS:
            for i in range(int(count.value)):
                add(find_element(place, i), TRUE)
        else:
            why = make_undecided(UndecidedReason.FIRST_ELEMENTS, _FOLLOWED, place.label)
            for i in range(_FOLLOWED):
                is_there = fold_formula(BinaryFormula(Operator.GREATER, count, Constant(i)))
                add(replace(find_element(place, i), underapproximation=why), is_there)
            has_more = fold_formula(BinaryFormula(Operator.GREATER, count, Constant(_FOLLOWED)))
            add(replace(find_element(place, _FOLLOWED), is_at_reset=True), has_more)
        return or_(*conditions) if is_any else and_(*conditions)

    # Others -------------------------------------------------------------------------------------

    def _make_unknown(self, expression: Expr, why: Undecided) -> Formula:
        """A condition of which nothing is known: a variable of its own."""
        name = f"({expression!r})"
        text = " ".join(expression.span.text.split())
        values = Values(
            low=0, high=1, is_bool=True, default=False, label=text, overapproximation=why
        )
        self.encoder.register(name, values)
        return FormulaVariable(name)

    def _write_in_hexadecimal(self, sides: tuple[Formula, Formula]) -> None:
        """Variables whose bits are read are shown in hexadecimal."""
        for side in sides:
            if isinstance(side, FormulaVariable):
                known = self.encoder.variables[side.name]
                digits = -(-(known.high.bit_length()) // 4) if known.low >= 0 else 0
                self.encoder.variables[side.name] = replace(known, digits=digits)


def _is_float(expression: Expr) -> bool:
    return isinstance(expression.type, e.FloatValue)
