"""Loops: unrolled where they are short, `any` of the elements where they search.

A loop of a hook that is neither is followed once for all rounds: what it changes is unknown after.
"""

from collections.abc import Callable, Sequence

from vmsdl.csource import parse as c
from vmsdl.csource.expressions import INT_TYPE, Evaluator, RunBlock, as_value
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.state import Address, Exit, Flow, State, Typed, Way, catch, choose_content, merge
from vmsdl.csource.truths import fold, join, quantify, to_integer
from vmsdl.csource.values import (
    FALSE,
    TRUE,
    FrameMemory,
    LoopIndex,
    NotUnderstood,
    NumberValue,
    Path,
    StepInto,
    UnknownValue,
    Value,
    ValueOperator,
    ValueQuantifier,
    list_parts,
    mentions_unknown,
)
from vmsdl.records import dataclass

MOST_UNROLLED = 64
READABLE = 4  # a loop of more elements is told by `any`, where it can be
MOST_PASSES = 4


@dataclass(frozen=True, slots=True)
class Counter:
    """Of `for (i = 0; i < count; i++)`."""

    path: Path
    count: Value


@dataclass(frozen=True, slots=True)
class Loops:
    """Runs the loops of one call of a function."""

    evaluator: Evaluator
    run_block: RunBlock

    def run(self, loop: c.CLoop, state: State, place: SourcePlace) -> Flow:
        outer = dict(state.variables)
        flow = self.run_block(loop.start, state)
        if flow.exits or flow.state is None:
            raise NotUnderstood("a jump out of the start of a loop", place)
        result = self._choose(loop, flow.state, place)
        if result.state is not None:
            result.state.variables = outer
        return result

    def _choose(self, loop: c.CLoop, state: State, place: SourcePlace) -> Flow:
        if loop.is_unconditional:
            return self._run_once(loop, state, place)
        counter = self._find_counter(loop, state)
        count = None if counter is None else counter.count
        rounds = count.value if isinstance(count, NumberValue) else MOST_UNROLLED + 1
        reason = NotUnderstood("a loop that counts no elements", place)
        ways: list[Callable[[State], Flow]] = []
        if counter is not None and rounds > READABLE:
            ways.append(lambda each: self._search(loop, each, counter, place))
        if rounds <= MOST_UNROLLED or self._is_decided(loop, state):
            ways.append(lambda each: self._unroll(loop, each, place))
        for way in ways:
            try:
                return self._try(way, state.copy())
            except NotUnderstood as why:
                reason = why
        if self.evaluator.is_lenient:
            return self._generalize(loop, state, counter, place)
        raise reason

    def _try(self, way: Callable[[State], Flow], state: State) -> Flow:
        """At most half of the budget, so that another way can be tried."""
        budget = self.evaluator.budget
        kept = budget.steps - budget.steps // 2
        budget.steps -= kept
        try:
            return way(state)
        finally:
            budget.steps = max(budget.steps, 0) + kept

    def _run_once(self, loop: c.CLoop, state: State, place: SourcePlace) -> Flow:
        """`do { … } while (0)`"""
        flow = catch(self.run_block(loop.body, state.copy()), lambda each: each.way is Way.CONTINUE)
        condition = loop.condition
        assert condition is not None, "`do` has a condition"
        if flow.state is None or self.evaluator.truth(condition, flow.state) == FALSE:
            return catch(flow, lambda each: each.way is Way.BREAK)
        if not self.evaluator.is_lenient:
            raise NotUnderstood("a loop that counts no elements", place)
        return self._generalize(loop, state, None, place)

    def _is_decided(self, loop: c.CLoop, state: State) -> bool:
        """Its condition is constant at the beginning: it counts in another way."""
        if loop.condition is None or loop.update is None:
            return False
        try:
            return self.evaluator.truth(loop.condition, state.copy()) in (TRUE, FALSE)
        except NotUnderstood:
            return False

    def _find_counter(self, loop: c.CLoop, state: State) -> Counter | None:
        condition, update = loop.condition, loop.update
        if not (
            isinstance(condition, c.CBinary)
            and condition.operator in ("<", "!=")
            and isinstance(condition.left, c.CName)
            and isinstance(update, c.CAssign)
            and isinstance(update.target, c.CName)
            and update.target.name == condition.left.name
            and update.operator == "+"
            and update.value == c.CNumber(1)
            and condition.left.name in state.variables
        ):
            return None
        name = condition.left.name
        changed = c.list_assigned(loop.body)
        names_of_count = {
            each.name for each in _list_parts(condition.right) if isinstance(each, c.CName)
        }
        if name in changed or changed & names_of_count:
            return None
        path, type_ = state.variables[name]
        if state.peek(path, type_).value != FALSE:
            return None
        try:
            count = self.evaluator.expression(condition.right, state.copy())
            return Counter(path, to_integer(as_value(count.value)))
        except NotUnderstood:
            return None

    def _unroll(self, loop: c.CLoop, state: State, place: SourcePlace) -> Flow:
        exits: list[Exit] = []
        current: State | None = state
        for _ in range(MOST_UNROLLED + 1):
            if current is None:
                break
            truth: Value = TRUE
            if loop.condition is not None:
                truth = self.evaluator.truth(loop.condition, current)
            if truth == FALSE:
                break
            if truth != TRUE:
                raise NotUnderstood("a loop whose end is not known", place)
            flow = self.run_block(loop.body, current)
            flow = catch(flow, lambda each: each.way is Way.CONTINUE)
            exits += flow.exits
            current = flow.state
            if current is not None and loop.update is not None:
                self.evaluator.expression(loop.update, current)
        else:
            raise NotUnderstood("a loop with too many elements", place)
        return catch(Flow(tuple(exits), current), lambda each: each.way is Way.BREAK)

    # Searches ----------------------------------------------------------------------------------

    def _search(self, loop: c.CLoop, state: State, counter: Counter, place: SourcePlace) -> Flow:
        """A loop whose body only returns, or stops, where a condition of one element is true."""
        name = f"{_name(counter)}@{place.line}"
        before = state.copy()
        state.memory[counter.path] = Typed(LoopIndex(name), INT_TYPE)
        flow = catch(self.run_block(loop.body, state), lambda each: each.way is Way.CONTINUE)
        ends = [each.state for each in flow.exits if each.way is not Way.BREAK]
        if flow.state is not None:
            ends.append(flow.state)
        counted = {counter.path}
        if any(
            self._list_changes(before, end).keys() - counted or end.writes != before.writes
            for end in ends
        ) or any(end.clobbered.keys() != before.clobbered.keys() for end in ends):
            raise NotUnderstood("a loop that does more than search", place)
        if not flow.exits:
            return Flow((), self._leave(before, counter))
        guard = self._quantify(flow.exits, name, counter, place)
        found = self._merge_exits(flow.exits, name, before, counter, place)
        after = self._leave(before.copy(), counter)
        if found.way is Way.BREAK:
            return Flow((), merge(guard, found.state, after))
        return Flow((Exit(guard, found.way, found.state, found.value, place=found.place),), after)

    def _quantify(
        self, exits: Sequence[Exit], name: str, counter: Counter, place: SourcePlace
    ) -> Value:
        guard: Value = FALSE
        for exit_ in exits:
            guard = join(guard, ValueOperator.OR, exit_.guard)
        if not _mentions(guard, name):
            return join(fold(ValueOperator.GREATER, counter.count, FALSE), ValueOperator.AND, guard)
        array = _find_array(guard, name)
        if array is None:
            raise NotUnderstood("a loop that reads several arrays", place)
        return quantify(ValueQuantifier.ANY, array, name, counter.count, guard)

    def _merge_exits(
        self, exits: Sequence[Exit], name: str, before: State, counter: Counter, place: SourcePlace
    ) -> Exit:
        """One exit for all: of several results, which one depends on the first element found."""
        first = exits[0]
        if any(each.way is not first.way for each in exits) or first.way is Way.GOTO:
            raise NotUnderstood("a loop with several ways out", place)
        if first.way is Way.BREAK:
            changes = self._list_changes(before, first.state)
            changes.pop(counter.path, None)
            if len(exits) > 1 or any(_mentions_content(each, name) for each in changes.values()):
                raise NotUnderstood("a loop that stops in several ways", place)
            kept = first.state.copy()
            kept.memory[counter.path] = Typed(UnknownValue("the index of a search"), INT_TYPE)
            return Exit(TRUE, Way.BREAK, kept, place=first.place)
        value = first.value
        for each in exits:
            if _mentions_content(each.value, name):
                raise NotUnderstood("a loop whose result is an element", place)
            if each.value is not None and value is not None and each.value.value != value.value:
                if not self.evaluator.is_lenient:
                    raise NotUnderstood("a loop with several results", place)
                either = UnknownValue("which element is found first")
                content = choose_content(either, each.value.value, value.value)
                value = Typed(content, value.type)
        return Exit(TRUE, Way.RETURN, before.copy(), value, place=first.place)

    def _leave(self, state: State, counter: Counter) -> State:
        state.memory[counter.path] = Typed(counter.count, INT_TYPE)
        return state

    # All rounds at once ------------------------------------------------------------------------

    def _generalize(
        self, loop: c.CLoop, state: State, counter: Counter | None, place: SourcePlace
    ) -> Flow:
        name = f"{_name(counter)}@{place.line}"
        start = state.copy()
        parts = [*loop.body, *(each for each in (loop.condition, loop.update) if each is not None)]
        for each in c.list_assigned(parts):
            if each in start.variables:
                path, type_ = start.variables[each]
                start.clobber(path, "a loop changes it", place)
                start.memory[path] = Typed(UnknownValue("a loop changes it"), type_)
        if counter is not None:
            start.memory[counter.path] = Typed(LoopIndex(name), INT_TYPE)
        for _ in range(MOST_PASSES):
            flow = self._run_round(loop, start.copy())
            if not self._add_changes(start, flow, name, place):
                break
        else:
            start.forget("a loop changes it", place)
            flow = self._run_round(loop, start.copy())
        is_clear = counter is not None and _is_one_result(flow.exits)
        exits = [
            Exit(
                self._find_guard(each, name, counter) if is_clear else _UNKNOWN_GUARD,
                each.way,
                start.copy(),
                _UNKNOWN if _mentions_content(each.value, name) else each.value,
                each.label,
                each.place,
            )
            for each in flow.exits
            if each.way is not Way.BREAK
        ]
        if loop.condition is None and len(exits) == len(flow.exits):
            return Flow(tuple(exits), None)  # nothing leads to its end
        after = start.copy()
        if counter is not None:
            after.memory[counter.path] = Typed(UnknownValue("a loop changes it"), INT_TYPE)
        return Flow(tuple(exits), after)

    def _run_round(self, loop: c.CLoop, state: State) -> Flow:
        if loop.condition is not None:
            self.evaluator.truth(loop.condition, state)
        flow = catch(self.run_block(loop.body, state), lambda each: each.way is Way.CONTINUE)
        if flow.state is not None and loop.update is not None:
            self.evaluator.attempt(loop.update, flow.state)
        return flow

    def _add_changes(self, start: State, flow: Flow, name: str, place: SourcePlace) -> bool:
        """Clobbers all that a round changes; false where that was known before."""
        ends = [each.state for each in flow.exits]
        if flow.state is not None:
            ends.append(flow.state)
        is_changed = False
        for end in ends:
            for path, cause in end.clobbered.items():
                wide = _widen(path, name)
                if wide not in start.clobbered:
                    start.clobber(wide, cause.reason, cause.place)
                    is_changed = True
            for path in self._list_changes(start, end):
                wide = _widen(path, name)
                if wide not in start.clobbered:
                    start.clobber(wide, "a loop changes it", end.places.get(path, place))
                    is_changed = True
        return is_changed

    def _list_changes(self, start: State, end: State) -> dict[Path, Typed]:
        """What a round wrote to memory that was there before the loop."""
        outer = {path.root for path, _ in start.variables.values()}
        return {
            path: typed
            for path, typed in end.memory.items()
            if start.memory.get(path) != typed
            and not (
                isinstance(path.root, FrameMemory)
                and path.root not in outer
                and path.root.frame >= self.evaluator.frame
            )
        }

    def _find_guard(self, each: Exit, name: str, counter: Counter | None) -> Value:
        if counter is not None and not mentions_unknown(each.guard):
            array = _find_array(each.guard, name)
            if array is not None:
                return quantify(ValueQuantifier.ANY, array, name, counter.count, each.guard)
        return UnknownValue("whether a loop stops")


_UNKNOWN = Typed(UnknownValue("the result of a loop"), INT_TYPE)
_UNKNOWN_GUARD = UnknownValue("whether a loop stops")


def _is_one_result(exits: Sequence[Exit]) -> bool:
    """Whichever exit is taken first, the result is the same; or an error."""
    values = [each.value.value if each.value is not None else None for each in exits]
    if any(each.way is not Way.RETURN for each in exits):
        return False
    are_errors = all(isinstance(each, NumberValue) and each.value < 0 for each in values)
    return are_errors or all(each == values[0] for each in values)


def _widen(path: Path, name: str) -> Path:
    """The same place of every element that a loop sees."""
    steps = tuple(
        StepInto(ANY_INDEX) if isinstance(step, StepInto) and _mentions(step.index, name) else step
        for step in path.steps
    )
    return Path(path.root, steps, None, path.place)


ANY_INDEX = LoopIndex("any")


def _name(counter: Counter | None) -> str:
    return (
        counter.path.root.name
        if counter and isinstance(counter.path.root, FrameMemory)
        else "index"
    )


def _list_parts(part: c.CPart) -> list[c.CPart]:
    found: list[c.CPart] = []
    waiting: list[c.CPart] = [part]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += c.list_inner(each)
    return found


def _mentions_content(typed: Typed | None, name: str) -> bool:
    if typed is None:
        return False
    value = typed.value
    return _mentions(value.to if isinstance(value, Address) else value, name)


def _mentions(value: Value, name: str) -> bool:
    waiting: list[Value] = [value]
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
