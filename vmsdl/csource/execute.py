"""C functions executed symbolically: what they return and write, in terms of the state.

What C says is kept exactly, or it is not understood (`NotUnderstood`): never a guess. Functions
that the tree defines are followed; those without a body, and what the program decides
(`kvm_allowed`, a class), stay by their names.
"""

from collections.abc import Callable, Sequence
from dataclasses import field, replace

from vmsdl.csource import parse as c
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
from vmsdl.csource.macros import expand
from vmsdl.csource.place import Place
from vmsdl.csource.program import CFunction as Function
from vmsdl.csource.program import Program
from vmsdl.csource.state import (
    UNSET,
    Address,
    Content,
    Exit,
    Flow,
    State,
    Typed,
    Way,
    Write,
    branch,
    catch,
    choose_content,
    merge,
)
from vmsdl.csource.struct_records import Struct
from vmsdl.csource.truths import fold, is_truth, join, negate_truth, quantify, to_integer, to_truth
from vmsdl.csource.unit import Macro, Unit
from vmsdl.csource.values import (
    FALSE,
    TRUE,
    Conditional,
    CType,
    Global,
    LoopIndex,
    NotNull,
    NotUnderstood,
    Number,
    Operator,
    Path,
    Quantifier,
    Root,
    StepInto,
    StepOut,
    StepTo,
    Text,
    TimerPending,
    UnknownCall,
    Value,
    Version,
    list_parts,
)
from vmsdl.records import dataclass

_BINARY = {operator.value: operator for operator in Operator if operator.value not in ("!", "-x")}
_COMPARED = (Operator.EQUAL, Operator.UNEQUAL)
_BOOL = CType(("bool",))
_INT = CType(("int",))
_UNKNOWN = CType(("void",))
_SILENT: tuple[str, ...] = (
    "trace_",
    "qemu_log",
    "error_report",
    "warn_report",
    "info_report",
    "g_assert",
    "assert",
)
_SILENT += ("error_setg", "error_prepend", "error_append", "DPRINTF", "printf", "fprintf", "g_warn")
_CASTS = ("OBJECT_CHECK", "INTERFACE_CHECK", "OBJECT_CLASS_CHECK")
_WRITES = "qemu_put_"

MOST_INLINED = 12
MOST_STEPS = 6_000
MOST_UNROLLED = 64
READABLE = 4  # a loop of more elements is told by `any`, where it can be


@dataclass(slots=True)
class Budget:
    """How much one function may cost: C that is huge ends in a reason, not in a wait."""

    steps: int = MOST_STEPS

    def spend(self, place: Place) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise NotUnderstood("the function has too many ways through it", place)


@dataclass(slots=True)
class Execution:
    """One call of one function. `unit` is the file that it is in."""

    program: Program
    unit: Unit
    budget: Budget
    depth: int = 0
    # What is called without effect on the value: the hook's own list of what it cannot follow.
    note_call: Callable[[str, Place], None] | None = None
    inner: dict[Path, Struct] = field(default_factory=dict)

    # Functions ---------------------------------------------------------------------------------

    def run(
        self, function: Function, arguments: Sequence[Typed], caller: State | None = None
    ) -> Flow:
        """`caller` is the state in which it is called: what was written before is read here."""
        if self.depth > MOST_INLINED:
            raise NotUnderstood(f"`{function.name}` calls too deeply")
        body = function.body
        if len(body.tokens) > c.MOST_TOKENS:
            raise NotUnderstood("the function is too long")
        tokens = expand(body.tokens, self._find_macro)
        statements = c.parse_body(
            tokens,
            _spread_lines(body.tokens, body.unit, body.start, tokens),
            lambda name: self.program.is_type([name], self.unit),
        )
        state = State({}, {}, {}) if caller is None else caller.copy()
        state.variables = {}
        for at, parameter in enumerate(function.parameters):
            given = arguments[at] if at < len(arguments) else Typed(FALSE, _INT)
            state.variables[parameter.name] = self._cast(given, parameter.type)
        flow = self.block(statements, state)
        exits = [
            (
                each
                if each.value is None or each.way is not Way.RETURN
                else replace(each, value=self._cast(each.value, function.type))
            )
            for each in flow.exits
        ]
        return Flow(tuple(exits), flow.state)

    def _find_macro(self, name: str) -> Macro | None:
        """Macros are expanded; one that is a constant keeps its name, for people."""
        if name in _SPECIAL:
            return None
        macro = self.program.find_macro(name, self.unit)
        if macro is None or macro.parameters is not None:
            return macro
        if name.isupper() and evaluate(self.program, macro.body, self.unit) is not None:
            return None
        return macro

    def call(self, name: str, arguments: Sequence[Typed], state: State, place: Place) -> Typed:
        """The value of a call, with its body followed. What it writes is written."""
        function = self.program.find_function(name, self.unit)
        if function is None:
            return self._call_unknown(name, arguments, "it has no body in the tree", place)
        inner = Execution(
            self.program, function.body.unit, self.budget, self.depth + 1, self.note_call
        )
        inner.inner = self.inner
        try:
            flow = inner.run(function, arguments, state)
            result = merge_returns(flow, name, place)
            after = merge_states(flow)
        except NotUnderstood as reason:
            if any(_reads_state(each.value) for each in arguments):
                raise NotUnderstood(f"`{name}`: {reason.reason}", place) from None
            return _name_call(name, arguments, function.type, place)
        after.variables = state.variables
        state.take(after)
        return result

    def _call_unknown(
        self, name: str, arguments: Sequence[Typed], reason: str, place: Place
    ) -> Typed:
        if any(_reads_state(each.value) for each in arguments):
            raise NotUnderstood(f"`{name}` {reason}", place)
        return _name_call(name, arguments, _INT, place)

    # Statements --------------------------------------------------------------------------------

    def block(self, statements: Sequence[c.CStatement], state: State) -> Flow:
        exits: list[Exit] = []
        current: State | None = state
        for statement in statements:
            if current is None:
                break
            flow = self.statement(statement, current)
            exits += flow.exits
            current = flow.state
        return Flow(tuple(exits), current)

    def statement(self, statement: c.CStatement, state: State) -> Flow:
        place = Place(self.unit.path, statement.line)
        self.budget.spend(place)
        match statement:
            case c.CReturn(value=value):
                result = None if value is None else self.expression(value, state)
                return Flow((Exit(TRUE, Way.RETURN, state, result, place=place),), None)
            case c.CIf(condition=condition, then=then, otherwise=otherwise):
                return self._branch(condition, then, otherwise, state, place)
            case c.CBlock(body=body):
                return self.block(body, state)
            case c.CDeclare(name=name, type=type_, value=value, lengths=lengths):
                if lengths or isinstance(value, c.CList):
                    raise NotUnderstood("an array of its own", place)
                if value is not None:
                    state.variables[name] = self._cast(self.expression(value, state), type_)
                else:
                    state.variables[name] = Typed(UNSET, type_)
                return Flow((), state)
            case c.CDo(expression=expression):
                self._do(expression, state, place)
                return Flow((), state)
            case c.CSwitch():
                return self._switch(statement, state, place)
            case c.CLoop():
                return self._loop(statement, state, place)
            case c.CBreak():
                return Flow((Exit(TRUE, Way.BREAK, state, place=place),), None)
            case c.CContinue():
                return Flow((Exit(TRUE, Way.CONTINUE, state, place=place),), None)
            case c.CLabel():
                raise NotUnderstood("a label", place)
            case _:
                raise NotUnderstood("a jump", place)

    def _branch(
        self,
        condition: c.CExpression,
        then: Sequence[c.CStatement],
        otherwise: Sequence[c.CStatement],
        state: State,
        place: Place,
    ) -> Flow:
        truth = self.truth(condition, state)
        if truth == TRUE:
            return self.block(then, state)
        if truth == FALSE:
            return self.block(otherwise, state)
        return branch(truth, self.block(then, state.copy()), self.block(otherwise, state.copy()))

    def _do(self, expression: c.CExpression, state: State, place: Place) -> None:
        """A statement that is an expression: an assignment, or a call for what it does."""
        if not isinstance(expression, c.CCall):
            self.expression(expression, state)
            return
        name = expression.function.name if isinstance(expression.function, c.CName) else ""
        if name.startswith(_SILENT):
            return
        if name.startswith(_WRITES):
            arguments = tuple(self.expression(each, state) for each in expression.arguments)
            state.writes = (*state.writes, Write(name, arguments, place))
            return
        if self.note_call is None:
            self.expression(expression, state)
            return
        try:
            self.expression(expression, state)
        except NotUnderstood:
            self.note_call(name, place)

    def _switch(self, statement: c.CSwitch, state: State, place: Place) -> Flow:
        value = self.expression(statement.value, state)
        body = statement.body
        labels = [at for at, each in enumerate(body) if isinstance(each, c.CCase)]
        chosen: list[tuple[Value, Flow]] = []
        default: Flow | None = None
        pending: list[c.CExpression | None] = []
        for at in labels:
            case = body[at]
            assert isinstance(case, c.CCase)
            pending.append(case.value)
            if at + 1 in labels:
                continue
            rest = [each for each in body[at + 1 :] if not isinstance(each, c.CCase)]
            flow = catch(self.block(rest, state.copy()), lambda each: each.way is Way.BREAK)
            truths = [
                self._compare(Operator.EQUAL, value, self.expression(each, state), place).value
                for each in pending
                if each is not None
            ]
            if None in pending:
                default = flow
            if truths:
                truth = _as_value(truths[0])
                for each in truths[1:]:
                    truth = join(truth, Operator.OR, _as_value(each))
                if None not in pending:
                    chosen.append((truth, flow))
            pending = []
        result = default if default is not None else Flow((), state.copy())
        for truth, flow in reversed(chosen):
            if truth == TRUE:
                result = flow
            elif truth != FALSE:
                result = branch(truth, flow, result)
        return result

    # Loops -------------------------------------------------------------------------------------

    def _loop(self, loop: c.CLoop, state: State, place: Place) -> Flow:
        flow = self.block(loop.start, state)
        if flow.exits or flow.state is None or loop.condition is None:
            raise NotUnderstood("a loop without a counter", place)
        variable, count = self._find_counter(loop, flow.state, place)
        rounds = count.value if isinstance(count, Number) else None
        if rounds is not None and rounds <= READABLE:
            return self._unroll(loop, flow.state, place)
        try:
            return self._quantify(loop, flow.state.copy(), variable, count, place)
        except NotUnderstood:
            if rounds is not None and rounds <= MOST_UNROLLED:
                return self._unroll(loop, flow.state, place)
            raise

    def _find_counter(self, loop: c.CLoop, state: State, place: Place) -> tuple[str, Value]:
        """Of `for (i = 0; i < count; i++)`: the variable and the count."""
        condition, update = loop.condition, loop.update
        if (
            isinstance(condition, c.CBinary)
            and condition.operator in ("<", "!=")
            and isinstance(condition.left, c.CName)
            and isinstance(update, c.CAssign)
            and isinstance(update.target, c.CName)
            and update.target.name == condition.left.name
            and update.operator == "+"
            and update.value == c.CNumber(1)
        ):
            name = condition.left.name
            start = state.variables.get(name)
            if start is not None and start.value == FALSE:
                count = self.expression(condition.right, state)
                return name, to_integer(_as_value(count.value))
        raise NotUnderstood("a loop that counts no elements", place)

    def _unroll(self, loop: c.CLoop, state: State, place: Place) -> Flow:
        exits: list[Exit] = []
        current: State | None = state
        for _ in range(MOST_UNROLLED + 1):
            assert loop.condition is not None
            if current is None:
                break
            truth = self.truth(loop.condition, current)
            if truth == FALSE:
                break
            if truth != TRUE:
                raise NotUnderstood("a loop whose end is not known", place)
            flow = self.block(loop.body, current)
            flow = catch(flow, lambda each: each.way is Way.CONTINUE)
            exits += flow.exits
            current = flow.state
            if current is not None and loop.update is not None:
                self.expression(loop.update, current)
        else:
            raise NotUnderstood("a loop with too many elements", place)
        return catch(Flow(tuple(exits), current), lambda each: each.way is Way.BREAK)

    def _quantify(
        self, loop: c.CLoop, state: State, variable: str, count: Value, place: Place
    ) -> Flow:
        """A loop whose body only returns a constant, or stops, where a condition of one element is
        true: `any` of the elements."""
        name = f"{variable}@{place.line}"
        before = dict(state.variables)
        counter = Typed(LoopIndex(name), _INT)
        start = state.copy()
        state.variables[variable] = counter
        flow = catch(self.block(loop.body, state), lambda each: each.way is Way.CONTINUE)
        if (
            flow.state is None
            or flow.state.memory != start.memory
            or flow.state.writes != start.writes
        ):
            raise NotUnderstood("a loop that does more than search", place)
        after = {k: x for k, x in flow.state.variables.items() if k in before and k != variable}
        if any(before[key] != each for key, each in after.items()):
            raise NotUnderstood("a loop that computes from element to element", place)
        if flow.state.variables.get(variable) != counter:
            raise NotUnderstood("a loop that changes its counter", place)
        flow.state.variables = before
        exits: list[Exit] = []
        if len(flow.exits) != 1:
            raise NotUnderstood("a loop with several results", place)
        found = flow.exits[0]
        if found.way is not Way.RETURN or _mentions(found.value, name):
            raise NotUnderstood("a loop whose result is an element", place)
        array = _find_array(found.guard, name)
        if array is None:
            raise NotUnderstood("a loop that reads several arrays", place)
        guard = quantify(Quantifier.ANY, array, name, count, found.guard)
        if found.state.memory != start.memory or found.state.writes != start.writes:
            raise NotUnderstood("a loop that does more than search", place)
        exits.append(Exit(guard, Way.RETURN, start, found.value, place=found.place))
        return Flow(tuple(exits), flow.state)

    # Expressions -------------------------------------------------------------------------------

    def truth(self, expression: c.CExpression, state: State) -> Value:
        return self._make_truth(self.expression(expression, state))

    def _make_truth(self, typed: Typed) -> Value:
        value = typed.value
        if isinstance(value, Address):
            return TRUE
        if isinstance(value, Conditional) and typed.type.pointers:
            raise NotUnderstood("a pointer to one of several places")
        if isinstance(value, Path) and typed.type.pointers:
            return NotNull(value)
        if isinstance(value, Global) and typed.type.pointers:
            return replace(value, type=_BOOL)
        if isinstance(value, Text):
            return TRUE
        return to_truth(value)

    def expression(self, expression: c.CExpression, state: State) -> Typed:
        place = Place(self.unit.path, getattr(expression, "line", 0))
        self.budget.spend(place)
        match expression:
            case c.CNumber(value=number, is_unsigned=is_unsigned, is_long=is_long):
                return Typed(Number(number), name_type(_type_number(number, is_unsigned, is_long)))
            case c.CText(value=text):
                return Typed(Text(text), CType(("char",), 1))
            case c.CName(name=name):
                return self._name(name, state, place)
            case c.CMember() | c.CIndex():
                path, type_ = self.place(expression, state)
                return self._read(path, type_, state)
            case c.CUnary():
                return self._unary(expression, state, place)
            case c.CBinary(operator=operator, left=left, right=right):
                return self._binary(operator, left, right, state, place)
            case c.CConditional(condition=condition, then=then, otherwise=otherwise):
                truth = self.truth(condition, state)
                if truth in (TRUE, FALSE):
                    chosen = then if truth == TRUE else otherwise
                    return Typed(truth, _INT) if chosen is None else self.expression(chosen, state)
                first, second = state.copy(), state.copy()
                yes = Typed(truth, _INT) if then is None else self.expression(then, first)
                no = self.expression(otherwise, second)
                if not first.is_same(second):
                    state.take(merge(truth, first, second))
                else:
                    state.take(first)
                return Typed(choose_content(truth, yes.value, no.value), yes.type)
            case c.CCast(type=type_, operand=operand):
                return self._cast(self.expression(operand, state), type_)
            case c.CAssign():
                return self._assign(expression, state, place)
            case c.CCall():
                return self._call(expression, state, place)
            case c.CSizeof(operand=operand) if isinstance(operand, CType):
                size = (
                    8 if operand.pointers else self.program.measure_type(operand.words, self.unit)
                )
                if size is None:
                    raise NotUnderstood("the size of a type", place)
                return Typed(Number(size), name_type(ULONG))
            case c.CSizeof(operand=operand) if not isinstance(operand, CType):
                return Typed(Number(self._measure(operand, state, place)), name_type(ULONG))
            case c.CComma(first=first, second=second):
                self.expression(first, state)
                return self.expression(second, state)
            case c.CStatements(body=body) if body and isinstance(body[-1], c.CDo):
                flow = self.block(body[:-1], state)
                if flow.exits or flow.state is None:
                    raise NotUnderstood("a jump out of an expression", place)
                return self.expression(body[-1].expression, flow.state)
        raise NotUnderstood(f"{type(expression).__name__[1:].lower()} of C", place)

    def _measure(self, operand: c.CExpression, state: State, place: Place) -> int:
        """`sizeof` of an expression, or of a type of one word."""
        if isinstance(operand, c.CName) and operand.name not in state.variables:
            size = self.program.measure_type((operand.name,), self.unit)
            if size is not None:
                return size
        path, type_ = self.place(operand, state)
        size = 8 if type_.pointers else None
        if size is None and path not in self.inner:
            size = self.program.measure_type(type_.words, self.unit)
        for length in type_.lengths:
            size = None if size is None or length is None else size * length
        if size is None:
            raise NotUnderstood("the size of an expression", place)
        return size

    def _name(self, name: str, state: State, place: Place) -> Typed:
        if name in state.variables:
            found = state.variables[name]
            if found.value == UNSET:
                raise NotUnderstood(f"`{name}` may have no value", place)
            return found
        if name in ("true", "false"):
            return Typed(Number(int(name == "true")), _BOOL)
        if name == "NULL":
            return Typed(FALSE, CType(("void",), 1))
        value = evaluate(self.program, [name], self.unit)
        if value is not None:
            kind = (
                INT if INT.low <= value <= INT.high else UINT if 0 <= value <= UINT.high else LONG
            )
            return Typed(Number(value, name), name_type(kind))
        return Typed(Global(name, None, place), CType(("?", name)))

    def _read(self, path: Path, type_: CType, state: State) -> Typed:
        if type_.lengths or (self._find_struct(path, type_) and not type_.pointers):
            return Typed(Address(path), type_)
        content = state.read(path)
        if isinstance(content, Path) and name_integer(self._resolve(type_)) is None:
            return Typed(replace(content, type=type_), type_)
        if isinstance(content, Path):
            kind = self._integer(type_)
            known = type_ if kind is None else replace(name_type(kind), bits=type_.bits)
            return Typed(replace(content, type=known), type_)
        return Typed(content, type_)

    def _resolve(self, type_: CType) -> tuple[str, ...]:
        """The words of an integer type through typedefs; those of an enum are `enum`."""
        if type_.pointers or type_.lengths or not type_.words:
            return ()
        if name_integer(type_.words) is not None:
            return type_.words
        if self.program.is_enum(type_.words[-1], self.unit):
            return ("unsigned", "int")
        size = self.program.measure_type(type_.words, self.unit)
        found = self.program.resolve(type_.words, self.unit)
        if not isinstance(found, int) or size not in (1, 2, 4, 8):
            return ()
        sign = "" if self.program.is_signed(type_.words, self.unit) else "u"
        return (f"{sign}int{size * 8}_t",)

    def _integer(self, type_: CType) -> IntegerType | None:
        kind = name_integer(self._resolve(type_))
        if kind is not None and type_.bits is not None:
            return IntegerType(type_.bits, kind.is_signed)
        return kind

    def _number(self, typed: Typed, place: Place) -> tuple[Value, IntegerType]:
        """The value as an integer, with its type."""
        value = typed.value
        if isinstance(value, Address | Text) or typed.type.pointers:
            raise NotUnderstood("arithmetic of pointers", place)
        kind = self._integer(typed.type)
        if kind is None:
            if isinstance(value, Global | UnknownCall):
                return value, INT
            if is_truth(value) or isinstance(value, Number | LoopIndex | Version):
                return to_integer(value), INT
            raise NotUnderstood("a value of a type that is no integer", place)
        return to_integer(value), kind

    # Operators ---------------------------------------------------------------------------------

    def _unary(self, expression: c.CUnary, state: State, place: Place) -> Typed:
        match expression.operator:
            case "!":
                return Typed(negate_truth(self.truth(expression.operand, state)), _INT)
            case "&":
                path, type_ = self.place(expression.operand, state)
                return Typed(Address(path), replace(type_, pointers=type_.pointers + 1))
            case "*":
                path, type_ = self.place(expression, state)
                return self._read(path, type_, state)
            case "~" | "-":
                value, kind = self._number(self.expression(expression.operand, state), place)
                apply = invert if expression.operator == "~" else negate
                result, target = apply(value, kind)
                return Typed(result, name_type(target))
            case "+":
                return self.expression(expression.operand, state)
        raise NotUnderstood(f"the operator {expression.operator}", place)

    def _binary(
        self, word: str, left: c.CExpression, right: c.CExpression, state: State, place: Place
    ) -> Typed:
        operator = _BINARY.get(word)
        if operator is None:
            raise NotUnderstood(f"the operator {word}", place)
        if operator in (Operator.AND, Operator.OR):
            first = self.truth(left, state)
            decisive = FALSE if operator is Operator.AND else TRUE
            if first == decisive:
                return Typed(first, _INT)
            then = state.copy()
            second = self.truth(right, then)
            if not then.is_same(state):
                reached = first if operator is Operator.AND else negate_truth(first)
                state.take(merge(reached, then, state))
            return Typed(join(first, operator, second), _INT)
        one, other = self.expression(left, state), self.expression(right, state)
        if operator in _COMPARED:
            return self._compare(operator, one, other, place)
        return self._compute(operator, one, other, place)

    def _compare(self, operator: Operator, one: Typed, other: Typed, place: Place) -> Typed:
        for pointer, null in ((one, other), (other, one)):
            if self._is_pointer(pointer) and null.value == FALSE:
                truth = self._make_truth(pointer)
                return Typed(truth if operator is Operator.UNEQUAL else negate_truth(truth), _INT)
        if self._is_pointer(one) and self._is_pointer(other):
            same = Global(_name_identity(one.value, other.value, place), _BOOL, place)
            return Typed(same if operator is Operator.EQUAL else negate_truth(same), _INT)
        if is_truth(_as_value(one.value)) and is_truth(_as_value(other.value)):
            return Typed(fold(operator, _as_value(one.value), _as_value(other.value)), _INT)
        return self._compute(operator, one, other, place)

    @staticmethod
    def _is_pointer(typed: Typed) -> bool:
        return isinstance(typed.value, Address) or typed.type.pointers > 0

    def _compute(self, operator: Operator, one: Typed, other: Typed, place: Place) -> Typed:
        left, left_kind = self._number(one, place)
        right, right_kind = self._number(other, place)
        try:
            value, kind = compute(operator, left, left_kind, right, right_kind)
        except NotUnderstood as reason:
            raise NotUnderstood(reason.reason, place) from None
        return Typed(value, name_type(kind))

    def _cast(self, typed: Typed, type_: CType) -> Typed:
        value = typed.value
        if type_.pointers:
            if isinstance(value, Address):
                return Typed(Address(self._cast_place(value.to, typed.type, type_)), type_)
            if isinstance(value, Path | Global) and type_.words != ("void",):
                return Typed(value, type_)
            return Typed(value, typed.type if type_.words == ("void",) else type_)
        if isinstance(value, Address | Text) or typed.type.pointers:
            if self._resolve(type_) in (("bool",), ("_Bool",)):
                return Typed(self._make_truth(typed), _BOOL)
            return Typed(value, typed.type)
        kind = self._integer(type_)
        if kind is None:
            return typed
        if self._resolve(type_) in (("bool",), ("_Bool",)):
            return Typed(to_truth(value), _BOOL)
        source = self._integer(typed.type)
        if source is None:
            return Typed(to_integer(value), type_)
        return Typed(convert(to_integer(value), source, kind), type_)

    # Places ------------------------------------------------------------------------------------

    def place(self, expression: c.CExpression, state: State) -> tuple[Path, CType]:
        """The place that an expression names, and the type of what is there."""
        place = Place(self.unit.path, getattr(expression, "line", 0))
        match expression:
            case c.CMember(value=value, name=name, is_arrow=is_arrow):
                if is_arrow:
                    base, type_ = self._follow(self.expression(value, state), place)
                else:
                    base, type_ = self.place(value, state)
                return self._member(base, type_, name, place)
            case c.CIndex(value=value, index=index):
                return self._element(value, index, state, place)
            case c.CUnary(operator="*", operand=operand):
                return self._follow(self.expression(operand, state), place)
            case c.CCast(operand=operand):
                return self.place(operand, state)
            case c.CName(name=name) if name in state.variables:
                found = state.variables[name]
                if isinstance(found.value, Address) and not found.type.pointers:
                    return found.value.to, found.type
                raise NotUnderstood(f"the address of the variable `{name}`", place)
            case c.CName(name=name):
                return Path(Global(name), (), None, place), CType(("?",))
        raise NotUnderstood("a place in memory", place)

    def _follow(self, typed: Typed, place: Place) -> tuple[Path, CType]:
        type_ = replace(typed.type, pointers=max(typed.type.pointers - 1, 0), lengths=())
        match typed.value:
            case Address(to=path):
                return path, type_
            case Path():
                return typed.value, type_
            case Global(name=name):
                return Path(Global(name), (), None, place), type_
        raise NotUnderstood("a pointer to one of several places", place)

    def _member(self, base: Path, type_: CType, name: str, place: Place) -> tuple[Path, CType]:
        struct = self._find_struct(base, type_)
        member = None if struct is None else struct.members.get(name)
        if member is None:
            if isinstance(base.root, Global):
                step = StepTo(name)
                return Path(base.root, (*base.steps, step), None, place), CType(("?",))
            raise NotUnderstood(f"the member `{name}` of a type that is not known", place)
        found = CType(
            member.type.words, member.type.pointers, member.type.lengths, member.type.bits
        )
        path = Path(base.root, (*base.steps, StepTo(name, bool(member.type.pointers))), None, place)
        if member.inner is not None:
            self.inner[path] = member.inner
        if member.is_enum:
            found = replace(found, words=("unsigned", "int"))
        return path, self._open_typedef(found)

    def _open_typedef(self, type_: CType) -> CType:
        """A typedef of an array or a pointer as what it is."""
        if type_.pointers or not type_.words or name_integer(type_.words) is not None:
            return type_
        meaning = self.program.resolve(type_.words, self.unit)
        if not isinstance(meaning, CType):
            return type_
        return replace(
            type_,
            words=meaning.words,
            pointers=meaning.pointers,
            lengths=(*type_.lengths, *meaning.lengths),
        )

    def _find_struct(self, path: Path, type_: CType) -> Struct | None:
        inner = self.inner.get(path)
        if inner is not None:
            return inner
        return self.program.find_struct(type_.words[-1], self.unit) if type_.words else None

    def _element(
        self, value: c.CExpression, index: c.CExpression, state: State, place: Place
    ) -> tuple[Path, CType]:
        typed = self.expression(value, state)
        number, _ = self._number(self.expression(index, state), place)
        match typed.value:
            case Address(to=path) | (Path() as path):
                pass
            case Global(name=name):
                path = Path(Global(name), (), None, place)
            case _:
                raise NotUnderstood("an element of one of several arrays", place)
        if typed.type.lengths:
            type_ = replace(typed.type, lengths=typed.type.lengths[1:])
        else:
            type_ = replace(typed.type, pointers=max(typed.type.pointers - 1, 0))
        element = Path(path.root, (*path.steps, StepInto(number)), None, place)
        if path in self.inner:
            self.inner[element] = self.inner[path]
        return element, type_

    def _cast_place(self, path: Path, source: CType, target: CType) -> Path:
        """The same place as another struct: of QOM, one is the first member of the other."""
        wanted = target.words[-1] if target.words else "void"
        if wanted == "void" or target.pointers > 1:
            return path
        if not path.steps and isinstance(path.root, Root) and path.root.type is None:
            return replace(path, root=Root(wanted))
        known = source.words[-1] if source.words else "void"
        if known == "void" and not path.steps and isinstance(path.root, Root):
            known = path.root.type or "void"
        if known in (wanted, "void"):
            return path
        down = find_first_members(self.program, known, wanted, self.unit)
        if down is not None:
            return Path(
                path.root, (*path.steps, *(StepTo(name) for name in down)), None, path.place
            )
        up = find_first_members(self.program, wanted, known, self.unit)
        if up is not None:
            steps = path.steps
            tail = tuple(StepTo(name) for name in up)
            if steps[len(steps) - len(tail) :] == tail and len(steps) >= len(tail):
                return replace(path, steps=steps[: len(steps) - len(tail)])
            return Path(path.root, (*steps, StepOut(wanted, up)), None, path.place)
        return path

    # Assignments and calls ---------------------------------------------------------------------

    def _assign(self, expression: c.CAssign, state: State, place: Place) -> Typed:
        """`a = b`, `a += b`, `a++`: the value is the new one, or the old one of `a++`."""
        old = self.expression(expression.target, state) if expression.is_postfix else None
        new = self._write(expression, state, place)
        return new if old is None else old

    def _write(self, expression: c.CAssign, state: State, place: Place) -> Typed:
        value = self.expression(expression.value, state)
        target = expression.target
        if expression.operator:
            operator = _BINARY.get(expression.operator)
            if operator is None:
                raise NotUnderstood(f"the operator {expression.operator}=", place)
            before = self.expression(target, state)
            value = self._compute(operator, before, value, place)
        if isinstance(target, c.CName) and target.name in state.variables:
            declared = state.variables[target.name].type
            value = self._cast(value, declared)
            state.variables[target.name] = value
            return value
        path, type_ = self.place(target, state)
        value = self._cast(value, type_)
        state.write(path, value, place)
        return value

    def _call(self, call: c.CCall, state: State, place: Place) -> Typed:
        function = call.function
        if not isinstance(function, c.CName) or function.name in state.variables:
            return self._call_pointer(call, state, place)
        name = function.name
        if self.program.is_type([name], self.unit) and len(call.arguments) == 1:
            return self._cast(self.expression(call.arguments[0], state), CType((name,)))
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, call.arguments, state, place)
        if name.startswith(_SILENT):
            return Typed(FALSE, _INT)
        arguments = [self.expression(each, state) for each in call.arguments]
        return self.call(name, arguments, state, place)

    def _call_pointer(self, call: c.CCall, state: State, place: Place) -> Typed:
        """A method of a class: which one it is, the program decides, and so what it returns."""
        pointer = self.expression(call.function, state)
        if isinstance(pointer.value, Global) and self.program.find_function(
            pointer.value.name, self.unit
        ):
            arguments = [self.expression(each, state) for each in call.arguments]
            return self.call(pointer.value.name, arguments, state, place)
        if isinstance(pointer.value, Path) and isinstance(pointer.value.root, Global):
            return Typed(Global(f"{_name_steps(pointer.value)}()", _INT, place), _INT)
        raise NotUnderstood("a call through a pointer", place)


def _name_steps(path: Path) -> str:
    """A place of the program in words: `FooClass.is_ready`."""
    text = path.root.name if isinstance(path.root, Global) else ""
    for step in path.steps:
        match step:
            case StepTo(name=name):
                text += f".{name}"
            case StepInto(index=Number(value=number, name=name)):
                text += f"[{name or number}]"
            case _:
                raise NotUnderstood("a method of one of several objects", path.place)
    return text


def merge_states(flow: Flow) -> State:
    """What is after a call, whichever exit is taken."""
    states = [(each.guard, each.state) for each in flow.exits]
    if flow.state is not None:
        states.append((TRUE, flow.state))
    result = states[-1][1]
    for guard, state in reversed(states[:-1]):
        if not state.is_same(result):
            result = merge(guard, state, result)
    return result


def merge_returns(flow: Flow, name: str, place: Place) -> Typed:
    """The value of a call: that of the first exit whose guard is true."""
    if flow.state is not None:
        if flow.exits:
            raise NotUnderstood(f"`{name}` has a way to its end without a value", place)
        return Typed(FALSE, _UNKNOWN)
    result: Typed | None = None
    for each in reversed(flow.exits):
        if each.way is not Way.RETURN or each.value is None:
            if len(flow.exits) == 1 and each.way is Way.RETURN:
                return Typed(FALSE, _UNKNOWN)
            raise NotUnderstood(f"`{name}` has a way to its end without a value", place)
        if result is None:
            result = each.value
        else:
            content = choose_content(each.guard, each.value.value, result.value)
            result = Typed(content, result.type)
    if result is None:
        raise NotUnderstood(f"`{name}` returns no value", place)
    return result


def find_first_members(
    program: Program, outer: str, inner: str, unit: Unit
) -> tuple[str, ...] | None:
    """The first members that lead from a struct to the struct of another type at its beginning."""
    path: list[str] = []
    current = outer
    for _ in range(16):
        struct = program.find_struct(current, unit)
        if struct is None or not struct.layout or struct.layout[0].type.pointers:
            return None
        first = struct.layout[0]
        path.append(first.name)
        current = first.type.words[-1] if first.type.words else ""
        if current == inner:
            return tuple(path)
    return None


# Macros and functions whose name says more than their body ---------------------------------------


def _cast_object(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    """OBJECT_CHECK(type, object, name)"""
    if len(arguments) < 2 or not isinstance(arguments[0], c.CName):
        raise NotUnderstood("a cast of QOM", place)
    value = execution.expression(arguments[1], state)
    return execution._cast(value, CType((arguments[0].name,), 1))


def _get_class(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    if not arguments or not isinstance(arguments[0], c.CName):
        raise NotUnderstood("a class of QOM", place)
    name = arguments[0].name
    return Typed(Address(Path(Global(name), (), None, place)), CType((name,), 1))


def _container_of(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    """container_of(pointer, type, member)"""
    if len(arguments) != 3 or not isinstance(arguments[1], c.CName):
        raise NotUnderstood("container_of", place)
    inner, _ = execution._follow(execution.expression(arguments[0], state), place)
    members: list[str] = []
    member: c.CExpression = arguments[2]
    while isinstance(member, c.CMember):
        members.insert(0, member.name)
        member = member.value
    if not isinstance(member, c.CName):
        raise NotUnderstood("container_of an element", place)
    names = (member.name, *members)
    steps = inner.steps
    tail = tuple(StepTo(name) for name in names)
    if len(steps) >= len(tail) and steps[len(steps) - len(tail) :] == tail:
        path = replace(inner, steps=steps[: len(steps) - len(tail)])
    else:
        path = Path(inner.root, (*steps, StepOut(arguments[1].name, names)), None, place)
    return Typed(Address(path), CType((arguments[1].name,), 1))


def _find_cpu(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    """env_archcpu(env): the CPU around its `env` (include/exec/cpu-all.h)"""
    around = (*arguments, c.CName("ArchCPU"), c.CName("env"))
    return _container_of(execution, around, state, place)


def _dynamic_cast(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    return execution.expression(arguments[0], state)


def _timer_pending(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    value = execution.expression(arguments[0], state).value
    path = value.to if isinstance(value, Address) else value
    if not isinstance(path, Path):
        raise NotUnderstood("a timer that is not in the state", place)
    return Typed(TimerPending(path), _BOOL)


def _choose_extreme(operator: Operator) -> "Special":
    def choose(
        execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
    ) -> Typed:
        one, other = (execution.expression(each, state) for each in arguments)
        truth = _as_value(execution._compute(operator, one, other, place).value)
        if truth in (TRUE, FALSE):
            return one if truth == TRUE else other
        return Typed(choose_content(truth, one.value, other.value), one.type)

    return choose


def _array_size(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    _, type_ = execution.place(arguments[0], state)
    if not type_.lengths or type_.lengths[0] is None:
        raise NotUnderstood("the size of an array", place)
    return Typed(Number(type_.lengths[0]), name_type(ULONG))


def _is_zero(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    """buffer_is_zero(array, sizeof array)"""
    path, type_ = execution.place(arguments[0], state)
    size, _ = execution._number(execution.expression(arguments[1], state), place)
    count = type_.lengths[0] if len(type_.lengths) == 1 else None
    element = replace(type_, lengths=())
    width = execution._integer(element)
    if count is None or width is None or size != Number(count * width.bits // 8):
        raise NotUnderstood("bytes that are no whole array", place)
    index = f"i@{place.line}"
    item = replace(path, steps=(*path.steps, StepInto(LoopIndex(index))), type=name_type(width))
    body = fold(Operator.EQUAL, item, FALSE)
    return Typed(quantify(Quantifier.ALL, path, index, Number(count), body), _BOOL)


def _is_bitmap_empty(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    """bitmap_empty(map, bits): the map as one number is zero."""
    value = execution.expression(arguments[0], state).value
    path = value.to if isinstance(value, Address) else value
    if not isinstance(path, Path):
        raise NotUnderstood("a bitmap that is not in the state", place)
    number = replace(path, type=CType(("unsigned", "long")))
    return Typed(fold(Operator.EQUAL, number, FALSE), _BOOL)


def _pass_number(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    return execution.expression(arguments[0], state)


def _offset_of(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    members: list[str] = []
    member: c.CExpression = arguments[1]
    while isinstance(member, c.CMember | c.CIndex):
        if isinstance(member, c.CMember):
            members = [".", member.name, *members]
        elif member.index != c.CNumber(0):
            raise NotUnderstood("the offset of an element", place)
        member = member.value
    if not isinstance(member, c.CName) or not isinstance(arguments[0], c.CName):
        raise NotUnderstood("the offset of an element", place)
    offset = execution.program.find_offset(
        [arguments[0].name], [member.name, *members], execution.unit
    )
    if offset is None:
        raise NotUnderstood("the offset of a member", place)
    return Typed(Number(offset), name_type(ULONG))


def _get_machine(
    execution: Execution, arguments: Sequence[c.CExpression], state: State, place: Place
) -> Typed:
    return Typed(Address(Path(Global("machine"), (), None, place)), CType(("Object",), 1))


Special = Callable[[Execution, Sequence[c.CExpression], State, Place], Typed]
_SPECIAL: dict[str, Special] = {
    **dict.fromkeys(_CASTS, _cast_object),
    "OBJECT_GET_CLASS": _get_class,
    "container_of": _container_of,
    "DO_UPCAST": lambda execution, arguments, state, place: _container_of(
        execution, (arguments[2], arguments[0], arguments[1]), state, place
    ),
    "env_archcpu": _find_cpu,
    "object_dynamic_cast": _dynamic_cast,
    "object_dynamic_cast_assert": _dynamic_cast,
    "timer_pending": _timer_pending,
    "MIN": _choose_extreme(Operator.LESS),
    "MAX": _choose_extreme(Operator.GREATER),
    "ARRAY_SIZE": _array_size,
    "G_N_ELEMENTS": _array_size,
    "qdev_get_machine": _get_machine,
    "offsetof": _offset_of,
    "buffer_is_zero": _is_zero,
    "buffer_is_zero_ool": _is_zero,  # what a macro of that name makes of it
    "bitmap_empty": _is_bitmap_empty,
    **dict.fromkeys(("INT64_C", "UINT64_C", "UINT32_C", "INT32_C", "likely"), _pass_number),
    "unlikely": _pass_number,
}


# Parts -------------------------------------------------------------------------------------------


def _as_value(content: Content) -> Value:
    if isinstance(content, Address):
        raise NotUnderstood("a pointer where a value is needed")
    return content


def _name_call(name: str, arguments: Sequence[Typed], type_: CType, place: Place) -> Typed:
    """A call that reads nothing of the state: what it returns, the program decides."""
    shown = ", ".join(_name_program(each.value, place) for each in arguments)
    return Typed(Global(f"{name}({shown})", type_, place), type_)


def _name_identity(one: Content, other: Content, place: Place) -> str:
    """That two pointers are the same, in words."""
    for pointer, target in ((one, other), (other, one)):
        # `s->proto == &sd_proto_emmc`: which of its variants a device is.
        if (
            isinstance(pointer, Path)
            and isinstance(target, Address)
            and isinstance(target.to.root, Global)
            and all(isinstance(step, StepTo) for step in pointer.steps)
        ):
            steps = [step.name for step in pointer.steps if isinstance(step, StepTo)]
            return f"{'_'.join(steps)} is {_name_steps(target.to)}"
    if _reads_state(one) or _reads_state(other):
        raise NotUnderstood("a comparison of pointers", place)
    return " == ".join(_name_program(each, place) for each in (one, other))


def _name_program(value: Content, place: Place) -> str:
    """A value that the program decides, in words: different values have different words."""
    match value:
        case Number(value=number, name=name):
            return name or str(number)
        case Text(value=text):
            return f'"{text}"'
        case Global(name=name):
            return name
        case Address(to=path):
            return f"&{_name_steps(path)}"
        case Path():
            return _name_steps(value)
    raise NotUnderstood("a value that the program computes", place)


def _type_number(number: int, is_unsigned: bool, is_long: bool) -> IntegerType:
    kinds = [ULONG] if is_unsigned and is_long else [UINT, ULONG] if is_unsigned else []
    kinds = kinds or ([LONG, ULONG] if is_long else [INT, UINT, LONG, ULONG])
    return next((each for each in kinds if each.low <= number <= each.high), ULONG)


def _reads_state(value: Content) -> bool:
    match value:
        case Address(to=path) | (Path() as path):
            return isinstance(path.root, Root)
        case Number() | Text() | Global():
            return False
    return True


def _mentions(typed: Typed | None, name: str) -> bool:
    if typed is None or isinstance(typed.value, Address):
        return typed is not None
    waiting: list[Value] = [typed.value]
    while waiting:
        each = waiting.pop()
        if each == LoopIndex(name):
            return True
        waiting += list_parts(each)
    return False


def _find_array(value: Value, name: str) -> Path | None:
    """The one array whose element `name` is all that a condition reads by it."""
    found: set[Path] = set()
    waiting: list[Value] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, LoopIndex) and each.name == name:
            return None  # the number itself is read
        if isinstance(each, Path):
            for at, step in enumerate(each.steps):
                if isinstance(step, StepInto):
                    if step.index == LoopIndex(name):
                        found.add(Path(each.root, each.steps[:at]))
                    else:
                        waiting.append(step.index)
        else:
            waiting += list_parts(each)
    return found.pop() if len(found) == 1 else None


def _spread_lines(
    tokens: Sequence[str], unit: Unit, start: int, expanded: Sequence[str]
) -> list[int]:
    """A line for each expanded token: that of the last token of the source that came through."""
    lines: list[int] = []
    at = 0
    line = unit.lines[start] if start < len(unit.lines) else 0
    for token in expanded:
        for ahead in range(at, min(at + 12, len(tokens))):
            if tokens[ahead] == token:
                line = unit.lines[start + ahead]
                at = ahead + 1
                break
        lines.append(line)
    return lines
