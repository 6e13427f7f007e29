"""C functions executed symbolically: what they return and write, in terms of the state they get.

Functions that the tree defines are followed; those without a body, and what the program decides
(`kvm_allowed`, a class), stay by their names. See `expressions.py` for what is understood.
"""

from collections.abc import Callable, Sequence
from dataclasses import field, replace

from vmsdl.csource import parse as c
from vmsdl.csource.constants import evaluate
from vmsdl.csource.expressions import (
    INT_TYPE,
    NULL,
    STREAM,
    VOID,
    Evaluator,
    StepBudget,
    as_value,
)
from vmsdl.csource.followed import ENDS, is_copy, is_pure, is_service, is_silent
from vmsdl.csource.loops import Loops
from vmsdl.csource.macros import expand
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.places import UNKNOWN_TYPE, find_path, name_content
from vmsdl.csource.program import CFunction, Program
from vmsdl.csource.special_calls import SPECIALS
from vmsdl.csource.state import (
    WHOLE,
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
from vmsdl.csource.truths import join
from vmsdl.csource.unit import Macro, Unit
from vmsdl.csource.values import (
    FALSE,
    TRUE,
    ChoiceValue,
    CType,
    FrameMemory,
    Global,
    NotUnderstood,
    NumberValue,
    Path,
    Root,
    StepInto,
    StepOut,
    TextValue,
    UnknownValue,
    Value,
    ValueOperator,
    is_larger,
)
from vmsdl.records import dataclass

_WRITES = "qemu_put_"

MOST_INLINED = 12
MOST_STEPS_OF_CALL = 3_000
MOST_PARTS_OF_NAME = 4


@dataclass(frozen=True, slots=True)
class Execution:
    """Executes functions of a program within a budget.

    `is_lenient` (for hooks): a part that is not understood ends nothing. What it may change is
    clobbered, and its value is `UnknownValue`.
    """

    program: Program
    budget: StepBudget
    is_lenient: bool = False
    depth: int = 0

    def run(self, function: CFunction, arguments: Sequence[Typed], before: State) -> Flow:
        """The ways through a function, from the memory `before`."""
        if self.depth > MOST_INLINED:
            raise NotUnderstood(f"`{function.name}` calls too deeply")
        statements = self._parse(function)
        run = _Run(self, function.body.unit)
        state = before.copy()
        state.variables = {}
        for at, parameter in enumerate(function.parameters):
            given = arguments[at] if at < len(arguments) else Typed(FALSE, INT_TYPE)
            type_ = run.evaluator.types.open_typedef(parameter.type)
            path = run.evaluator.declare(parameter.name, type_, state)
            value = run.evaluator.cast(given, type_)
            if isinstance(value.value, Address) and not type_.pointers:
                run.evaluator.assign(path, type_, value, state, value.value.to.place)
            else:
                state.memory[path] = value
        flow = run.block(statements, state)
        if any(each.way is not Way.RETURN for each in flow.exits):
            raise NotUnderstood("a jump back")
        exits = (
            each if each.value is None else replace(each, value=run.convert(each, function.type))
            for each in flow.exits
        )
        return Flow(tuple(exits), flow.state)

    def _parse(self, function: CFunction) -> tuple[c.CStatement, ...]:
        body = function.body
        if len(body.tokens) > c.MOST_TOKENS:
            raise NotUnderstood("the function is too long")
        tokens = expand(body.tokens, lambda name: self._find_macro(name, body.unit))
        return c.parse_body(
            tokens,
            _spread_lines(body.tokens, body.unit, body.start, tokens),
            lambda name: self.program.is_type([name], body.unit),
        )

    def _find_macro(self, name: str, unit: Unit) -> Macro | None:
        """Macros are expanded; one that is a constant keeps its name, for people."""
        if name in SPECIALS:
            return None
        macro = self.program.find_macro(name, unit)
        if macro is None or macro.parameters is not None:
            return macro
        if name.isupper() and evaluate(self.program, macro.body, unit) is not None:
            return None
        return macro

    # Calls -------------------------------------------------------------------------------------

    def call(
        self, unit: Unit, name: str, arguments: Sequence[Typed], state: State, place: SourcePlace
    ) -> Typed:
        """The value of a call. What it changes is in `state` afterwards."""
        if is_silent(name):
            return Typed(FALSE, INT_TYPE)
        if self.is_lenient and (is_pure(name) or is_service(name) or is_copy(name)):
            found = self.program.find_function(name, unit)
            type_ = INT_TYPE if found is None else found.type
            return self._leave(name, type_, arguments, state, "a service of QEMU", place)
        function = self.program.find_function(name, unit) if name else None
        reads_state = any(_reads_state(each, state) for each in arguments)
        if function is None:
            reason = f"`{name}` has no body in the tree" if name else "a call through a pointer"
            return self._give_up(name, INT_TYPE, arguments, state, reason, place)
        inner = Execution(self.program, self._share_budget(), self.is_lenient, self.depth + 1)
        before, given = state.copy(), inner.budget.steps
        try:
            flow = inner.run(function, arguments, state)
            result = merge_returns(flow, name, place)
            after = _merge_states(flow)
        except (NotUnderstood, RecursionError) as failure:
            why = failure.reason if isinstance(failure, NotUnderstood) else "nested too deeply"
            state.take(before)
            reason = f"`{name}`: {why}"
            return self._give_up(name, function.type, arguments, state, reason, place)
        finally:
            self.budget.steps -= given - max(inner.budget.steps, 0)
            self.budget.frames = max(self.budget.frames, inner.budget.frames)
        if not reads_state and not self.is_lenient and not _is_plain(result):
            result = _name_call(name, function.type, arguments, state, place) or result
        state.take(_drop_frame(after, before))
        return result

    def _share_budget(self) -> StepBudget:
        """A call may cost half of what is left, so that something is left after it."""
        return StepBudget(min(self.budget.steps // 2, MOST_STEPS_OF_CALL), self.budget.frames)

    def _give_up(
        self,
        name: str,
        type_: CType,
        arguments: Sequence[Typed],
        state: State,
        reason: str,
        place: SourcePlace,
    ) -> Typed:
        """A call that cannot be followed. Of one that is given nothing of the state, the program
        decides the value."""
        if self.is_lenient:
            return self._leave(name, type_, arguments, state, reason, place)
        named = _name_call(name, type_, arguments, state, place)
        if named is None:
            raise NotUnderstood(reason, place)
        for each in arguments:
            path = find_path(each.value)
            if path is not None and isinstance(path.root, FrameMemory):
                self._clobber(each, state, reason, place)
        return named

    def _leave(
        self,
        name: str,
        type_: CType,
        arguments: Sequence[Typed],
        state: State,
        reason: str,
        place: SourcePlace,
    ) -> Typed:
        """What a call that is not followed may change is clobbered."""
        named = _name_call(name, type_, arguments, state, place)
        if is_copy(name):
            self._clobber(arguments[0], state, reason, place)
        elif is_service(name) and not is_pure(name):
            for at, each in enumerate(arguments):
                if at == 0 or not _is_whole_state(each):
                    self._clobber(each, state, reason, place)
        elif is_pure(name):
            for each in arguments:
                path = find_path(each.value)
                if path is not None and isinstance(path.root, FrameMemory):
                    self._clobber(each, state, reason, place)  # where an error is put
        else:
            if any(_gives_state(each, state) for each in arguments):
                state.clobber(WHOLE, reason, place)
            for each in arguments:
                self._clobber(each, state, reason, place)
        return named or Typed(UnknownValue(reason), UNKNOWN_TYPE)

    def _clobber(self, argument: Typed, state: State, reason: str, place: SourcePlace) -> None:
        """What a pointer points to is changed, with all that is behind it."""
        value = argument.value
        if not _may_be_pointer(argument):
            return
        if isinstance(value, ChoiceValue):
            for each in (value.then, value.otherwise):
                self._clobber(Typed(each, argument.type), state, reason, place)
        elif isinstance(value, UnknownValue):
            state.forget(reason, place)
        elif isinstance(value, Address | Path):
            path = value.to if isinstance(value, Address) else value
            while path.steps and isinstance(path.steps[-1], StepInto):
                path = Path(path.root, path.steps[:-1])  # an element, and those beside it
            state.clobber(path, reason, place)


@dataclass(slots=True)
class _Run:
    """One call of a function that is being executed: its statements."""

    execution: Execution
    unit: Unit
    evaluator: Evaluator = field(init=False)
    loops: Loops = field(init=False)

    def __post_init__(self) -> None:
        self.evaluator = Evaluator(
            self.execution.program,
            self.unit,
            self.execution.budget,
            self.execution.budget.take_frame(),
            self._call,
            self.block,
            SPECIALS,
            self.execution.is_lenient,
        )
        self.loops = Loops(self.evaluator, self.block)

    def convert(self, result: Exit, type_: CType) -> Typed:
        """The value that a function returns, in its type."""
        assert result.value is not None, "it returns a value"
        if type_.words == VOID.words and not type_.pointers:
            return result.value
        return self.evaluator.cast(result.value, type_)

    def _call(
        self, name: str, arguments: Sequence[Typed], state: State, place: SourcePlace
    ) -> Typed:
        return self.execution.call(self.unit, name, arguments, state, place)

    def block(self, statements: Sequence[c.CStatement], state: State) -> Flow:
        exits: list[Exit] = []
        current: State | None = state
        for statement in statements:
            if isinstance(statement, c.CLabel):
                flow = catch(Flow(tuple(exits), current), _goes_to(statement.name))
                exits, current = list(flow.exits), flow.state
            elif current is not None:
                flow = self.statement(statement, current)
                exits += flow.exits
                current = flow.state
        return Flow(tuple(exits), current)

    def _scope(self, statements: Sequence[c.CStatement], state: State) -> Flow:
        """A block with variables of its own."""
        outer = dict(state.variables)
        flow = self.block(statements, state)
        for each in (*(exit_.state for exit_ in flow.exits), flow.state):
            if each is not None:
                each.variables = dict(outer)
        return flow

    def statement(self, statement: c.CStatement, state: State) -> Flow:
        place = self.evaluator.find_place(statement)
        self.execution.budget.spend(place)
        match statement:
            case c.CReturn(value=value):
                result = None if value is None else self.evaluator.attempt(value, state)
                return Flow((Exit(TRUE, Way.RETURN, state, result, place=place),), None)
            case c.CIf(condition=condition, then=then, otherwise=otherwise):
                return self._branch(condition, then, otherwise, state)
            case c.CBlock(body=body):
                return self._scope(body, state)
            case c.CDeclare():
                self._declare(statement, state, place)
                return Flow((), state)
            case c.CDo(expression=expression):
                return self._do(expression, state, place)
            case c.CSwitch():
                return self._switch(statement, state, place)
            case c.CLoop():
                return self.loops.run(statement, state, place)
            case c.CBreak():
                return Flow((Exit(TRUE, Way.BREAK, state, place=place),), None)
            case c.CContinue():
                return Flow((Exit(TRUE, Way.CONTINUE, state, place=place),), None)
            case c.CGoto(label=label):
                return Flow((Exit(TRUE, Way.GOTO, state, label=label, place=place),), None)
        raise NotUnderstood("a label where none is expected", place)

    def _declare(self, statement: c.CDeclare, state: State, place: SourcePlace) -> None:
        evaluator = self.evaluator
        if statement.is_static:
            # What a call leaves to the next one is the program's.
            path = evaluator.declare(statement.name, statement.type, state)
            state.memory[path] = Typed(Global(statement.name, None, place), statement.type)
            return
        lengths: list[int | None] = []
        for length in statement.lengths:
            number = None if length is None else evaluator.attempt(length, state).value
            lengths.append(number.value if isinstance(number, NumberValue) else None)
        type_ = CType(statement.type.words, statement.type.pointers, tuple(lengths))
        type_ = evaluator.types.open_typedef(type_)
        value = statement.value
        typed = None
        if value is not None and not isinstance(value, c.CList):
            typed = evaluator.attempt(value, state)
        path = evaluator.declare(statement.name, type_, state)
        try:
            if isinstance(value, c.CList):
                evaluator.initialize(path, type_, value, state, place)
            elif typed is not None:
                evaluator.assign(path, type_, typed, state, place)
        except NotUnderstood as reason:
            if not self.execution.is_lenient:
                raise
            if value is not None and c.has_effects(value):
                state.forget(reason.reason, place)
            state.clobber(path, reason.reason, place)

    def _branch(
        self,
        condition: c.CExpression,
        then: Sequence[c.CStatement],
        otherwise: Sequence[c.CStatement],
        state: State,
    ) -> Flow:
        truth = self.evaluator.truth(condition, state)
        if truth == TRUE:
            return self._scope(then, state)
        if truth == FALSE:
            return self._scope(otherwise, state)
        return branch(truth, self._scope(then, state.copy()), self._scope(otherwise, state.copy()))

    def _do(self, expression: c.CExpression, state: State, place: SourcePlace) -> Flow:
        """A statement that is an expression: an assignment, or a call for what it does."""
        if isinstance(expression, c.CCall) and isinstance(expression.function, c.CName):
            name = expression.function.name
            if name in ENDS:
                return Flow((), None)
            if name.startswith(_WRITES):
                arguments = tuple(
                    self.evaluator.expression(each, state) for each in expression.arguments
                )
                state.writes = (*state.writes, Write(name, arguments, place))
                return Flow((), state)
            if is_silent(name):
                return Flow((), state)
        self.evaluator.attempt(expression, state)
        return Flow((), state)

    def _switch(self, statement: c.CSwitch, state: State, place: SourcePlace) -> Flow:
        value = self.evaluator.attempt(statement.value, state)
        body = statement.body
        labels = [at for at, each in enumerate(body) if isinstance(each, c.CCase)]
        chosen: list[tuple[Value, Flow]] = []
        default: Flow | None = None
        pending: list[c.CExpression | None] = []
        for at in labels:
            case = body[at]
            assert isinstance(case, c.CCase), "a label of a switch"
            pending.append(case.value)
            if at + 1 in labels:
                continue
            rest = [each for each in body[at + 1 :] if not isinstance(each, c.CCase)]
            flow = catch(self._scope(rest, state.copy()), lambda each: each.way is Way.BREAK)
            if None in pending:
                default = flow
            else:
                chosen.append((self._is_any(value, pending, state, place), flow))
            pending = []
        result = default if default is not None else Flow((), state.copy())
        for truth, flow in reversed(chosen):
            if truth == TRUE:
                result = flow
            elif truth != FALSE:
                result = branch(truth, flow, result)
        return result

    def _is_any(
        self, value: Typed, labels: Sequence[c.CExpression | None], state: State, place: SourcePlace
    ) -> Value:
        truth: Value = FALSE
        for each in labels:
            if each is not None:
                label = self.evaluator.expression(each, state)
                same = self.evaluator.compare(ValueOperator.EQUAL, value, label, place)
                truth = join(truth, ValueOperator.OR, as_value(same.value))
        return truth


def _goes_to(label: str) -> Callable[[Exit], bool]:
    return lambda each: each.way is Way.GOTO and each.label == label


# Results of calls --------------------------------------------------------------------------------


def merge_returns(flow: Flow, name: str, place: SourcePlace) -> Typed:
    """The value of a call: that of the first exit whose guard is true."""
    values = [each.value for each in flow.exits]
    if flow.state is not None or None in values:
        if any(each is not None for each in values):
            raise NotUnderstood(f"`{name}` has a way to its end without a value", place)
        return Typed(FALSE, VOID)
    if not flow.exits:
        raise NotUnderstood(f"`{name}` returns no value", place)
    result: Typed | None = None
    for each in reversed(flow.exits):
        value = each.value
        assert value is not None, "all have a value"
        if result is None:
            result = value
        elif value.value != result.value:
            type_ = result.type if value.type == NULL.type else value.type
            result = Typed(choose_content(each.guard, value.value, result.value), type_)
    assert result is not None, "there is an exit"
    return result


def _merge_states(flow: Flow) -> State:
    state = flow.state
    for each in reversed(flow.exits):
        state = each.state if state is None else merge(each.guard, each.state, state)
    assert state is not None, "an exit or the end"
    return state


def _drop_frame(after: State, before: State) -> State:
    """Without the variables of functions that have returned."""
    frames = {path.root.frame for path in before.memory if isinstance(path.root, FrameMemory)}
    frames |= {
        p.root.frame for p, _ in before.variables.values() if isinstance(p.root, FrameMemory)
    }
    for path in list(after.memory):
        if isinstance(path.root, FrameMemory) and path.root.frame not in frames:
            del after.memory[path]
    return after


def _is_plain(result: Typed) -> bool:
    """It is so short that it says more than the name of a call. A pointer leads to one place."""
    value = result.value
    if isinstance(value, Address):
        return True
    is_open = bool(result.type.pointers) and isinstance(value, ChoiceValue)
    return not is_open and not is_larger(value, MOST_PARTS_OF_NAME)


def _name_call(
    name: str, type_: CType, arguments: Sequence[Typed], state: State, place: SourcePlace
) -> Typed | None:
    """A call whose value the program decides, by its name and its arguments: of different
    arguments, the names differ. None where it is not the program that decides."""
    if not name or any(_reads_state(each, state) for each in arguments):
        return None
    words = [_name_argument(each.value, state) for each in arguments]
    if None in words:
        return None
    return Typed(Global(f"{name}({', '.join(map(str, words))})", type_, place), type_)


def _name_argument(value: Content, state: State) -> str | None:
    match value:
        case Address(to=Path(root=FrameMemory(name=name) as root, steps=())):
            # Where it is given a value, the name is not enough.
            held = [typed for path, typed in state.memory.items() if path.root == root]
            return f"&{name}" if all(each.value == FALSE for each in held) else None
    return name_content(value)


# What a call is given ----------------------------------------------------------------------------


def _reads_state(argument: Typed, state: State) -> bool:
    if argument.type.words == STREAM.words:
        return True  # what it writes there is no less of interest
    match argument.value:
        case NumberValue() | TextValue() | Global():
            return False
        case Address(to=path) | (Path() as path):
            if isinstance(path.root, FrameMemory):
                return _holds_state(path, state) or not argument.type.pointers
            return isinstance(path.root, Root)
    return True


def _holds_state(path: Path, state: State) -> bool:
    """A variable holds something of the state, or something that is not understood."""
    return any(
        not isinstance(typed.value, NumberValue | TextValue | Global)
        for each, typed in state.memory.items()
        if each.root == path.root
    )


def _gives_state(argument: Typed, state: State) -> bool:
    """Through this argument, the call can reach all of the state."""
    value = argument.value
    if not _may_be_pointer(argument):
        return False
    match value:
        case ChoiceValue(then=then, otherwise=otherwise):
            return any(_gives_state(Typed(x, argument.type), state) for x in (then, otherwise))
        case Address(to=path) | (Path() as path):
            is_holder = isinstance(path.root, FrameMemory) and _holds_state(path, state)
            return isinstance(path.root, Root) or is_holder
    return isinstance(value, UnknownValue)


def _is_whole_state(argument: Typed) -> bool:
    path = find_path(argument.value)
    if path is None or not isinstance(path.root, Root):
        return False
    return all(isinstance(step, StepOut) for step in path.steps)


def _may_be_pointer(argument: Typed) -> bool:
    """Of a value that a call is given: may the call change what is behind it?"""
    type_ = argument.type
    return isinstance(argument.value, Address) or bool(type_.pointers) or type_.words[:1] == ("?",)


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
