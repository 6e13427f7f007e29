"""Predicates and hooks: from the name of a C function to what it decides or does."""

import errno

from vmsdl.csource.execute import Execution, merge_returns
from vmsdl.csource.expressions import INT_TYPE, NULL, StepBudget, make_truth
from vmsdl.csource.place import NO_PLACE, SourcePlace
from vmsdl.csource.program import CFunction, Program
from vmsdl.csource.state import Address, Exit, Flow, State, Typed, is_of_state
from vmsdl.csource.truths import choose, join, negate_truth
from vmsdl.csource.unit import Unit
from vmsdl.csource.values import (
    FALSE,
    TRUE,
    Assignment,
    ChoiceValue,
    CType,
    Global,
    HookEffect,
    HookRefusal,
    NotUnderstood,
    NumberValue,
    Path,
    Root,
    StepInto,
    Touch,
    UnknownValue,
    Value,
    ValueOperator,
    VersionValue,
    mentions_unknown,
)

_DEEP = "it is nested too deeply"
_POINTER = CType(("void",), 1)


def run_predicate(program: Program, name: str, unit: Unit, state: str | None) -> Value:
    """The truth that a predicate returns: `needed(opaque)`, `field_exists(opaque, version_id)`.

    `state` is the C type of the opaque. Raises NotUnderstood.
    """
    function = _find(program, name, unit)
    try:
        flow = Execution(program, StepBudget()).run(
            function, make_arguments(function, state), State()
        )
        truth = make_truth(merge_returns(flow, name, NO_PLACE))
    except RecursionError:
        raise NotUnderstood(_DEEP) from None
    if mentions_unknown(truth):
        raise NotUnderstood("a value that is not understood")
    return truth


def run_hook(program: Program, name: str, unit: Unit, state: str | None) -> HookEffect:
    """What `post_load(opaque, version_id)` and its like do. Never raises."""
    try:
        function = _find(program, name, unit)
        execution = Execution(program, StepBudget(), is_lenient=True)
        flow = execution.run(function, make_arguments(function, state), State())
        return _judge(flow)
    except NotUnderstood as reason:
        return HookEffect(not_understood=(reason,), knows_refusals=False)
    except RecursionError:
        return HookEffect(not_understood=(NotUnderstood(_DEEP),), knows_refusals=False)


def _find(program: Program, name: str, unit: Unit) -> CFunction:
    if not name.isidentifier():
        raise NotUnderstood("the function is chosen when the program runs")
    function = program.find_function(name, unit)
    if function is None:
        raise NotUnderstood("the function has no body in the tree")
    return function


def make_arguments(function: CFunction, state: str | None) -> list[Typed]:
    """The opaque, the version, and no place for an error."""
    del state
    first = function.parameters[0].type if function.parameters else _POINTER
    root = Root(None if first.words == ("void",) else first.words[-1])
    opaque = Typed(Address(Path(root, ())), first)
    return [opaque, Typed(VersionValue(), INT_TYPE), NULL]


# What a hook does --------------------------------------------------------------------------------


def _judge(flow: Flow) -> HookEffect:
    refusals: list[HookRefusal] = []
    assignments: list[Assignment] = []
    touched: dict[Path | Root, Touch] = {}
    knows_refusals = True
    if not flow.exits and flow.state is None:
        raise NotUnderstood("it never returns")
    before: Value = TRUE  # no earlier exit was taken with success
    for each in flow.exits:
        fails = _find_failure(each)
        guard = join(before, ValueOperator.AND, each.guard)
        condition = join(guard, ValueOperator.AND, fails)
        if mentions_unknown(condition):
            knows_refusals = False
        elif condition != FALSE:
            refusals.append(HookRefusal(condition, _name_error(each), each.place))
        if fails == TRUE:
            continue
        before = join(before, ValueOperator.AND, negate_truth(each.guard))
        succeeds = join(guard, ValueOperator.AND, negate_truth(fails))
        assignments += _list_assignments(each.state, succeeds, touched)
    if flow.state is not None:
        assignments += _list_assignments(flow.state, before, touched)
    return HookEffect(
        tuple(refusals),
        tuple(assignments),
        tuple(touched.values()),
        knows_refusals=knows_refusals,
    )


def _find_failure(each: Exit) -> Value:
    """Where the result of an exit is an error: a negative number.

    A positive one is none for a section and one for a subsection (vmstate_subsection_load), so
    what it means is not known.
    """
    return FALSE if each.value is None else _is_error(each.value.value)


def _is_error(value: object) -> Value:
    match value:
        case NumberValue(value=number):
            return (
                TRUE if number < 0 else FALSE if number == 0 else UnknownValue("a positive result")
            )
        case ChoiceValue(condition=condition, then=then, otherwise=otherwise):
            return choose(condition, _is_error(then), _is_error(otherwise))
        case Path(type=type_) if type_ is not None and not type_.pointers:
            return UnknownValue("the result is a member")
    return UnknownValue("a result that is not understood")


def _name_error(each: Exit) -> str:
    """The number that the hook returns, as C writes it: `-EINVAL`."""
    value = each.value.value if each.value is not None else None
    if not isinstance(value, NumberValue):
        return ""
    name = errno.errorcode.get(-value.value) if value.value != -1 else None
    return str(value.value) if name is None else f"-{name}"


def _list_assignments(
    state: State, condition: Value, touched: dict[Path | Root, Touch]
) -> list[Assignment]:
    """What an execution that ends in `state` assigned. What else it changes is `touched`."""
    found: list[Assignment] = []
    for path, cause in state.clobbered.items():
        if is_of_state(path):
            _add_touch(touched, path, cause.reason, cause.place)
    for path in state.memory:
        if isinstance(path.root, Global):
            # Behind a pointer of the program may be the state itself.
            target: Path | Root = Root() if path.steps else path
            reason = "it changes what belongs to the program"
            touched.setdefault(target, Touch(target, reason, state.places.get(path, NO_PLACE)))
    for path, typed in state.list_changes():
        place = state.places.get(path, NO_PLACE)
        value = typed.value
        if value == path or condition == FALSE:
            continue
        if isinstance(value, Address) or _is_element(path) or mentions_unknown(value):
            _add_touch(touched, path, "it is set to what is not understood", place)
        elif mentions_unknown(condition):
            _add_touch(touched, path, "it is set where something is not understood", place)
        else:
            found.append(Assignment(path, value, condition, place))
    return found


def _is_element(path: Path) -> bool:
    """Its index depends on the state."""
    return any(isinstance(s, StepInto) and not isinstance(s.index, NumberValue) for s in path.steps)


def _add_touch(
    touched: dict[Path | Root, Touch], path: Path, reason: str, place: SourcePlace
) -> None:
    """Of an array whose element is not constant, all is touched."""
    steps = path.steps
    for at, step in enumerate(steps):
        if isinstance(step, StepInto) and not isinstance(step.index, NumberValue):
            steps = steps[:at]
            break
    target: Path | Root = Path(path.root, steps) if steps else Root()
    touched.setdefault(target, Touch(target, reason, place))
