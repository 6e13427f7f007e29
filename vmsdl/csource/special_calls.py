"""Macros and functions whose name says more than their body."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from vmsdl.csource import parse as c
from vmsdl.csource.c_types import strip_lengths
from vmsdl.csource.expressions import (
    BOOL,
    INT_TYPE,
    NULL,
    VOID,
    Evaluator,
    Special,
    as_value,
    make_truth,
)
from vmsdl.csource.integers import ULONG, name_type
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.places import find_path, follow, step_into, step_out
from vmsdl.csource.state import Address, State, Typed, choose_content
from vmsdl.csource.tables import count_elements
from vmsdl.csource.truths import fold, negate_truth, quantify, to_truth
from vmsdl.csource.values import (
    FALSE,
    TRUE,
    CType,
    FrameMemory,
    Global,
    LoopIndex,
    NotUnderstood,
    NumberValue,
    Path,
    TimerPending,
    UnknownValue,
    Value,
    ValueOperator,
    ValueQuantifier,
)

_SIZE = name_type(ULONG)
_ERROR = Typed(Address(Path(Global("error"), ())), CType(("Error",), 1))
Arguments = Sequence[c.CExpression]


def _cast_object(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    """OBJECT_CHECK(type, object, name)"""
    if len(arguments) < 2 or not isinstance(arguments[0], c.CName):
        raise NotUnderstood("a cast of QOM", place)
    value = evaluator.expression(arguments[1], state)
    return evaluator.cast(value, CType((arguments[0].name,), 1))


def _get_class(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    if not arguments or not isinstance(arguments[0], c.CName):
        raise NotUnderstood("a class of QOM", place)
    name = arguments[0].name
    return Typed(Address(Path(Global(name), (), None, place)), CType((name,), 1))


def _container_of(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    """container_of(pointer, type, member)"""
    if len(arguments) != 3 or not isinstance(arguments[1], c.CName):
        raise NotUnderstood("container_of", place)
    inner, _ = follow(evaluator.expression(arguments[0], state), place)
    names: list[str] = []
    member: c.CExpression = arguments[2]
    while isinstance(member, c.CMember):
        names.insert(0, member.name)
        member = member.value
    if not isinstance(member, c.CName):
        raise NotUnderstood("container_of an element", place)
    type_ = arguments[1].name
    outer = step_out(inner, type_, (member.name, *names), place)
    return Typed(Address(outer), CType((type_,), 1))


def _upcast(evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace) -> Typed:
    """DO_UPCAST(type, member, pointer)"""
    type_, member, pointer = _take(arguments, 3, place)
    return _container_of(evaluator, (pointer, type_, member), state, place)


def _find_cpu(type_: str) -> Special:
    """env_archcpu(env), env_cpu(env): `env` is a member of the CPU."""

    def find(evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace) -> Typed:
        (env,) = _take(arguments, 1, place)
        inner, _ = follow(evaluator.expression(env, state), place)
        cpu = Typed(Address(step_out(inner, "ArchCPU", ("env",), place)), CType(("ArchCPU",), 1))
        return evaluator.cast(cpu, CType((type_,), 1))

    return find


def _pass_first(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    if not arguments:
        raise NotUnderstood("a call without arguments", place)
    return evaluator.expression(arguments[0], state)


def _timer_pending(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    path = find_path(_pass_first(evaluator, arguments, state, place).value)
    if path is None:
        raise NotUnderstood("a timer that is not in the state", place)
    if state.is_written(path):
        raise NotUnderstood("a timer that was changed", place)
    return Typed(TimerPending(path), BOOL)


def _choose_extreme(operator: ValueOperator) -> Special:
    def choose(
        evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
    ) -> Typed:
        one, other = (evaluator.expression(each, state) for each in _take(arguments, 2, place))
        truth = as_value(evaluator.compute(operator, one, other, place).value)
        if truth in (TRUE, FALSE):
            return one if truth == TRUE else other
        return Typed(choose_content(truth, one.value, other.value), one.type)

    return choose


def _array_size(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    (array,) = _take(arguments, 1, place)
    if isinstance(array, c.CName) and array.name not in state.variables:
        count = count_elements(evaluator.program, evaluator.unit, array.name)
        if count is not None:
            return Typed(NumberValue(count), _SIZE)
    _, type_ = evaluator.place(array, state)
    if not type_.lengths or type_.lengths[0] is None:
        raise NotUnderstood("the size of an array", place)
    return Typed(NumberValue(type_.lengths[0]), _SIZE)


def _offset_of(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    """offsetof(type, a.b[2].c)"""
    struct, member = _take(arguments, 2, place)
    if not isinstance(struct, c.CName):
        raise NotUnderstood("the offset of a member", place)
    offset, _ = _add_offset(evaluator, CType((struct.name,)), member, state, place)
    return Typed(NumberValue(offset), _SIZE)


def _add_offset(
    evaluator: Evaluator, struct: CType, member: c.CExpression, state: State, place: SourcePlace
) -> tuple[int, CType]:
    match member:
        case c.CName(name=name):
            return _find_offset(evaluator, struct, name, place)
        case c.CMember(value=value, name=name, is_arrow=False):
            offset, type_ = _add_offset(evaluator, struct, value, state, place)
            more, found = _find_offset(evaluator, type_, name, place)
            return offset + more, found
        case c.CIndex(value=value, index=index):
            offset, type_ = _add_offset(evaluator, struct, value, state, place)
            number = evaluator.expression(index, state).value
            size = evaluator.types.measure(strip_lengths(type_))
            if type_.lengths and isinstance(number, NumberValue) and size is not None:
                return offset + size * number.value, strip_lengths(type_)
    raise NotUnderstood("the offset of an element", place)


def _find_offset(
    evaluator: Evaluator, struct: CType, name: str, place: SourcePlace
) -> tuple[int, CType]:
    offset = evaluator.types.find_offset(struct, name)
    type_ = evaluator.types.find_member(struct, name)
    if offset is None or type_ is None:
        raise NotUnderstood("the offset of a member", place)
    return offset, type_


def _get_machine(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    return Typed(Address(Path(Global("machine"), (), None, place)), CType(("Object",), 1))


# What arrays hold --------------------------------------------------------------------------------


def _buffer_is_zero(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    """buffer_is_zero(array, sizeof(array))"""
    array, size = (evaluator.expression(each, state) for each in _take(arguments, 2, place))
    whole = evaluator.types.measure(array.type) if array.type.lengths else None
    if whole is None or size.value != NumberValue(whole):
        raise NotUnderstood("a part of an array", place)
    return _none_is_set(evaluator, array, NumberValue(array.type.lengths[0] or 0), state, place)


def _bitmap_empty(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    """bitmap_empty(map, bits): the map as one number is zero."""
    array, _ = (evaluator.expression(each, state) for each in _take(arguments, 2, place))
    path = find_path(array.value)
    if path is None or state.is_written(path):
        raise NotUnderstood("a bitmap that is not understood", place)
    number = replace(path, type=CType(("unsigned", "long")))
    return Typed(fold(ValueOperator.EQUAL, number, FALSE), BOOL)


def _none_is_set(
    evaluator: Evaluator, array: Typed, count: Value, state: State, place: SourcePlace
) -> Typed:
    path = find_path(array.value)
    if path is None or state.is_written(path):
        raise NotUnderstood("an array that is not understood", place)
    variable = f"element@{place.line}"
    element, type_ = step_into(array, LoopIndex(variable), place)
    body = make_truth(Typed(replace(element, type=type_), type_))
    any_is_set = quantify(ValueQuantifier.ANY, path, variable, count, to_truth(body))
    return Typed(negate_truth(any_is_set), BOOL)


# Errors ------------------------------------------------------------------------------------------


def _set_error(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    """error_setg(errp, …): what `errp` points to is an error afterwards."""
    if arguments:
        _write_error(evaluator, evaluator.attempt(arguments[0], state), _ERROR, state, place)
    return Typed(FALSE, VOID)


def _propagate_error(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    """error_propagate(errp, error)"""
    to, error, *_ = (evaluator.attempt(each, state) for each in arguments[:2])
    _write_error(evaluator, to, error, state, place)
    return Typed(FALSE, VOID)


def _write_error(
    evaluator: Evaluator, to: Typed, error: Typed, state: State, place: SourcePlace
) -> None:
    if isinstance(to.value, Address) and isinstance(to.value.to.root, FrameMemory):
        state.write(to.value.to, error, place)
    elif isinstance(to.value, UnknownValue):
        raise NotUnderstood("an error that is kept somewhere", place)


def _guard_errors(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    """ERRP_GUARD(): `*errp` can be read, also where the caller wants no error."""
    if "errp" in state.variables:
        path, type_ = state.variables["errp"]
        given = state.peek(path, type_).value
        if not (isinstance(given, Address) and isinstance(given.to.root, FrameMemory)):
            error = evaluator.declare("error", CType(("Error",), 1), state)
            state.memory[error] = NULL
            state.memory[path] = Typed(Address(error), type_)
    return Typed(FALSE, VOID)


# Memory ------------------------------------------------------------------------------------------


def _read_atomically(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    (pointer,) = _take(arguments, 1, place)
    return evaluator.expression(c.CUnary("*", pointer, place.line), state)


def _write_atomically(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    pointer, value = _take(arguments, 2, place)
    target = c.CUnary("*", pointer, place.line)
    return evaluator.expression(c.CAssign(target, "", value, False, place.line), state)


def _do_nothing(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    """It reports or checks: of its arguments, nothing is changed."""
    for each in arguments:
        if c.list_assigned([each]):
            evaluator.attempt(each, state)
    return Typed(FALSE, INT_TYPE)


def _allocate(
    evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
) -> Typed:
    """g_new(type, count): new memory is no part of the state."""
    type_ = VOID
    if arguments and isinstance(arguments[0], c.CName):
        type_ = CType((arguments[0].name,))
    variables = dict(state.variables)
    path = evaluator.declare(f"memory of line {place.line}", type_, state)
    state.variables = variables
    return Typed(Address(path), replace(type_, pointers=1))


def _round_up(is_multiplied: bool) -> Special:
    """DIV_ROUND_UP(n, d), ROUND_UP(n, d)"""

    def divide(
        evaluator: Evaluator, arguments: Arguments, state: State, place: SourcePlace
    ) -> Typed:
        number, divisor = (evaluator.expression(each, state) for each in _take(arguments, 2, place))
        one = Typed(NumberValue(1), INT_TYPE)
        rest = evaluator.compute(ValueOperator.SUBTRACT, divisor, one, place)
        total = evaluator.compute(ValueOperator.ADD, number, rest, place)
        parts = evaluator.compute(ValueOperator.DIVIDE, total, divisor, place)
        if not is_multiplied:
            return parts
        return evaluator.compute(ValueOperator.MULTIPLY, parts, divisor, place)

    return divide


def _take(arguments: Arguments, count: int, place: SourcePlace) -> Arguments:
    if len(arguments) != count:
        raise NotUnderstood("a call with other arguments than QEMU's", place)
    return arguments


SPECIALS: Mapping[str, Special] = {
    **dict.fromkeys(("OBJECT_CHECK", "INTERFACE_CHECK", "OBJECT_CLASS_CHECK"), _cast_object),
    "OBJECT_GET_CLASS": _get_class,
    "container_of": _container_of,
    "DO_UPCAST": _upcast,
    "env_archcpu": _find_cpu("ArchCPU"),
    "env_cpu": _find_cpu("CPUState"),
    "object_dynamic_cast": _pass_first,
    "object_dynamic_cast_assert": _pass_first,
    "timer_pending": _timer_pending,
    "MIN": _choose_extreme(ValueOperator.LESS),
    "MAX": _choose_extreme(ValueOperator.GREATER),
    "ARRAY_SIZE": _array_size,
    "G_N_ELEMENTS": _array_size,
    "qdev_get_machine": _get_machine,
    "offsetof": _offset_of,
    "buffer_is_zero": _buffer_is_zero,
    "buffer_is_zero_ool": _buffer_is_zero,  # what a macro of that name makes of it
    "bitmap_empty": _bitmap_empty,
    **dict.fromkeys(("INT64_C", "UINT64_C", "UINT32_C", "INT32_C"), _pass_first),
    **dict.fromkeys(("likely", "unlikely", "g_steal_pointer"), _pass_first),
    **dict.fromkeys(("error_setg", "error_setg_errno", "error_set"), _set_error),
    **dict.fromkeys(("error_propagate", "error_propagate_prepend"), _propagate_error),
    "ERRP_GUARD": _guard_errors,
    **dict.fromkeys(("g_new", "g_new0", "g_malloc", "g_malloc0"), _allocate),
    "DIV_ROUND_UP": _round_up(is_multiplied=False),
    "ROUND_UP": _round_up(is_multiplied=True),
    **dict.fromkeys(("qemu_mutex_lock", "qemu_mutex_unlock", "barrier"), _do_nothing),
    **dict.fromkeys(("smp_mb", "smp_rmb", "smp_wmb", "smp_mb_acquire"), _do_nothing),
    **dict.fromkeys(("smp_mb_release", "smp_read_barrier_depends"), _do_nothing),
    **dict.fromkeys(("qatomic_read", "qatomic_load_acquire"), _read_atomically),
    **dict.fromkeys(("qatomic_set", "qatomic_store_release"), _write_atomically),
}
