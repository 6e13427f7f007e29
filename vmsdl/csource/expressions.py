"""Expressions of C, evaluated symbolically in a state.

What C says is kept exactly, or it is not understood (`NotUnderstood`): nothing is guessed.
"""

import errno
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import TypeAlias

from vmsdl.csource import parse as c
from vmsdl.csource.c_types import Types, point_to, strip_lengths
from vmsdl.csource.constants import evaluate
from vmsdl.csource.integers import (
    INT,
    LONG,
    UINT,
    ULONG,
    IntegerType,
    compute,
    convert,
    invert,
    name_integer,
    name_type,
    negate,
)
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.places import (
    UNKNOWN_TYPE,
    cast_place,
    find_path,
    follow,
    name_content,
    name_place,
    step_into,
    step_to_member,
)
from vmsdl.csource.program import Program
from vmsdl.csource.state import (
    MOST_PARTS,
    Address,
    Content,
    Flow,
    State,
    Typed,
    choose_content,
    is_of_state,
    merge,
)
from vmsdl.csource.tables import read_table_member
from vmsdl.csource.truths import choose, fold, is_truth, join, negate_truth, to_integer, to_truth
from vmsdl.csource.unit import Unit
from vmsdl.csource.values import (
    FALSE,
    TRUE,
    ChoiceValue,
    CType,
    FrameMemory,
    Global,
    LoopIndex,
    NotNull,
    NotUnderstood,
    NumberValue,
    Path,
    PointsTo,
    Root,
    StepInto,
    StepTo,
    TextValue,
    UnknownCall,
    UnknownValue,
    Value,
    ValueOperator,
    VersionValue,
    is_larger,
)
from vmsdl.records import dataclass

BOOL = CType(("bool",))
INT_TYPE = CType(("int",))
VOID = CType(("void",))
STREAM = CType(("QEMUFile",))
NULL = Typed(FALSE, CType(("void",), 1))
_BINARY = {
    operator.value: operator for operator in ValueOperator if operator.value not in ("!", "-x")
}
_COMPARED = (ValueOperator.EQUAL, ValueOperator.UNEQUAL)
_SIZE = name_type(ULONG)
_BOOL_KIND = name_integer(BOOL.words)
# errno.h is outside of the tree.
_ERRORS = {name: number for number, name in errno.errorcode.items()}

MOST_STEPS = 12_000
MOST_ELEMENTS = 256


@dataclass(slots=True)
class StepBudget:
    """How much one function may cost: C that is huge ends in a reason, not in a wait."""

    steps: int = MOST_STEPS
    frames: int = 0

    def spend(self, place: SourcePlace) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise NotUnderstood("the function has too many ways through it", place)

    def take_frame(self) -> int:
        self.frames += 1
        return self.frames


Call: TypeAlias = Callable[[str, Sequence[Typed], State, SourcePlace], Typed]
RunBlock: TypeAlias = Callable[[Sequence[c.CStatement], State], Flow]
Special: TypeAlias = "Callable[[Evaluator, Sequence[c.CExpression], State, SourcePlace], Typed]"


@dataclass(slots=True)
class Evaluator:
    """Evaluates the expressions of one call of a function of `unit`.

    `specials` are macros and functions whose name says more than their body. `is_lenient`: a part
    that is not understood has an `UnknownValue` value, and what it may have changed is clobbered.
    """

    program: Program
    unit: Unit
    budget: StepBudget
    frame: int
    call: Call
    run_block: RunBlock
    specials: Mapping[str, Special]
    is_lenient: bool = False
    types: Types = field(init=False)

    def __post_init__(self) -> None:
        self.types = Types(self.program, self.unit)

    def find_place(self, part: c.CExpression | c.CStatement) -> SourcePlace:
        return SourcePlace(self.unit.path, part.line)

    # Variables ---------------------------------------------------------------------------------

    def declare(self, name: str, type_: CType, state: State) -> Path:
        path = Path(FrameMemory(name, self.frame), ())
        if name in state.variables and state.variables[name][0] == path:
            path = Path(FrameMemory(name, self.budget.take_frame()), ())  # of an inner block
        for each in [each for each in state.memory if each.root == path.root]:
            del state.memory[each]  # of an earlier block
        state.variables[name] = path, type_
        return path

    def assign(
        self, path: Path, type_: CType, value: Typed, state: State, place: SourcePlace
    ) -> Typed:
        value = self.cast(value, type_)
        if not self.is_lenient and is_of_state(path):
            raise NotUnderstood("it changes the state", place)
        if not type_.pointers and isinstance(value.value, Address):
            return self._copy_struct(path, type_, value.value.to, state, place)
        try:
            state.write(path, value, place)
        except NotUnderstood as reason:
            if not self.is_lenient:
                raise
            state.clobber(path, reason.reason, place)
        return value

    def _copy_struct(
        self, path: Path, type_: CType, source: Path, state: State, place: SourcePlace
    ) -> Typed:
        struct = self.types.find_struct(type_)
        if struct is None or type_.lengths or len(struct.layout) > MOST_ELEMENTS:
            raise NotUnderstood("a copy of a struct that is not known", place)
        if any(each.type.bits == 0 or not each.name for each in struct.layout) or struct.is_union:
            raise NotUnderstood("a copy of a struct with a part without a name", place)
        for each in struct.layout:
            to, member = step_to_member(self.types, path, type_, each.name, place)
            origin, _ = step_to_member(self.types, source, type_, each.name, place)
            if member.lengths:
                raise NotUnderstood("a copy of a struct with an array", place)
            self.assign(to, member, self._read(origin, member, state), state, place)
        return Typed(Address(path), type_)

    def initialize(
        self, path: Path, type_: CType, items: c.CList, state: State, place: SourcePlace
    ) -> None:
        """`T x = { … }`: what is not named is zero (C11 6.7.9)."""
        self._fill_with_zeros(path, type_, state, place)
        struct = None if type_.lengths else self.types.find_struct(type_)
        names = [] if struct is None else [each.name for each in struct.layout]
        next_index = 0
        for item in items.items:
            if item.name is not None and struct is not None:
                to, member = step_to_member(self.types, path, type_, item.name, place)
                next_index = names.index(item.name) + 1 if item.name in names else len(names)
            elif type_.lengths:
                if item.index is not None:
                    next_index = self._read_constant(item.index, state)
                to, member = step_into(Typed(Address(path), type_), NumberValue(next_index), place)
                next_index += 1
            elif struct is not None and next_index < len(names) and names[next_index]:
                to, member = step_to_member(self.types, path, type_, names[next_index], place)
                next_index += 1
            elif struct is None:
                to, member = path, type_
            else:
                raise NotUnderstood("an initial value", place)
            if isinstance(item.value, c.CList):
                self.initialize(to, member, item.value, state, place)
            else:
                self.assign(to, member, self.expression(item.value, state), state, place)

    def _fill_with_zeros(self, path: Path, type_: CType, state: State, place: SourcePlace) -> None:
        self.budget.spend(place)
        if type_.lengths:
            length = type_.lengths[0]
            if length is None or length > MOST_ELEMENTS:
                raise NotUnderstood("a large array of its own", place)
            for at in range(length):
                to, element = step_into(Typed(Address(path), type_), NumberValue(at), place)
                self._fill_with_zeros(to, element, state, place)
            return
        struct = None if type_.pointers else self.types.find_struct(type_)
        if struct is None:
            state.memory[path] = Typed(FALSE, type_)
            return
        for each in struct.layout:
            if each.name:
                to, member = step_to_member(self.types, path, type_, each.name, place)
                self._fill_with_zeros(to, member, state, place)

    def _read_constant(self, expression: c.CExpression, state: State) -> int:
        value = self.expression(expression, state).value
        if isinstance(value, NumberValue):
            return value.value
        raise NotUnderstood("an index that is not constant", self.find_place(expression))

    # Values ------------------------------------------------------------------------------------

    def attempt(self, expression: c.CExpression, state: State) -> Typed:
        """The value; where it `is_lenient`, an `UnknownValue` one of what is not understood."""
        if not self.is_lenient:
            return self.expression(expression, state)
        before = state.copy()
        try:
            return self.expression(expression, state)
        except NotUnderstood as reason:
            state.take(before)
            place = self.find_place(expression)
            if c.has_effects(expression):
                state.forget(reason.reason, reason.place if reason.place.path else place)
            return Typed(UnknownValue(reason.reason), UNKNOWN_TYPE)

    def truth(self, expression: c.CExpression, state: State) -> Value:
        return make_truth(self.attempt(expression, state))

    def expression(self, expression: c.CExpression, state: State) -> Typed:
        place = self.find_place(expression)
        self.budget.spend(place)
        match expression:
            case c.CNumber(value=number, is_unsigned=is_unsigned, is_long=is_long):
                return Typed(
                    NumberValue(number), name_type(_type_number(number, is_unsigned, is_long))
                )
            case c.CString(value=text):
                return Typed(TextValue(text), CType(("char",), 1))
            case c.CName(name=name):
                return self._name(name, state, place)
            case c.CMember() | c.CIndex():
                path, type_ = self.place(expression, state)
                return self._read(path, type_, state)
            case c.CUnary():
                return self._unary(expression, state, place)
            case c.CBinary(operator=operator, left=left, right=right):
                return self._binary(operator, left, right, state, place)
            case c.CConditional():
                return self._conditional(expression, state, place)
            case c.CCast(type=type_, operand=operand):
                return self.cast(self.expression(operand, state), type_)
            case c.CAssign():
                return self._assign(expression, state, place)
            case c.CCall():
                return self._call(expression, state, place)
            case c.CSizeof(operand=operand):
                return self._measure(operand, state, place)
            case c.CComma(first=first, second=second):
                self.attempt(first, state)
                return self.expression(second, state)
            case c.CStatements(body=body) if body and isinstance(body[-1], c.CDo):
                outer = dict(state.variables)
                flow = self.run_block(body[:-1], state)
                if flow.exits or flow.state is None:
                    raise NotUnderstood("a jump out of an expression", place)
                state.variables = flow.state.variables
                state.take(flow.state)
                value = self.expression(body[-1].expression, state)
                state.variables = outer
                return value
            case c.CCompound(type=type_, value=items):
                path = self.declare("a value without a name", type_, state)
                self.initialize(path, type_, items, state, place)
                return self._read(path, type_, state)
        raise NotUnderstood(f"{type(expression).__name__[1:].lower()} of C", place)

    def _name(self, name: str, state: State, place: SourcePlace) -> Typed:
        if name in state.variables:
            return self._read(*state.variables[name], state)
        if name in ("true", "false"):
            return Typed(NumberValue(int(name == "true")), BOOL)
        if name == "NULL":
            return NULL
        value = evaluate(self.program, [name], self.unit)
        if value is not None:
            kind = next(
                (each for each in (INT, UINT, LONG, ULONG) if each.low <= value <= each.high), ULONG
            )
            return Typed(NumberValue(value, name), name_type(kind))
        error = _ERRORS.get(name)
        if error is not None:
            return Typed(NumberValue(error, name), INT_TYPE)
        return Typed(Global(name, None, place), CType(("?", name)))

    def _read(self, path: Path, type_: CType, state: State) -> Typed:
        if self.types.is_aggregate(type_):
            return Typed(Address(path), type_)
        if isinstance(path.root, Global) and path.steps:
            known = read_table_member(self.program, self.unit, path)
            if known is not None:
                return known
        try:
            content = state.read(path)
        except NotUnderstood as reason:
            if self.is_lenient:
                return Typed(UnknownValue(reason.reason), type_)
            raise NotUnderstood(reason.reason, path.place) from None
        if isinstance(content, UnknownValue) and not self.is_lenient:
            raise NotUnderstood(content.reason, path.place)
        if isinstance(content, Path) and content == path:
            kind = self.types.find_integer(type_)
            known_type = type_ if kind is None else replace(name_type(kind), bits=type_.bits)
            return Typed(replace(content, type=known_type), type_)
        return Typed(content, type_)

    def number(self, typed: Typed, place: SourcePlace) -> tuple[Value, IntegerType]:
        """The value as an integer, with its type."""
        value = typed.value
        if isinstance(value, UnknownValue):
            return value, self.types.find_integer(typed.type) or INT
        if isinstance(value, Address | TextValue) or typed.type.pointers:
            raise NotUnderstood("arithmetic of pointers", place)
        kind = self.types.find_integer(typed.type)
        if kind is None:
            if isinstance(value, Global | UnknownCall):
                return value, INT
            if isinstance(value, Path) and isinstance(value.root, Global):
                return value, INT
            if is_truth(value) or isinstance(value, NumberValue | LoopIndex | VersionValue):
                return to_integer(value), INT
            raise NotUnderstood("a value of a type that is no integer", place)
        return to_integer(value), kind

    def _measure(self, operand: "CType | c.CExpression", state: State, place: SourcePlace) -> Typed:
        if isinstance(operand, c.CName) and operand.name not in state.variables:
            operand = CType((operand.name,))
        if isinstance(operand, CType):
            type_ = self.types.open_typedef(operand)
        elif isinstance(operand, c.CString):
            return Typed(NumberValue(len(operand.value) + 1), _SIZE)
        else:
            _, type_ = self.place(operand, state.copy())
        size = self.types.measure(type_)
        if size is None:
            raise NotUnderstood("the size of a type", place)
        return Typed(NumberValue(size), _SIZE)

    # Operators ---------------------------------------------------------------------------------

    def _unary(self, expression: c.CUnary, state: State, place: SourcePlace) -> Typed:
        match expression.operator:
            case "!":
                value = self.expression(expression.operand, state)
                return Typed(negate_truth(make_truth(value)), INT_TYPE)
            case "&":
                if isinstance(expression.operand, c.CName):
                    name = expression.operand.name
                    if name not in state.variables:
                        return Typed(Address(Path(Global(name), (), None, place)), CType(("?",), 1))
                path, type_ = self.place(expression.operand, state)
                if type_.lengths:  # to the whole array, as the array itself
                    return Typed(Address(path), type_)
                return Typed(Address(path), point_to(type_))
            case "*":
                path, type_ = self.place(expression, state)
                return self._read(path, type_, state)
            case "~" | "-":
                value_, kind = self.number(self.expression(expression.operand, state), place)
                apply = invert if expression.operator == "~" else negate
                result, target = apply(value_, kind)
                return Typed(result, name_type(target))
            case "+":
                return self.expression(expression.operand, state)
        raise NotUnderstood(f"the operator {expression.operator}", place)

    def _conditional(self, expression: c.CConditional, state: State, place: SourcePlace) -> Typed:
        condition = self.expression(expression.condition, state)
        truth = make_truth(condition)
        if truth in (TRUE, FALSE):
            side = expression.then if truth == TRUE else expression.otherwise
            return condition if side is None else self.expression(side, state)
        other = state.copy()
        yes = condition if expression.then is None else self.expression(expression.then, state)
        no = self.expression(expression.otherwise, other)
        self._join(truth, state, other)
        return self.limit(Typed(choose_content(truth, yes.value, no.value), yes.type), place)

    def _join(self, truth: Value, state: State, other: State) -> None:
        """`state` where the condition is true, else the other: only what parts do is different."""
        if state.is_changed(other):
            state.take(merge(truth, state.copy(), other))

    def _evaluate_second(self, truth: Value, expression: c.CExpression, state: State) -> Value:
        """The second operand of `&&` and `||`: it is evaluated where `truth` holds alone."""
        if not c.has_effects(expression):
            return self.truth(expression, state)
        before = state.copy()
        value = self.truth(expression, state)
        self._join(truth, state, before)
        return value

    def _binary(
        self, word: str, left: c.CExpression, right: c.CExpression, state: State, place: SourcePlace
    ) -> Typed:
        operator = _BINARY.get(word)
        if operator is None:
            raise NotUnderstood(f"the operator {word}", place)
        if operator in (ValueOperator.AND, ValueOperator.OR):
            first = self.truth(left, state)
            decisive = FALSE if operator is ValueOperator.AND else TRUE
            if first == decisive:
                return Typed(first, INT_TYPE)
            reached = first if operator is ValueOperator.AND else negate_truth(first)
            second = self._evaluate_second(reached, right, state)
            return Typed(join(first, operator, second), INT_TYPE)
        one, other = self.expression(left, state), self.expression(right, state)
        if operator in _COMPARED:
            return self.compare(operator, one, other, place)
        if operator in (ValueOperator.ADD, ValueOperator.SUBTRACT):
            moved = self._move_pointer(operator, one, other, place)
            if moved is not None:
                return moved
        return self.compute(operator, one, other, place)

    def _move_pointer(
        self, operator: ValueOperator, one: Typed, other: Typed, place: SourcePlace
    ) -> Typed | None:
        """`array + n`: the address of an element."""
        if not isinstance(one.value, Address | Path) or not (one.type.pointers or one.type.lengths):
            return None
        if operator is ValueOperator.SUBTRACT or strip_lengths(one.type).words == ("void",):
            return None
        is_array = bool(one.type.lengths) or isinstance(one.value, Path)
        index, _ = self.number(other, place)
        if index == FALSE:
            return one
        if not is_array:
            return None
        path, type_ = step_into(one, index, place)
        return Typed(Address(path), point_to(type_))

    def compare(
        self, operator: ValueOperator, one: Typed, other: Typed, place: SourcePlace
    ) -> Typed:
        if isinstance(one.value, UnknownValue) or isinstance(other.value, UnknownValue):
            return Typed(UnknownValue(), INT_TYPE)
        truth = _compare_pointers(one, other)
        if truth is not None:
            return Typed(
                truth if operator is ValueOperator.EQUAL else negate_truth(truth), INT_TYPE
            )
        left, right = as_value(one.value), as_value(other.value)
        if is_truth(left) and is_truth(right):
            return Typed(fold(operator, left, right), INT_TYPE)
        return self.compute(operator, one, other, place)

    def compute(
        self, operator: ValueOperator, one: Typed, other: Typed, place: SourcePlace
    ) -> Typed:
        try:
            left, left_kind = self.number(one, place)
            right, right_kind = self.number(other, place)
            value, kind = compute(operator, left, left_kind, right, right_kind)
        except NotUnderstood as reason:
            if self.is_lenient:
                return Typed(UnknownValue(reason.reason), UNKNOWN_TYPE)
            raise NotUnderstood(reason.reason, place) from None
        return Typed(value, name_type(kind))

    def limit(self, typed: Typed, place: SourcePlace) -> Typed:
        if not isinstance(typed.value, Address) and is_larger(typed.value, MOST_PARTS):
            raise NotUnderstood("the value is too large", place)
        return typed

    def cast(self, typed: Typed, type_: CType) -> Typed:
        value = typed.value
        type_ = self.types.open_typedef(type_)
        if isinstance(value, UnknownValue):
            return Typed(value, type_)
        if type_.pointers:
            if isinstance(value, Address):
                return Typed(Address(self._cast_place(value.to, typed.type, type_)), type_)
            if isinstance(value, Path | Global) and type_.words != ("void",):
                return Typed(value, type_)
            return Typed(value, typed.type if type_.words == ("void",) else type_)
        if isinstance(value, Address | TextValue) or typed.type.pointers:
            if type_.words == ("bool",):
                return Typed(make_truth(typed), BOOL)
            return Typed(value, typed.type)
        kind = self.types.find_integer(type_)
        if kind is None:
            return typed
        if self.types.find_integer(replace(type_, bits=None)) == _BOOL_KIND:
            return Typed(to_truth(value), BOOL)
        source = self.types.find_integer(typed.type)
        if source is None:
            return Typed(to_integer(value), type_)
        return Typed(convert(to_integer(value), source, kind), type_)

    def _cast_place(self, path: Path, source: CType, target: CType) -> Path:
        return cast_place(self.types, path, source, target)

    # Places ------------------------------------------------------------------------------------

    def place(self, expression: c.CExpression, state: State) -> tuple[Path, CType]:
        """The place that an expression names, and the type of what is there."""
        place = self.find_place(expression)
        self.budget.spend(place)
        match expression:
            case c.CMember(value=value, name=name, is_arrow=is_arrow):
                if is_arrow:
                    base, type_ = follow(self.expression(value, state), place)
                else:
                    base, type_ = self.place(value, state)
                return step_to_member(self.types, base, type_, name, place)
            case c.CIndex(value=value, index=index):
                typed = self.expression(value, state)
                number, _ = self.number(self.expression(index, state), place)
                return self._enter(typed, number, place)
            case c.CUnary(operator="*", operand=operand):
                return self._enter(self.expression(operand, state), FALSE, place)
            case c.CName(name=name) if name in state.variables:
                return state.variables[name]
            case c.CName(name=name):
                return Path(Global(name), (), None, place), UNKNOWN_TYPE
            case c.CCall() | c.CStatements() | c.CCompound():
                # A struct that is returned.
                typed = self.expression(expression, state)
                path = find_path(typed.value)
                if path is not None and not typed.type.pointers:
                    return path, typed.type
        raise NotUnderstood("a place in memory", place)

    def _enter(self, typed: Typed, index: Value, place: SourcePlace) -> tuple[Path, CType]:
        """`value[index]`, of which `*value` is the first."""
        is_place = isinstance(typed.value, Address) and not typed.type.lengths
        if is_place and index == FALSE:
            return follow(typed, place)
        if is_place and isinstance(typed.value, Address):
            steps = typed.value.to.steps
            raise NotUnderstood(f"an element beside one of {len(steps)} steps", place)
        return step_into(typed, index, place)

    # Assignments and calls ---------------------------------------------------------------------

    def _assign(self, expression: c.CAssign, state: State, place: SourcePlace) -> Typed:
        value = self.attempt(expression.value, state)
        target = expression.target
        path, type_ = self.place(target, state)
        before: Typed | None = None
        if expression.operator:
            operator = _BINARY.get(expression.operator)
            if operator is None:
                raise NotUnderstood(f"the operator {expression.operator}=", place)
            before = self._read(path, type_, state)
            moved = None
            if operator is ValueOperator.ADD:
                moved = self._move_pointer(operator, before, value, place)
            value = moved or self.compute(operator, before, value, place)
        written = self.assign(path, type_, value, state, place)
        return before if before is not None and expression.is_postfix else written

    def _call(self, call: c.CCall, state: State, place: SourcePlace) -> Typed:
        function = call.function
        while isinstance(function, c.CUnary) and function.operator in ("*", "&"):
            function = function.operand
        if isinstance(function, c.CName) and function.name not in state.variables:
            name = function.name
            special = self.specials.get(name)
            if special is not None:
                return self.limit(special(self, call.arguments, state, place), place)
            is_cast = len(call.arguments) == 1 and self.program.is_type([name], self.unit)
            if is_cast:
                return self.cast(self.expression(call.arguments[0], state), CType((name,)))
        else:
            target = self.attempt(function, state).value
            name = _find_function_name(target)
        arguments = [self.attempt(each, state) for each in call.arguments]
        if not name and not self.is_lenient and isinstance(target, Path):
            return _name_method(target, arguments, place)
        return self.limit(self.call(name, arguments, state, place), place)


def _find_function_name(target: Content) -> str:
    match target:
        case Global(name=name) | Address(to=Path(root=Global(name=name), steps=())):
            return name
    return ""


def _name_method(method: Path, arguments: Sequence[Typed], place: SourcePlace) -> Typed:
    """A method of a class, or of a table: which one it is, the program decides, and so what it
    returns of an object. Of what it is given from the state, only pointers to objects are named."""
    words = [name_place(method), *(_name_object(each) for each in arguments)]
    if None in words:
        raise NotUnderstood("a call through a pointer", place)
    shown = ", ".join(word for word in words[1:] if word)
    return Typed(Global(f"{words[0]}({shown})", INT_TYPE, place), INT_TYPE)


def _name_object(argument: Typed) -> str | None:
    """An argument of a method in words. What the state only points to, another device, is the
    program's, by the members that lead to it; the state itself and the stream are not."""
    if argument.type.words == STREAM.words:
        return None
    match argument.value:
        case Address(to=Path(root=Root(), steps=steps)) | Path(root=Root(), steps=steps):
            is_pointer = isinstance(argument.value, Address) or argument.type.pointers
            names = [step.name for step in steps if isinstance(step, StepTo)]
            is_behind = any(isinstance(step, StepTo) and step.is_pointer for step in steps)
            is_one = not any(isinstance(step, StepInto) for step in steps)
            return ".".join(names) if is_pointer and is_behind and is_one else None
    return name_content(argument.value)


def make_truth(typed: Typed) -> Value:
    """Is the value not zero, or the pointer not null?"""
    return _make_content_truth(typed.value, bool(typed.type.pointers))


def _make_content_truth(value: Content, is_pointer: bool) -> Value:
    match value:
        case Address() | TextValue():
            return TRUE
        case ChoiceValue(condition=condition, then=then, otherwise=otherwise) if is_pointer:
            return choose(
                condition,
                _make_content_truth(then, is_pointer),
                _make_content_truth(otherwise, is_pointer),
            )
        case Path() if is_pointer:
            return NotNull(value)
        case Global() if is_pointer:
            return replace(value, type=BOOL)
    return to_truth(value)


def _compare_pointers(one: Typed, other: Typed) -> Value | None:
    """Are two pointers equal? None where they are no pointers."""
    for pointer, null in ((one, other), (other, one)):
        is_pointer = pointer.type.pointers or isinstance(pointer.value, Address)
        is_global = isinstance(pointer.value, Global) and null.type.pointers
        if (is_pointer or is_global) and null.value == FALSE:
            return negate_truth(_make_content_truth(pointer.value, True))
    for pointer, table in ((one, other), (other, one)):
        target = table.value
        match pointer.value, target:
            case Path(root=Root()) as path, Address(to=Path(root=Global(name=name), steps=())):
                return PointsTo(path, name)
    if isinstance(one.value, Address) and one.value == other.value:
        return TRUE
    if one.type.pointers and other.type.pointers:
        names = [name_content(each.value) for each in (one, other)]
        if None not in names:
            return Global(" == ".join(map(str, names)), BOOL)
    return None


def as_value(content: Content) -> Value:
    if isinstance(content, Address):
        raise NotUnderstood("a pointer where a value is needed")
    return content


def _type_number(number: int, is_unsigned: bool, is_long: bool) -> IntegerType:
    kinds = [ULONG] if is_unsigned and is_long else [UINT, ULONG] if is_unsigned else []
    kinds = kinds or ([LONG, ULONG] if is_long else [INT, UINT, LONG, ULONG])
    return next((each for each in kinds if each.low <= number <= each.high), ULONG)
