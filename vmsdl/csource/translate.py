"""From what a C function computes to an expression of the schema.

What the state sends is a member; what it does not send becomes a property where the device has one
(DEFINE_PROP_*), else a local: both sides know it, and neither sends it. In vmsdl truths and
integers do not mix, so every translation says which of the two it gives.
"""

from collections.abc import Callable
from dataclasses import field

from vmsdl.csource import values as v
from vmsdl.csource.bodies import (
    Body,
    SentMember,
    StatePath,
    UnsentMember,
    is_bool_type,
    make_number,
    make_use,
    prefix,
)
from vmsdl.csource.place import SourcePlace
from vmsdl.records import dataclass
from vmsdl.syntax import tree

_OPERATORS = {
    v.ValueOperator.MULTIPLY: "*",
    v.ValueOperator.DIVIDE: "/",
    v.ValueOperator.REMAINDER: "%",
    v.ValueOperator.ADD: "+",
    v.ValueOperator.SUBTRACT: "-",
    v.ValueOperator.SHIFT_LEFT: "<<",
    v.ValueOperator.SHIFT_RIGHT: ">>",
    v.ValueOperator.BIT_AND: "&",
    v.ValueOperator.BIT_XOR: "^",
    v.ValueOperator.BIT_OR: "|",
}
_COMPARISONS = {
    v.ValueOperator.EQUAL: "==",
    v.ValueOperator.UNEQUAL: "!=",
    v.ValueOperator.LESS: "<",
    v.ValueOperator.LESS_EQUAL: "<=",
    v.ValueOperator.GREATER: ">",
    v.ValueOperator.GREATER_EQUAL: ">=",
}
_TRUE = tree.BoolLiteral(value=True)
_FALSE = tree.BoolLiteral(value=False)
_NOT = "not"

# Makes a local or property for what is not sent: (body, path or name of a global, its C type,
# whether it is a truth) to the member, which it also declares.
Declare = Callable[[Body, "UnsentSource", v.CType | None, bool], UnsentMember]


@dataclass(frozen=True, slots=True)
class UnsentSource:
    """What a local or property stands for: a key, a name for it, and the path where it is one."""

    key: str
    name: str
    path: StatePath | None = None
    outer: tuple[str, StatePath, StatePath] | None = None
    bit: int | None = None


@dataclass(slots=True)
class Translator:
    """Translates values that functions of `body` compute."""

    body: Body
    declare: Declare
    # From a C type that a function takes the state for: the members that lead from the state to it,
    # and from it to the state. One of them has none; None where neither leads to the other.
    find_base: Callable[[str], tuple[StatePath, StatePath] | None]
    find_bit: Callable[[Body, StatePath, int], str | None]
    name_constant: Callable[[v.NumberValue], tree.Expression | None]
    variables: dict[str, tuple[tree.Expression, v.Path, SentMember]] = field(default_factory=dict)

    def translate_truth(self, value: v.Value) -> tree.Expression:
        match value:
            case v.NumberValue(value=number):
                return _TRUE if number else _FALSE
            case v.UnaryValue(operator=v.ValueOperator.NOT, operand=operand):
                return negate(self.translate_truth(operand))
            case v.BinaryValue(operator=v.ValueOperator.AND, left=left, right=right):
                return join("and", self.translate_truth(left), self.translate_truth(right))
            case v.BinaryValue(operator=v.ValueOperator.OR, left=left, right=right):
                return join("or", self.translate_truth(left), self.translate_truth(right))
            case v.BinaryValue(operator=operator, left=left, right=right) if (
                operator in _COMPARISONS
            ):
                return self._compare(operator, left, right)
            case v.BinaryValue(operator=v.ValueOperator.BIT_AND, left=left, right=right):
                bit = self._find_property_bit(left, right)
                return bit if bit is not None else self._compare_with_zero(value)
            case v.ChoiceValue(condition=condition, then=then, otherwise=otherwise):
                return choose(
                    self.translate_truth(condition),
                    self.translate_truth(then),
                    self.translate_truth(otherwise),
                )
            case v.ToInteger(truth=truth):
                return self.translate_truth(truth)
            case v.NotNull(pointer=place):
                return self._use_unsent(place, True, "is_set")
            case v.PointsTo(pointer=place, target=target):
                return self._use_unsent(place, True, f"is_{target}")
            case v.TimerPending(timer=timer):
                use = self._use_path(timer)[0]
                return tree.BinaryExpr(operator="!=", left=use, right=make_number(-1))
            case v.Quantified():
                return self._quantify(value)
            case v.Path():
                use, is_bool = self._use_path(value)
                return use if is_bool else _is_not_zero(use)
            case v.Global(name=name, type=type_):
                return self._use_global(name, type_, True)
            case v.UnknownCall(name=name, type=type_):
                return self._use_global(name, type_, True)
            case _:
                return self._compare_with_zero(value)

    def translate_integer(self, value: v.Value) -> tree.Expression:
        match value:
            case v.NumberValue(value=number):
                return self.name_constant(value) or make_number(number)
            case v.VersionValue():
                return tree.NameUse(name="version")
            case v.Path():
                use, is_bool = self._use_path(value)
                return _to_integer(use) if is_bool else use
            case v.UnaryValue(operator=operator, operand=operand) if (
                operator is not v.ValueOperator.NOT
            ):
                sign = "~" if operator is v.ValueOperator.INVERT else "-"
                return tree.UnaryExpr(operator=sign, operand=self.translate_integer(operand))
            case v.BinaryValue(operator=operator, left=left, right=right) if operator in _OPERATORS:
                return tree.BinaryExpr(
                    operator=_OPERATORS[operator],
                    left=self.translate_integer(left),
                    right=self.translate_integer(right),
                )
            case v.ChoiceValue(condition=condition, then=then, otherwise=otherwise):
                return tree.ConditionalExpr(
                    condition=self.translate_truth(condition),
                    yes=self.translate_integer(then),
                    no=self.translate_integer(otherwise),
                )
            case v.Global(name=name, type=type_) | v.UnknownCall(name=name, type=type_):
                use = self._use_global(name, type_, is_bool_type(type_))
                return _to_integer(use) if is_bool_type(type_) else use
            case (
                v.UnaryValue()
                | v.BinaryValue()
                | v.ToInteger()
                | v.NotNull()
                | v.PointsTo()
                | v.Quantified()
            ):
                return _to_integer(self.translate_truth(value))
            case v.TimerPending():
                return _to_integer(self.translate_truth(value))
        raise v.NotUnderstood(f"{type(value).__name__} is no number", _find_place(value))

    def _compare_with_zero(self, value: v.Value) -> tree.Expression:
        return _is_not_zero(self.translate_integer(value))

    def _compare(self, operator: v.ValueOperator, left: v.Value, right: v.Value) -> tree.Expression:
        is_equal = operator is v.ValueOperator.EQUAL
        if operator in (v.ValueOperator.EQUAL, v.ValueOperator.UNEQUAL):
            for one, other in ((left, right), (right, left)):
                # `flag == true`, `x == 0` of a truth, and `(bits & mask) != 0`.
                if (
                    isinstance(other, v.NumberValue)
                    and other.value in (0, 1)
                    and self._is_truth(one)
                ):
                    truth = self.translate_truth(one)
                    return truth if bool(other.value) == is_equal else negate(truth)
                if other == v.NumberValue(0) and self._is_switch(one):
                    truth = self.translate_truth(one)
                    return negate(truth) if is_equal else truth
            if self._is_truth(left) and self._is_truth(right):
                return tree.BinaryExpr(
                    operator=_COMPARISONS[operator],
                    left=self.translate_truth(left),
                    right=self.translate_truth(right),
                )
        return tree.BinaryExpr(
            operator=_COMPARISONS[operator],
            left=self.translate_integer(left),
            right=self.translate_integer(right),
        )

    def _is_truth(self, value: v.Value) -> bool:
        match value:
            case (
                v.UnaryValue(operator=v.ValueOperator.NOT)
                | v.NotNull()
                | v.PointsTo()
                | v.TimerPending()
            ):
                return True
            case v.BinaryValue(operator=operator):
                return operator in _COMPARISONS or operator in (
                    v.ValueOperator.AND,
                    v.ValueOperator.OR,
                )
            case v.ToInteger() | v.Quantified():
                return True
            case v.Path():
                path = self.locate(value)
                found = None if path is None else self.body.find(path)
                return found[1].is_bool if found is not None else is_bool_type(value.type)
            case v.Global(type=type_) | v.UnknownCall(type=type_):
                return is_bool_type(type_)
        return False

    def _is_switch(self, value: v.Value) -> bool:
        """An integer of which C only asks whether it is zero: what the program decides, or a bit
        that a property sets."""
        match value:
            case v.Global(type=type_) | v.UnknownCall(type=type_):
                return type_ is None or not type_.pointers
            case v.BinaryValue(operator=v.ValueOperator.BIT_AND, left=left, right=right):
                return self._find_property_bit(left, right) is not None
        return False

    # Places ------------------------------------------------------------------------------------

    def _use_path(self, value: v.Path) -> tuple[tree.Expression, bool]:
        """An expression for what is read at a path, and whether it is a bool."""
        of_variable = self._use_variable(value)
        if of_variable is not None:
            return of_variable
        if isinstance(value.root, v.Global):
            name = "_".join((value.root.name, *_word_steps(value.steps)))
            is_bool = is_bool_type(value.type)
            return self._use_global(name, value.type, is_bool), is_bool
        path = self.locate(value)
        if path is not None:
            found = self.body.find(path)
            if found is not None:
                use, member = found
                if not member.is_number or member.is_indexed or member.inner is not None:
                    raise v.NotUnderstood(f"{member.name} is no number", value.place)
                return use, member.is_bool
        is_bool = is_bool_type(value.type)
        return self._use_unsent(value, is_bool), is_bool

    def _use_variable(self, value: v.Path) -> tuple[tree.Expression, bool] | None:
        """A path through the element that an `any` or `all` looks at."""
        for at, step in enumerate(value.steps):
            if isinstance(step, v.StepInto) and isinstance(step.index, v.LoopIndex):
                variable = self.variables.get(step.index.name)
                if variable is None or variable[1].steps != value.steps[:at]:
                    raise v.NotUnderstood("an index of two arrays", value.place)
                rest = _make_steps(value.steps[at + 1 :])
                member = variable[2]
                if not rest and member.inner is None:
                    return variable[0], member.is_bool
                inner = member.inner.find_own(rest) if member.inner and rest else None
                if inner is None or inner[1].inner is not None or inner[1].is_indexed:
                    raise v.NotUnderstood("a member of an element that is not sent", value.place)
                return prefix(variable[0], inner[0]), inner[1].is_bool
        return None

    def locate(self, value: v.Path) -> StatePath | None:
        """The path from the C type of this body; None where it leads out of the state."""
        if not isinstance(value.root, v.Root):
            return None
        steps = value.steps
        while len(steps) > 1 and isinstance(steps[0], v.StepOut):
            # A cast of the first member to the struct around it, which is the state itself.
            if steps[0].type != self.body.state:
                return None
            steps = steps[1:]
        rest = _make_steps(steps)
        is_derived = isinstance(value.steps[0], v.StepOut) if value.steps else False
        if rest is None or is_derived or value.root.type is None:
            return rest
        base = self.find_base(value.root.type)
        if base is None:
            return None
        inner, outer = base
        return inner + rest[len(outer) :] if rest[: len(outer)] == outer else None

    def _use_unsent(self, value: v.Path, is_bool: bool, suffix: str = "") -> tree.Expression:
        if isinstance(value.root, v.Global):
            name = "_".join((value.root.name, *_word_steps(value.steps), suffix)).strip("_")
            return self._use_global(name, value.type, is_bool)
        words = list(_word_steps(value.steps))
        path = self.locate(value)
        name = "_".join([*_take_last(words), *([suffix] if suffix else [])])
        outer = _find_outer(value)
        key = f"{path} {suffix}" if path is not None else ".".join([*map(str, value.steps), suffix])
        source = UnsentSource(key, name, None if suffix else path, outer)
        member = self.declare(self.body.root, source, value.type, is_bool)
        return make_use(member.name)

    def _use_global(self, name: str, type_: v.CType | None, is_truth: bool) -> tree.Expression:
        member = self.declare(self.body.root, UnsentSource(f"::{name}", name), type_, is_truth)
        use = make_use(member.name)
        if member.is_bool == is_truth:
            return use
        return _is_not_zero(use) if is_truth else _to_integer(use)

    def _find_property_bit(self, left: v.Value, right: v.Value) -> tree.Expression | None:
        """`flags & (1 << n)` where a property of the device is this bit."""
        for value, mask in ((left, right), (right, left)):
            if not isinstance(value, v.Path) or not isinstance(mask, v.NumberValue):
                continue
            bit = mask.value.bit_length() - 1
            path = self.locate(value)
            if mask.value <= 0 or mask.value != 1 << bit or path is None or self.body.find(path):
                continue
            name = self.find_bit(self.body, path, bit)
            if name is not None:
                source = UnsentSource(f"{path}#{bit}", name, path, bit=bit)
                member = self.declare(self.body.root, source, v.CType(("bool",)), True)
                return make_use(member.name)
        return None

    def _quantify(self, value: v.Quantified) -> tree.Expression:
        path = self.locate(value.array)
        arrays = [] if path is None else self.body.find_arrays(path)
        reason = v.NotUnderstood("a loop over an array that is not sent", value.array.place)
        for over, member in arrays:
            if member.first or (
                member.count is not None and value.count != v.NumberValue(member.count)
            ):
                reason = v.NotUnderstood("a loop over a part of an array", value.array.place)
                continue
            try:
                return self._quantify_over(value, over, member)
            except v.NotUnderstood as inner:
                reason = inner
        raise reason

    def _quantify_over(
        self, value: v.Quantified, over: tree.Expression, member: SentMember
    ) -> tree.Expression:
        name = "each" if not self.variables else f"each_{len(self.variables) + 1}"
        variable = tree.NameUse(name=name)
        self.variables[value.variable] = (variable, value.array, member)
        try:
            body = self.translate_truth(value.body)
        finally:
            del self.variables[value.variable]
        return tree.QuantifierExpr(
            function=tree.Name(text=value.quantifier.value),
            variable=tree.Name(text=name),
            over=over,
            body=body,
        )


# Parts of expressions ----------------------------------------------------------------------------


def negate(truth: tree.Expression) -> tree.Expression:
    opposites = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
    match truth:
        case tree.BoolLiteral(value=value):
            return _FALSE if value else _TRUE
        case tree.UnaryExpr(operator="not", operand=operand):
            return operand
        case tree.BinaryExpr(operator=operator, left=left, right=right) if operator in opposites:
            return tree.BinaryExpr(operator=opposites[operator], left=left, right=right)
    return tree.UnaryExpr(operator=_NOT, operand=truth)


def join(word: str, left: tree.Expression, right: tree.Expression) -> tree.Expression:
    """`left and right`, `left or right`, without what decides nothing."""
    absorbing, neutral = (_FALSE, _TRUE) if word == "and" else (_TRUE, _FALSE)
    if absorbing in (left, right):
        return absorbing
    if left in (neutral, right):
        return right
    if right == neutral:
        return left
    return tree.BinaryExpr(operator=word, left=left, right=right)


def choose(
    condition: tree.Expression, then: tree.Expression, otherwise: tree.Expression
) -> tree.Expression:
    """A choice between truths, as `and` and `or` where one of them is plain."""
    if condition in (_TRUE, _FALSE):
        return then if condition == _TRUE else otherwise
    if then == otherwise:
        return then
    if then == _TRUE:
        return join("or", condition, otherwise)
    if then == _FALSE:
        return join("and", negate(condition), otherwise)
    if otherwise == _TRUE:
        return join("or", negate(condition), then)
    if otherwise == _FALSE:
        return join("and", condition, then)
    return tree.ConditionalExpr(condition=condition, yes=then, no=otherwise)


def _is_not_zero(integer: tree.Expression) -> tree.Expression:
    match integer:
        case tree.IntegerLiteral(value=value):
            return _TRUE if value else _FALSE
        case tree.ConditionalExpr(
            condition=condition,
            yes=tree.IntegerLiteral(value=1),
            no=tree.IntegerLiteral(value=0),
        ):
            return condition
    return tree.BinaryExpr(operator="!=", left=integer, right=make_number(0))


def _to_integer(truth: tree.Expression) -> tree.Expression:
    if truth in (_TRUE, _FALSE):
        return make_number(int(truth == _TRUE))
    return tree.ConditionalExpr(condition=truth, yes=make_number(1), no=make_number(0))


# Steps -------------------------------------------------------------------------------------------


def _make_steps(steps: tuple[v.Step, ...]) -> StatePath | None:
    path: list[str | int] = []
    for step in steps:
        match step:
            case v.StepTo(name=name):
                path.append(name)
            case v.StepInto(index=v.NumberValue(value=value)):
                path.append(value)
            case _:
                return None
    return tuple(path)


def _word_steps(steps: tuple[v.Step, ...]) -> tuple[str, ...]:
    words: list[str] = []
    for step in steps:
        match step:
            case v.StepTo(name=name):
                words.append(name)
            case v.StepInto(index=v.NumberValue(value=value)):
                words.append(str(value))
            case v.StepInto():
                raise v.NotUnderstood("an index that is not constant")
    return tuple(words)


def _take_last(words: list[str]) -> list[str]:
    """The last name of a path, with the numbers of elements behind it."""
    at = len(words)
    while at and words[at - 1].isdigit():
        at -= 1
    return words[max(at - 1, 0) :] or ["state"]


def _find_outer(value: v.Path) -> tuple[str, StatePath, StatePath] | None:
    """For a path that leaves the struct: the type around it, the member that it is, the rest."""
    if not value.steps or not isinstance(value.steps[0], v.StepOut):
        return None
    step = value.steps[0]
    rest = _make_steps(value.steps[1:])
    return None if rest is None else (step.type, step.member, rest)


def _find_place(value: v.Value) -> SourcePlace:
    place = getattr(value, "place", None)
    return place if isinstance(place, SourcePlace) else SourcePlace("", 0)
