"""The range of the value of an expression, from what is known where it is evaluated."""

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import assert_never

from vmsdl.analysis import intervals
from vmsdl.analysis.facts import FactKey, Facts, find_fact_key
from vmsdl.analysis.intervals import ANY, ARITHMETIC, BIT, COMPARISONS, NATURAL, Interval, exactly
from vmsdl.expr.nodes import (
    MIRRORED,
    OPPOSITE,
    Binary,
    BoolValue,
    Call,
    Conditional,
    ElementIndex,
    EnumValue,
    Expr,
    ExternPresence,
    FloatValue,
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
    SequenceValue,
    Unary,
    Variable,
    Version,
    children,
)
from vmsdl.records import dataclass
from vmsdl.schema.description import EnumDefinition
from vmsdl.schema.sizes import fold_length
from vmsdl.schema.types import Array, Type

# Every assumption copies those before it. No real condition needs more.
_MOST_ASSUMPTIONS = 200


@dataclass(frozen=True, slots=True, eq=False)
class RangeContext:
    """What is known at one step of a body, for all expressions of the step."""

    level: int
    version: Interval
    enums: Mapping[str, EnumDefinition]
    facts: Facts = field(default_factory=Facts)
    # What is known wherever a condition is true that is the `if` of a checked field; by the
    # version since which the field exists.
    gates: Mapping[Expr, Mapping[int, Facts]] = field(default_factory=dict)
    since: int = 0
    time: int = 0
    index: Interval = NATURAL  # of the element that an expression is about


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """The ranges of an expression and its parts in some context, under some assumptions.

    `is_possible` is False where the assumptions contradict each other. Nothing is decided there.
    """

    context: RangeContext
    assumed: Mapping[FactKey, Interval] = field(default_factory=dict)
    gate_facts: tuple[Facts, ...] = ()  # what is known because an `if` is true here
    is_possible: bool = True
    # By the id of the node, since expressions can be shared. The node is kept too, so that its id
    # is not used again.
    _known: dict[int, tuple[Expr, Interval]] = field(default_factory=dict)

    def find_range(self, expression: Expr) -> Interval:
        """The possible values of an integer, enum or bool (0, 1). Other types: any."""
        known = self._known.get(id(expression))
        if known is None:
            known = self._known[id(expression)] = (expression, self._compute(expression))
        return known[1]

    def decide(self, expression: Expr) -> bool | None:
        """The value of a bool, or None where it can be both."""
        if not self.is_possible:
            return None
        point = self.find_range(expression).point
        return None if point is None else point != 0

    def count_elements(self, type_: Type) -> "Ranges":
        """The same, for an expression about each element of an array of this type."""
        count = 1
        while isinstance(type_, Array):
            length = fold_length(type_.count)
            if not length:
                return self
            count, type_ = count * length, type_.element
        context = replace(self.context, index=Interval(0, count - 1))
        return Ranges(context, self.assumed, self.gate_facts, self.is_possible)

    def assume(self, condition: Expr, holds: bool = True) -> "Ranges":
        """What is known where, in addition, a condition is true (or false)."""
        gates = self.context.gates
        if holds and gates and condition in gates:
            found = gates[condition].items()
            gate_facts = tuple(facts for since, facts in found if since <= self.context.since)
            if gate_facts and gate_facts[0] not in self.gate_facts:
                self = Ranges(
                    self.context, self.assumed, self.gate_facts + gate_facts, self.is_possible
                )
        match condition:
            case Let(value=value):
                return self.assume(value, holds)
            case Unary(operator=Operator.NOT, operand=operand):
                return self.assume(operand, not holds)
            case Binary(operator=Operator.AND | Operator.OR as operator, left=left, right=right):
                if (operator is Operator.AND) == holds:
                    return self.assume(left, holds).assume(right, holds)
                return self._join(self.assume(left, holds), self.assume(right, holds))
            case Binary(operator=operator, left=left, right=right) if operator in COMPARISONS:
                operator = operator if holds else OPPOSITE[operator]
                after = self.restrict(left, _bound_left(operator, self.find_range(right)))
                return after.restrict(right, _bound_left(MIRRORED[operator], self.find_range(left)))
            case _:
                return self.restrict(condition, exactly(1 if holds else 0))

    def _join(self, left: "Ranges", right: "Ranges") -> "Ranges":
        if not left.is_possible or not right.is_possible:
            return right if right.is_possible else left
        both = left.assumed.keys() & right.assumed.keys()
        return self._replace_assumed(
            {key: left.assumed[key].join(right.assumed[key]) for key in both}
        )

    def restrict(self, expression: Expr, bounds: Interval) -> "Ranges":
        """What is known of members where, in addition, an expression is in a range."""
        if isinstance(expression.type, FloatValue):
            return self  # a float above 1 need not be 2 or more
        before = self.find_range(expression)
        now = before.meet(bounds)
        if now.is_empty:
            return Ranges(self.context, self.assumed, self.gate_facts, is_possible=False)
        key = find_fact_key(expression, self.context.level)
        if key is not None:
            if now == before or len(self.assumed) >= _MOST_ASSUMPTIONS:
                return self
            return self._replace_assumed({**self.assumed, key: now})
        match expression:
            case Let(value=value):
                return self.restrict(value, bounds)
            case Unary(operator=Operator.NEGATE, operand=operand):
                return self.restrict(operand, intervals.negate(bounds))
            case Binary(operator=Operator.ADD, left=left, right=right):
                after = self.restrict(left, intervals.subtract(bounds, self.find_range(right)))
                return after.restrict(right, intervals.subtract(bounds, self.find_range(left)))
            case Binary(operator=Operator.SUBTRACT, left=left, right=right):
                after = self.restrict(left, intervals.add(bounds, self.find_range(right)))
                return after.restrict(right, intervals.subtract(self.find_range(left), bounds))
            case Binary(operator=Operator.AND_BITS | Operator.MULTIPLY, left=left, right=right):
                if 0 in bounds:
                    return self
                some = Interval(
                    is_nonzero=True
                )  # a product or `&` is nonzero only if both operands are
                return self.restrict(left, some).restrict(right, some)
            case Call(function=Function.MIN | Function.MAX as function, arguments=arguments):
                bound = (
                    Interval(bounds.low, None)
                    if function is Function.MIN
                    else Interval(None, bounds.high)
                )
                after = self
                for argument in arguments:
                    after = after.restrict(argument, bound)
                return after
            case _:
                return self

    def _replace_assumed(self, assumed: Mapping[FactKey, Interval]) -> "Ranges":
        return Ranges(self.context, assumed, self.gate_facts, self.is_possible)

    def _compute(self, expression: Expr) -> Interval:
        match expression:
            case Literal(value=value):
                return exactly(int(value))
            case Let(value=value):
                return self.find_range(value)
            case Version():
                return self.context.version
            case ElementIndex():
                return self.context.index
            case Member() | Select() | Variable() | Item():
                return self._compute_place(expression)
            case ExternPresence() | ReceiverValue():
                raise AssertionError("only comparisons make this node")
            case Unary(operator=operator, operand=operand):
                inner = self.find_range(operand)
                match operator:
                    case Operator.NOT:
                        return intervals.subtract(exactly(1), inner)
                    case Operator.NEGATE:
                        return intervals.negate(inner)
                    case _:
                        return intervals.invert(inner)
            case Binary():
                return self._compute_binary(expression)
            case Call(function=function, arguments=arguments):
                return self._compute_call(function, [self.find_range(each) for each in arguments])
            case Quantifier(quantity=quantity, body=body):
                # Over nothing, `any` is false and `all` is true.
                return (
                    self.find_range(body)
                    .join(exactly(0 if quantity is Quantity.ANY else 1))
                    .meet(BIT)
                )
            case Conditional(condition=condition, yes=yes, no=no):
                branches = [
                    branch.find_range(value)
                    for holds, value in ((True, yes), (False, no))
                    if (branch := self.assume(condition, holds)).is_possible
                ]
                return branches[0].join(branches[-1]) if branches else ANY
            case _:
                assert_never(expression)

    def _compute_place(self, place: Member | Select | Variable | Item) -> Interval:
        match place.type:
            case BoolValue():
                declared = BIT
            case IntValue(low=low, high=high):
                declared = Interval(low, high)
            case EnumValue(name=name):
                declared = _find_enum_range(self.context.enums[name])
            case _:
                declared = ANY
        if isinstance(place, Item):
            over = place.value.type
            if isinstance(over, SequenceValue) and over.nullable:
                declared = declared.join(exactly(0))  # a null element reads as its zero
        key = find_fact_key(place, self.context.level)
        if key is not None:
            for facts in (self.context.facts, *self.gate_facts):
                known = facts.find(key, self.context.time)
                declared = declared if known is None else declared.meet(known)
            known = self.assumed.get(key)
            declared = declared if known is None else declared.meet(known)
        return declared

    def _compute_binary(self, expression: Binary) -> Interval:
        operator, left, right = expression.operator, expression.left, expression.right
        if operator is Operator.AND or operator is Operator.OR:
            return self._compute_chain(expression)
        one, other = self.find_range(left), self.find_range(right)
        if operator in ARITHMETIC:
            return ARITHMETIC[operator](one, other)
        truth = COMPARISONS[operator](one, other)
        if truth is None and operator in (Operator.EQUAL, Operator.NOT_EQUAL):
            key = find_fact_key(left, self.context.level)
            is_same = key is not None and key == find_fact_key(right, self.context.level)
            # An f64 that is not a number does not equal itself.
            if is_same and not isinstance(left.type, FloatValue):
                truth = operator is Operator.EQUAL
            elif self._differ_in_bits(left, right):
                truth = operator is Operator.NOT_EQUAL
        return BIT if truth is None else exactly(int(truth))

    def _compute_chain(self, expression: Binary) -> Interval:
        decisive = int(
            expression.operator is Operator.OR
        )  # the value of an operand that decides the result
        here, is_known = self, True
        for operand in flatten_chain(expression):
            # An operand is evaluated only where those before it did not decide the result.
            if not here.is_possible:
                return BIT
            point = here.find_range(operand).point
            if point == decisive:
                return exactly(decisive)
            is_known = is_known and point is not None
            here = here.assume(operand, not decisive)
        return exactly(1 - decisive) if is_known else BIT

    def _compute_call(self, function: Function, arguments: list[Interval]) -> Interval:
        if function is Function.LEN:
            return NATURAL
        lows = [each.low for each in arguments]
        highs = [each.high for each in arguments]
        if function is Function.MIN:
            low = None if None in lows else min(_drop_missing(lows))
            return Interval(low, min(_drop_missing(highs), default=None))
        high = None if None in highs else max(_drop_missing(highs))
        return Interval(max(_drop_missing(lows), default=None), high)

    def _differ_in_bits(self, left: Expr, right: Expr) -> bool:
        """Whether one side is a constant with a bit that the other cannot have: `x & 6 == 1`."""
        for side, other in ((left, right), (right, left)):
            constant, bits = self.find_range(side).point, self._find_possible_bits(other)
            if constant is not None and bits is not None and constant >= 0 and constant & ~bits:
                return True
        return False

    def _find_possible_bits(self, expression: Expr) -> int | None:
        """All bits that can be set in a value. None: unknown, or it can be negative."""
        match expression:
            case Let(value=value):
                return self._find_possible_bits(value)
            case Binary(operator=Operator.AND_BITS, left=left, right=right):
                one, other = self._find_possible_bits(left), self._find_possible_bits(right)
                if one is None or other is None:
                    return one if other is None else other
                return one & other
            case Binary(operator=Operator.OR_BITS | Operator.XOR_BITS, left=left, right=right):
                one, other = self._find_possible_bits(left), self._find_possible_bits(right)
                return None if one is None or other is None else one | other
            case _:
                possible = self.find_range(expression)
                if possible.low is None or possible.low < 0 or possible.high is None:
                    return None
                if possible.point is not None:
                    return possible.point
                if isinstance(expression.type, EnumValue):
                    return _collect_bits(self.context.enums[expression.type.name])
                return (1 << possible.high.bit_length()) - 1


def find_contexts(expression: Expr, ranges: Ranges) -> Iterator[tuple[Expr, Ranges]]:
    """The parts of an expression, with what is known when they are evaluated.

    Of a chain of one `and` or `or`, only the whole chain and its operands are yielded.
    """
    stack = [(expression, ranges)]
    while stack:
        part, here = stack.pop()
        yield part, here
        match part:
            case Binary(operator=Operator.AND | Operator.OR as operator):
                for operand in flatten_chain(part):
                    stack.append((operand, here))
                    here = here.assume(operand, operator is Operator.AND)
            case Conditional(condition=condition, yes=yes, no=no):
                stack += [(no, here.assume(condition, False)), (yes, here.assume(condition))]
                stack += [(condition, here)]
            case _:
                stack += [(child, here) for child in reversed(children(part))]


def flatten_chain(expression: Binary) -> list[Expr]:
    """The operands of one operator used in a row, such as all conditions that an `and` joins."""
    found: list[Expr] = []
    stack: list[Expr] = [expression]
    while stack:
        part = stack.pop()
        if isinstance(part, Binary) and part.operator is expression.operator:
            stack += (part.right, part.left)
        else:
            found.append(part)
    return found


def _bound_left(operator: Operator, other: Interval) -> Interval:
    """The range of `left` where `left OPERATOR other` is true."""
    match operator:
        case Operator.EQUAL:
            return other
        case Operator.NOT_EQUAL:
            return Interval(is_nonzero=True) if other.point == 0 else ANY
        case Operator.LESS:
            return Interval(None, None if other.high is None else other.high - 1)
        case Operator.LESS_EQUAL:
            return Interval(None, other.high)
        case Operator.GREATER:
            return Interval(None if other.low is None else other.low + 1, None)
        case _:
            return Interval(other.low, None)


def _find_enum_range(enum: EnumDefinition) -> Interval:
    values = [member.value for member in enum.members]
    if enum.is_flags:
        return Interval(0, _collect_bits(enum)) if min(values, default=0) >= 0 else ANY
    return Interval(min(values), max(values)) if values else ANY


def _collect_bits(enum: EnumDefinition) -> int | None:
    bits = 0
    for member in enum.members:
        if member.value < 0:
            return None
        bits |= member.value
    return bits


def _drop_missing(bounds: list[int | None]) -> list[int]:
    return [bound for bound in bounds if bound is not None]
