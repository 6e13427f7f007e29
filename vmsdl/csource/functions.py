"""Predicates and hooks: from the name of a C function to what it decides or does."""

from vmsdl.csource.execute import Budget, Execution, merge_returns
from vmsdl.csource.place import NO_PLACE, Place
from vmsdl.csource.program import CFunction as Function
from vmsdl.csource.program import Program
from vmsdl.csource.state import Address, Exit, State, Typed, Way
from vmsdl.csource.truths import join, negate_truth, to_truth
from vmsdl.csource.unit import Unit
from vmsdl.csource.values import (
    FALSE,
    TRUE,
    Assignment,
    Conditional,
    CType,
    HookEffect,
    NotUnderstood,
    Number,
    Operator,
    Path,
    Refusal,
    Root,
    Touch,
    Value,
    Version,
)

_DEEP = "it is nested too deeply"


def run_predicate(program: Program, name: str, unit: Unit, state: str | None) -> Value:
    """The truth that a predicate returns: `needed(opaque)`, `field_exists(opaque, version_id)`.

    `state` is the C type of the opaque. Raises NotUnderstood.
    """
    function = _find(program, name, unit)
    execution = Execution(program, function.body.unit, Budget())
    try:
        flow = execution.run(function, _make_arguments(function, state))
        typed = merge_returns(flow, name, NO_PLACE)
        for each in flow.exits:
            if each.state.memory:
                raise NotUnderstood("it changes the state", each.place)
        return execution._make_truth(typed)
    except RecursionError:
        raise NotUnderstood(_DEEP) from None


def run_hook(program: Program, name: str, unit: Unit, state: str | None) -> HookEffect:
    """What `post_load(opaque, version_id)` and its like do. Never raises."""
    notes: list[tuple[str, Place]] = []
    try:
        function = _find(program, name, unit)
        execution = Execution(
            program,
            function.body.unit,
            Budget(),
            note_call=lambda called, place: notes.append((called, place)),
        )
        flow = execution.run(function, _make_arguments(function, state))
        return _judge(flow.exits, flow.state, notes)
    except NotUnderstood as reason:
        return HookEffect(not_understood=(reason,))
    except RecursionError:
        return HookEffect(not_understood=(NotUnderstood(_DEEP),))


def _find(program: Program, name: str, unit: Unit) -> Function:
    if not name.isidentifier():
        raise NotUnderstood("the function is chosen when the program runs")
    function = program.find_function(name, unit)
    if function is None:
        raise NotUnderstood("the function has no body in the tree")
    return function


def _make_arguments(function: Function, state: str | None) -> list[Typed]:
    root = Path(Root(None), ())
    first = function.parameters[0].type if function.parameters else CType(("void",), 1)
    typed = Typed(Address(root), CType(("void",), 1))
    if first.words != ("void",):
        typed = Typed(Address(Path(Root(first.words[-1]), ())), first)
    del state
    return [typed, Typed(Version(), CType(("int",))), Typed(FALSE, CType(("void",), 1))]


def _judge(
    exits: tuple[Exit, ...], end: State | None, notes: list[tuple[str, Place]]
) -> HookEffect:
    refusals: list[Refusal] = []
    assignments: list[Assignment] = []
    touched = [Touch(Root(), f"calls `{name}`", place) for name, place in notes]
    before: Value = TRUE  # no earlier exit was taken
    for each in exits:
        guard = join(before, Operator.AND, each.guard)
        before = join(before, Operator.AND, negate_truth(each.guard))
        refusal = _read_result(each)
        if refusal is None:
            raise NotUnderstood("whether it refuses is not understood", each.place)
        truth, error = refusal
        if truth != FALSE:
            condition = join(guard, Operator.AND, truth)
            refusals.append(Refusal(condition, error, each.place))
        assignments += _list_assignments(each.state, join(guard, Operator.AND, negate_truth(truth)))
    if end is not None:
        assignments += _list_assignments(end, before)
    return HookEffect(tuple(refusals), tuple(assignments), tuple(touched))


def _read_result(each: Exit) -> tuple[Value, str] | None:
    """Where the result of an exit is an error (a negative number), and which."""
    if each.way is not Way.RETURN or each.value is None:
        return FALSE, ""
    value = each.value.value
    match value:
        case Number(value=number, name=name):
            return (TRUE, name or str(number)) if number < 0 else (FALSE, "")
        case Conditional(condition=condition, then=Number() as then, otherwise=Number() as other):
            truth = condition if then.value < 0 else negate_truth(condition)
            if (then.value < 0) == (other.value < 0):
                truth = TRUE if then.value < 0 else FALSE
            return to_truth(truth), ""
    return None


def _list_assignments(state: State, condition: Value) -> list[Assignment]:
    return [
        Assignment(path, typed.value, condition, state.places.get(path, NO_PLACE))
        for path, typed in state.memory.items()
        if not isinstance(typed.value, Address)
    ]
